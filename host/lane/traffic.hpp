#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "host/base/clock.hpp"
#include "host/lane/call.hpp"

namespace abv::lane {

// The calls in progress in one generation: how many there are, how much memory their bodies take,
// and a way to end them all. Any thread.
class Traffic {
 public:
  // Counts a call for as long as it lives.
  class Entry {
   public:
    Entry(Traffic& traffic, Call& call);
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry();

    // Books memory for the call's body. False when all bodies together would exceed `limit`.
    bool book(std::uint64_t bytes, std::uint64_t limit);

   private:
    Traffic& traffic_;
    Call& call_;
    std::uint64_t booked_ = 0;
  };

  // Memory for what may become a call's body, for as long as it lives. One thread at a time.
  class Booking {
   public:
    explicit Booking(std::shared_ptr<Traffic> traffic) : traffic_(std::move(traffic)) {}
    Booking(Booking&& other) noexcept
        : traffic_(std::move(other.traffic_)), booked_(std::exchange(other.booked_, 0)) {}
    Booking& operator=(Booking&&) = delete;
    ~Booking();

    // Books as much as is lacking of `bytes`. False when all bodies together would exceed `limit`.
    bool cover(std::uint64_t bytes, std::uint64_t limit);

   private:
    std::shared_ptr<Traffic> traffic_;
    std::uint64_t booked_ = 0;
  };

  std::size_t count() const;
  std::uint64_t body_bytes() const { return body_bytes_.load(std::memory_order_relaxed); }

  // Cancels every call in progress.
  void cancel_all();

  // Waits until no call is in progress, at most `patience`. True when it came to that.
  bool wait_until_quiet(Nanos patience);

 private:
  mutable std::mutex mutex_;
  std::condition_variable quiet_;
  std::unordered_set<Call*> calls_;
  std::atomic<std::uint64_t> body_bytes_{0};
};

}  // namespace abv::lane
