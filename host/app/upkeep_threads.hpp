#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "host/account/upkeep.hpp"
#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/lane/site.hpp"
#include "host/net/abort_handle.hpp"

namespace abv::app {

// The threads that look after accounts while nobody calls: tokens are refreshed before they expire,
// quotas are asked for.
class UpkeepThreads {
 public:
  using SiteSource = std::function<std::shared_ptr<const lane::Site>()>;

  // `site` gives the current one, on any thread; never null. All outlive this.
  UpkeepThreads(SiteSource site, const Clock& clock, Log& log);
  UpkeepThreads(const UpkeepThreads&) = delete;
  UpkeepThreads& operator=(const UpkeepThreads&) = delete;

  // Waits for refreshes that have begun; all else is cut short.
  ~UpkeepThreads();

 private:
  void run(net::AbortHandle& abort);
  bool rest();

  const SiteSource site_;
  const Clock& clock_;
  Log& log_;
  account::Upkeep upkeep_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool is_stopping_ = false;
  std::vector<std::unique_ptr<net::AbortHandle>> aborts_;
  std::vector<std::thread> threads_;
};

}  // namespace abv::app
