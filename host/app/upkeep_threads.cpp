#include "host/app/upkeep_threads.hpp"

#include <chrono>
#include <utility>

#include "host/lane/upkeep_work.hpp"

namespace abv::app {
namespace {

// More than what one provider may take up, so that none can hold up all others.
constexpr std::size_t kThreads = account::Upkeep::kMostOfProvider + 1;

constexpr std::chrono::milliseconds kLook{500};

}  // namespace

UpkeepThreads::UpkeepThreads(SiteSource site, const Clock& clock, Log& log)
    : site_(std::move(site)), clock_(clock), log_(log) {
  for (std::size_t i = 0; i < kThreads; ++i) {
    aborts_.push_back(std::make_unique<net::AbortHandle>());
  }
  for (const std::unique_ptr<net::AbortHandle>& abort : aborts_) {
    threads_.emplace_back([this, handle = abort.get()] { run(*handle); });
  }
}

UpkeepThreads::~UpkeepThreads() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
  for (const std::unique_ptr<net::AbortHandle>& abort : aborts_) {
    abort->abort();
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

// True when it is time to stop.
bool UpkeepThreads::rest() {
  std::unique_lock lock(mutex_);
  return stopping_.wait_for(lock, kLook, [this] { return is_stopping_; });
}

void UpkeepThreads::run(net::AbortHandle& abort) {
  while (!rest()) {
    // The site is let go of in between, so that an old generation can end.
    while (!abort.aborted() && lane::do_chore(*site_(), upkeep_, clock_, log_, abort)) {
    }
  }
}

}  // namespace abv::app
