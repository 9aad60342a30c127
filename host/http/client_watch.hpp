#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "host/lane/client_request.hpp"

namespace abv::http {

// Notices clients that leave while their call is in progress. One thread serves all connections.
//
// A client is gone when its end of the connection is closed or reset. A half-close counts too,
// since programs that give up look the same on the wire; `half_close_is_gone` = false is for the
// rare client that closes its sending side and goes on reading.
class ClientWatch {
 public:
  explicit ClientWatch(bool half_close_is_gone);
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;
  ~ClientWatch();

  // Watches a connected socket for as long as this object lives. The kernel is asked once, so that
  // a call that is expected and forgotten costs no system call. One thread, but for the callback.
  class Registration final : public lane::Departure {
   public:
    Registration(ClientWatch& watch, int fd);
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() override;

    void expect(std::function<void()> gone) override;
    void forget() override;

   private:
    friend class ClientWatch;
    void notice();  // on the watch's thread

    ClientWatch& watch_;
    const int fd_;
    std::mutex mutex_;  // held while the callback runs on the watch's thread
    bool is_gone_ = false;
    std::function<void()> gone_;
    const std::uint64_t key_;
  };

 private:
  void run();
  std::uint64_t add(int fd, Registration& registration);
  void remove(int fd, std::uint64_t key);

  const bool half_close_is_gone_;
  int epoll_ = -1;
  int stop_ = -1;  // eventfd
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Registration*> watched_;
  std::uint64_t next_key_ = 1;
  std::thread thread_;
};

}  // namespace abv::http
