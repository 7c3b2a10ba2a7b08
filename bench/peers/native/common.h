// What the C++ server and client share: the wallets, the clock, and the end with standard input.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>

constexpr int kWalletCount = 1000;
constexpr char kItemText[] = "transferencia";
constexpr uint32_t kItemsPerStream = 1'000'000;
constexpr int kMessageBytesMax = 16 << 20;

inline std::string WalletName(int i) {
  char name[32];
  snprintf(name, sizeof name, "wallet-%08d", i);
  return name;
}

inline int64_t BalanceOf(int i) { return 5'000'000'000 + i * 7; }

inline double NowMs() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

// A thread that calls `on_line` for each line of standard input, and ends the process with it.
inline void ListenForLines(std::function<void()> on_line) {
  std::thread([on_line] {
    char line[64];
    while (fgets(line, sizeof line, stdin) != nullptr) on_line();
    _exit(0);
  }).detach();
}

inline void Say(const std::string& json) {
  printf("%s\n", json.c_str());
  fflush(stdout);
}
