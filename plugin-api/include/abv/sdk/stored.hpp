// abv.call.stored-answers/1 for dialects in C++; ext/stored_answers.h says what it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/abi/call.h"
#include "abv/ext/stored_answers.h"
#include "abv/sdk/event.hpp"
#include "abv/sdk/failure.hpp"
#include "abv/sdk/signature.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

// What the id of every kept answer begins with. It is what everything begins with that this host
// gives clients to carry, so that one look at a request tells whether it holds any of it.
inline constexpr std::string_view kStoredBegin = kWrappedBegin;

// The answers that a call may refer to; none of a call that is null or has no such extension.
class StoredAnswers {
 public:
  explicit StoredAnswers(const abv_call* call) {
    if (call == nullptr) return;
    raw_ = static_cast<const abv_stored_answers*>(
        call->get_extension(call->ctx, str(ABV_CALL_STORED_ANSWERS)));
  }

  explicit operator bool() const { return raw_ != nullptr; }

  // An id that is not found may be one of the upstream's.
  bool upstream_may_know() const {
    return raw_ != nullptr && (raw_->flags & ABV_STORED_UPSTREAM) != 0;
  }

  // JSON text; nothing when there is no such answer. They throw Stopped ABV_E_LIMIT when the call
  // has read too much.
  std::optional<std::string> request(std::string_view id) const {
    return find(id, ABV_STORED_REQUEST);
  }
  std::optional<std::string> answer(std::string_view id) const {
    return find(id, ABV_STORED_ANSWER);
  }

  // False when there was none.
  bool remove(std::string_view id) const {
    return raw_ != nullptr && raw_->remove(raw_->ctx, str(id)) == ABV_OK;
  }

  // In decode_request: has the answer to this call kept. False when the host keeps nothing.
  bool keep(std::string_view request_json) const {
    return raw_ != nullptr && raw_->keep(raw_->ctx, str(request_json)) == ABV_OK;
  }

 private:
  std::optional<std::string> find(std::string_view id, std::int32_t half) const {
    if (raw_ == nullptr) return std::nullopt;
    const StringWriter out;
    const abv_status status = raw_->find(raw_->ctx, str(id), half, out.raw());
    if (status == ABV_E_NOT_FOUND) return std::nullopt;
    throw_unless_ok(status);
    return out.text();
  }

  const abv_stored_answers* raw_ = nullptr;
};

}  // namespace v1
}  // namespace abv::sdk
