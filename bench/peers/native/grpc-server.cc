// The server of C++ gRPC: `grpc-server callback|queue server`, the two of its three interfaces that
// are the fastest.
#include <grpcpp/grpcpp.h>
#include <malloc.h>

#include <memory>
#include <unordered_map>

#include "common.h"
#include "peer.grpc.pb.h"

using grpc::CallbackServerContext;
using grpc::ServerCompletionQueue;
using grpc::ServerContext;
using grpc::ServerUnaryReactor;
using grpc::ServerWriteReactor;
using grpc::Status;

static std::unordered_map<std::string, int64_t> balances;

static int64_t ReadBalance(const std::string& wallet) {
  auto found = balances.find(wallet);
  return found == balances.end() ? -1 : found->second;
}

// The callback interface: gRPC's own threads call the handlers.
class CallbackPeer final : public peer::Peer::CallbackService {
  ServerUnaryReactor* ReadBalance(CallbackServerContext* context, const peer::WalletRequest* request,
                                  peer::BalanceReply* reply) override {
    reply->set_value(::ReadBalance(request->wallet()));
    return Finished(context);
  }

  ServerUnaryReactor* Echo(CallbackServerContext* context, const peer::Blob* request,
                           peer::Blob* reply) override {
    reply->set_data(request->data());
    return Finished(context);
  }

  ServerWriteReactor<peer::Item>* Download(CallbackServerContext*,
                                           const peer::Count* request) override {
    class Writer final : public ServerWriteReactor<peer::Item> {
     public:
      explicit Writer(uint32_t count) : count_(count) {
        item_.set_text(kItemText);
        WriteNext();
      }
      void OnWriteDone(bool ok) override {
        if (ok) {
          WriteNext();
        } else {
          Finish(Status::CANCELLED);
        }
      }
      void OnDone() override { delete this; }

     private:
      void WriteNext() {
        if (next_ == count_) {
          Finish(Status::OK);
          return;
        }
        item_.set_number(next_++);
        StartWrite(&item_);
      }
      const uint32_t count_;
      uint32_t next_ = 0;
      peer::Item item_;
    };
    return new Writer(request->items());
  }

  static ServerUnaryReactor* Finished(CallbackServerContext* context) {
    ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(Status::OK);
    return reactor;
  }
};

// The completion queue: one thread of our own takes calls and answers.
using QueuePeer = peer::Peer::WithAsyncMethod_ReadBalance<peer::Peer::Service>;

class QueuedCall {
 public:
  QueuedCall(QueuePeer* service, ServerCompletionQueue* queue)
      : service_(service), queue_(queue), writer_(&context_) {
    service_->RequestReadBalance(&context_, &request_, &writer_, queue_, queue_, this);
  }

  void Proceed(bool ok) {
    if (!ok || is_answered_) {
      delete this;
      return;
    }
    is_answered_ = true;
    new QueuedCall(service_, queue_);
    reply_.set_value(ReadBalance(request_.wallet()));
    writer_.Finish(reply_, Status::OK, this);
  }

 private:
  QueuePeer* const service_;
  ServerCompletionQueue* const queue_;
  ServerContext context_;
  peer::WalletRequest request_;
  peer::BalanceReply reply_;
  grpc::ServerAsyncResponseWriter<peer::BalanceReply> writer_;
  bool is_answered_ = false;
};

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const bool is_queue = std::string(argv[1]) == "queue";
  for (int i = 0; i < kWalletCount; i++) balances[WalletName(i)] = BalanceOf(i);

  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  CallbackPeer callback_peer;
  QueuePeer queue_peer;
  std::unique_ptr<ServerCompletionQueue> queue;
  if (is_queue) {
    builder.RegisterService(&queue_peer);
    queue = builder.AddCompletionQueue();
  } else {
    builder.RegisterService(&callback_peer);
  }
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  ListenForLines([] {
    malloc_trim(0);
    Say("{\"collected\":true}");
  });
  Say("{\"port\":" + std::to_string(port) + "}");
  if (!is_queue) {
    server->Wait();
    return 0;
  }
  constexpr int kCallsAhead = 256;
  for (int i = 0; i < kCallsAhead; i++) new QueuedCall(&queue_peer, queue.get());
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) static_cast<QueuedCall*>(tag)->Proceed(ok);
}
