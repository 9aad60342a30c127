#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "host/lane/client_request.hpp"

namespace abv::http {

// Passes on that a client has left, for connections on which somebody reads all the time.
class DepartureNotice final : public lane::Departure {
 public:
  void expect(std::function<void()> gone) override {
    {
      const std::lock_guard lock(mutex_);
      if (!is_gone_) {
        gone_ = std::move(gone);
        return;
      }
    }
    gone();
  }

  void forget() override {
    const std::lock_guard lock(mutex_);
    gone_ = nullptr;
  }

  // The client has left. Any thread; from the second time on it does nothing.
  void leave() {
    const std::lock_guard lock(mutex_);
    is_gone_ = true;
    if (gone_) {
      std::exchange(gone_, nullptr)();
    }
  }

 private:
  std::mutex mutex_;  // held while the callback runs
  bool is_gone_ = false;
  std::function<void()> gone_;
};

}  // namespace abv::http
