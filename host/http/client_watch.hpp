#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace abv::http {

// Notices clients that leave while their call is in progress. One thread serves all calls.
//
// A client is gone when its end of the connection is closed or reset. A half-close counts too,
// since programs that give up look the same on the wire; `half_close_is_gone` = false is for the
// rare client that closes its sending side and goes on reading.
class ClientWatch {
 public:
  // Runs on the watch's thread, at most once, and must not block.
  using Gone = std::function<void()>;

  explicit ClientWatch(bool half_close_is_gone);
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;
  ~ClientWatch();

  // Watches a connected socket for as long as this object lives. When its destructor has returned,
  // the callback is not running and will not run.
  class Registration {
   public:
    Registration(ClientWatch& watch, int fd, Gone gone);
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration();

   private:
    ClientWatch& watch_;
    int fd_;
    std::uint64_t key_;
  };

 private:
  void run();
  std::uint64_t add(int fd, Gone gone);
  void remove(int fd, std::uint64_t key);

  const bool half_close_is_gone_;
  int epoll_ = -1;
  int stop_ = -1;  // eventfd
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Gone> watched_;
  std::uint64_t next_key_ = 1;
  std::thread thread_;
};

}  // namespace abv::http
