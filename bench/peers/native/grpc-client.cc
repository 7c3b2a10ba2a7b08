// The client of C++ gRPC: one thread and a completion queue, the fastest way to keep many calls
// going. `grpc-client client PORT KIND CONNECTIONS IN_FLIGHT BYTES WARM_UP_MS MEASURED_MS`.
#include <grpcpp/grpcpp.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common.h"
#include "peer.grpc.pb.h"

using grpc::ClientContext;
using grpc::CompletionQueue;
using grpc::Status;

[[noreturn]] static void Fail(const std::string& why) {
  Say("{\"error\":\"" + why + "\"}");
  _exit(1);
}

static std::unique_ptr<peer::Peer::Stub> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  // Channels of one process share a connection unless told otherwise.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  auto channel = CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
    Fail("no connection within 10 s");
  }
  return peer::Peer::NewStub(channel);
}

// Counts after the warm-up, and says what it has counted when its time is over.
class Meter {
 public:
  Meter(double warm_up_ms, double measured_ms)
      : begin_ms_(NowMs() + warm_up_ms), end_ms_(begin_ms_ + measured_ms) {}

  // One has been answered that began then; 0: its latency says nothing.
  void Add(double begun_ms) {
    const double now_ms = NowMs();
    if (now_ms < begin_ms_) return;
    if (!is_begun_) {
      is_begun_ = true;
      begun_ms_ = now_ms;
      Say("{\"begun\":true}");
    }
    count_++;
    if (begun_ms > 0) latencies_us_.push_back((now_ms - begun_ms) * 1000);
    if (now_ms >= end_ms_) End(now_ms);
  }

 private:
  [[noreturn]] void End(double now_ms) {
    std::string json = "{\"count\":" + std::to_string(count_) +
                       ",\"elapsedMs\":" + std::to_string(now_ms - begun_ms_);
    if (!latencies_us_.empty()) {
      std::sort(latencies_us_.begin(), latencies_us_.end());
      const size_t n = latencies_us_.size();
      json += ",\"p50Us\":" + std::to_string(latencies_us_[n / 2]);
      json += ",\"p99Us\":" + std::to_string(latencies_us_[n * 99 / 100]);
    }
    Say(json + "}");
    _exit(0);
  }

  const double begin_ms_;
  const double end_ms_;
  bool is_begun_ = false;
  double begun_ms_ = 0;
  long count_ = 0;
  std::vector<float> latencies_us_;
};

class Call {
 public:
  virtual ~Call() = default;
  virtual void Start() = 0;
  virtual void Check() = 0;
  double begun_ms = 0;
};

template <class Request, class Reply>
class UnaryCall : public Call {
 protected:
  std::unique_ptr<ClientContext> context_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>> reader_;
  Request request_;
  Reply reply_;
  Status status_;
};

class ReadCall final : public UnaryCall<peer::WalletRequest, peer::BalanceReply> {
 public:
  ReadCall(peer::Peer::Stub* stub, CompletionQueue* queue, int first)
      : stub_(stub), queue_(queue), wallet_(first % kWalletCount) {}
  void Start() override {
    wallet_ = (wallet_ + 1) % kWalletCount;
    context_ = std::make_unique<ClientContext>();
    request_.set_wallet(names_[wallet_]);
    reader_ = stub_->AsyncReadBalance(context_.get(), request_, queue_);
    reader_->Finish(&reply_, &status_, this);
  }
  void Check() override {
    if (!status_.ok() || reply_.value() != BalanceOf(wallet_)) Fail("a wrong balance");
  }
  static void MakeNames() {
    for (int i = 0; i < kWalletCount; i++) names_.push_back(WalletName(i));
  }

 private:
  static std::vector<std::string> names_;
  peer::Peer::Stub* const stub_;
  CompletionQueue* const queue_;
  int wallet_;
};
std::vector<std::string> ReadCall::names_;

class EchoCall final : public UnaryCall<peer::Blob, peer::Blob> {
 public:
  EchoCall(peer::Peer::Stub* stub, CompletionQueue* queue, size_t bytes)
      : stub_(stub), queue_(queue), bytes_(bytes) {
    request_.set_data(std::string(bytes, 7));
  }
  void Start() override {
    context_ = std::make_unique<ClientContext>();
    reader_ = stub_->AsyncEcho(context_.get(), request_, queue_);
    reader_->Finish(&reply_, &status_, this);
  }
  void Check() override {
    if (!status_.ok() || reply_.data().size() != bytes_) Fail("a wrong echo");
  }

 private:
  peer::Peer::Stub* const stub_;
  CompletionQueue* const queue_;
  const size_t bytes_;
};

[[noreturn]] static void Download(peer::Peer::Stub* stub, Meter meter) {
  for (;;) {
    ClientContext context;
    peer::Count request;
    request.set_items(kItemsPerStream);
    auto reader = stub->Download(&context, request);
    peer::Item item;
    for (uint32_t due = 0; reader->Read(&item); due++) {
      if (item.number() != due || item.text() != kItemText) Fail("a wrong item");
      meter.Add(0);
    }
    if (!reader->Finish().ok()) Fail("the stream failed");
  }
}

// Connections that do nothing: the first hundred, then, for a line of input, the rest.
[[noreturn]] static void Idle(const std::string& address, size_t count) {
  static std::vector<std::unique_ptr<peer::Peer::Stub>> stubs;
  const auto open = [&address](size_t until) {
    while (stubs.size() < until) {
      stubs.push_back(Connect(address));
      ClientContext context;
      peer::WalletRequest request;
      peer::BalanceReply reply;
      request.set_wallet(WalletName(0));
      if (!stubs.back()->ReadBalance(&context, request, &reply).ok()) Fail("a call failed");
    }
    Say("{\"open\":" + std::to_string(stubs.size()) + "}");
  };
  const auto collect = [] {
    malloc_trim(0);
    Say("{\"collected\":true}");
  };
  open(std::min<size_t>(100, count));
  char line[64];
  for (int step = 0; fgets(line, sizeof line, stdin) != nullptr; step++) {
    if (step == 1) {
      open(count);
    } else {
      collect();
    }
  }
  _exit(0);
}

int main(int argc, char** argv) {
  if (argc < 9) return 2;
  const std::string address = std::string("127.0.0.1:") + argv[2];
  const std::string kind = argv[3];
  const int connections = atoi(argv[4]);
  const int in_flight = atoi(argv[5]);
  const size_t bytes = strtoul(argv[6], nullptr, 10);
  if (kind == "idle") Idle(address, connections);
  ListenForLines([] {});

  std::vector<std::unique_ptr<peer::Peer::Stub>> stubs;
  for (int i = 0; i < connections; i++) stubs.push_back(Connect(address));
  Meter meter(atof(argv[7]), atof(argv[8]));
  if (kind == "download") Download(stubs[0].get(), meter);

  ReadCall::MakeNames();
  CompletionQueue queue;
  std::vector<std::unique_ptr<Call>> calls;
  for (auto& stub : stubs) {
    for (int i = 0; i < in_flight; i++) {
      if (kind == "echo") {
        calls.push_back(std::make_unique<EchoCall>(stub.get(), &queue, bytes));
      } else {
        calls.push_back(std::make_unique<ReadCall>(stub.get(), &queue, i * 7));
      }
    }
  }
  const auto start = [](Call* call) {
    call->begun_ms = NowMs();
    call->Start();
  };
  for (auto& call : calls) start(call.get());
  void* tag;
  bool ok;
  while (queue.Next(&tag, &ok)) {
    Call* call = static_cast<Call*>(tag);
    call->Check();
    meter.Add(call->begun_ms);
    start(call);
  }
}
