#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/account/account.hpp"
#include "host/base/clock.hpp"
#include "host/lane/site.hpp"
#include "host/net/abort_handle.hpp"
#include "host/plugin/provider.hpp"

namespace abv::lane {

// How a control operation of a provider ended.
struct ControlResult {
  std::string json;  // what the provider made of the answer; or the body as it came
  bool is_digested = false;
  int status = 0;           // of HTTP; 0 when no answer came
  plugin::Verdict verdict;  // of an answer that is none of success
  std::string reason;       // the provider's words on it
};

// Runs a control operation (ABV_OP_REFRESH, …) with an account, all its steps. An error when the
// provider has no such operation (kUnsupported by plugin::code_of), when there was no answer, or
// when it was one of failure and the provider has no judgement of it. `result` is filled either
// way. No step takes longer than `at_most`; 0: than the provider's own timeouts.
Result<void> control(const Target& target, std::string_view operation,
                     const std::shared_ptr<account::Account>& account, const Clock& clock,
                     net::AbortHandle& abort, ControlResult& result, Nanos at_most = Nanos{0});

}  // namespace abv::lane
