#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "host/account/upkeep.hpp"
#include "host/base/clock.hpp"
#include "host/lane/site.hpp"
#include "host/net/abort_handle.hpp"
#include "host/store/expiring_store.hpp"

namespace abv::lane {

// What came of a warm-up.
struct WarmedUp {
  int status = 200;  // of HTTP, for whoever asked: 200, 429 while the account is limited, 502, …
  std::string message;
  std::int64_t retry_after_ms = -1;  // of 429

  bool is_well() const { return status == 200; }
};

// The smallest real request to a model with an account, so that a quota's window begins to run, or
// to see whether the account works. Any thread.
//
// An account that is limited is not asked. One warm-up of an account and a model at a time: whoever
// asks meanwhile gets its result. An answer counts for the account as that of any call.
class WarmUps final : public account::WarmUpMemory {
 public:
  // `last` keeps when each went well, over restarts; may be null.
  WarmUps(const Clock& clock, std::unique_ptr<store::ExpiringStore> last)
      : clock_(clock), last_(std::move(last)) {}

  WarmedUp run(const Site& site, const Target& target, const std::string& account,
               const std::string& model, net::AbortHandle& abort);

  // WarmUpMemory
  std::int64_t last_ms(const std::string& account, const std::string& model) override;

 private:
  struct Flight {
    std::condition_variable landed;
    std::optional<WarmedUp> result;
  };

  const Clock& clock_;
  const std::unique_ptr<store::ExpiringStore> last_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace abv::lane
