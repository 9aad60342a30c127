#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "abv/ext/provider.h"
#include "host/base/result.hpp"
#include "host/plugin/abilities.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/outgoing.hpp"
#include "host/plugin/sinks.hpp"

namespace abv::plugin {

// What came back from upstream; see abv_answer. All are views.
struct Answer {
  std::int32_t http_status = 0;
  abv_status transport = ABV_OK;
  std::span<const abv_header> headers;
  std::string_view body;
  std::int64_t now_unix_ms = 0;
};

enum class Action : std::int32_t {
  kPass = ABV_ACTION_PASS,
  kRetry = ABV_ACTION_RETRY,
  kRotate = ABV_ACTION_ROTATE,
  kRefresh = ABV_ACTION_REFRESH,
  kDead = ABV_ACTION_DEAD,
};

enum class Scope : std::int32_t {
  kRequest = ABV_SCOPE_REQUEST,
  kModel = ABV_SCOPE_MODEL,
  kAccount = ABV_SCOPE_ACCOUNT,
  kProvider = ABV_SCOPE_PROVIDER,
};

// What an answer means; see abv_verdict.
struct Verdict {
  Action action = Action::kPass;
  Scope scope = Scope::kRequest;
  std::int64_t cool_down_ms = 0;     // -1 unknown
  std::int64_t retry_after_ms = -1;  // -1 unknown
};

// An upstream service, out of a plugin. Cheap to copy; any thread. Functions that are not offered
// return ABV_E_UNSUPPORTED; output is appended.
class Provider {
 public:
  // kInvalid when the instance is no provider, or when its abilities are malformed.
  static Result<Provider> of(std::shared_ptr<Instance> instance);

  const Instance& instance() const { return *instance_; }
  const ProviderAbilities& abilities() const { return *abilities_; }
  bool has_judge() const;
  bool has_digest() const;

  abv_status prepare(const Attempt& attempt, OutgoingRequest& out) const noexcept;

  // `verdict` holds the host's default and is changed only when the plugin gives a legal one; an
  // illegal one is ABV_E_INTERNAL.
  abv_status judge(const Attempt& attempt, const Answer& answer, Verdict& verdict,
                   std::string& reason) const noexcept;

  abv_status digest(const Attempt& attempt, const Answer& answer, std::string& json) const noexcept;

 private:
  Provider(std::shared_ptr<Instance> instance, const abv_provider* table,
           std::shared_ptr<const ProviderAbilities> abilities);

  std::shared_ptr<Instance> instance_;
  const abv_provider* table_;
  std::shared_ptr<const ProviderAbilities> abilities_;
};

}  // namespace abv::plugin
