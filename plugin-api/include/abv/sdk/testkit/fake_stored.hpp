// Kept answers that a test can look into.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "abv/ext/stored_answers.h"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace testkit {

// Give raw() to FakeCall::offer.
class FakeStoredAnswers {
 public:
  FakeStoredAnswers() {
    raw_.size = sizeof raw_;
    raw_.ctx = this;
    raw_.find = &find;
    raw_.remove = &remove;
    raw_.keep = &keep;
  }
  FakeStoredAnswers(const FakeStoredAnswers&) = delete;
  FakeStoredAnswers& operator=(const FakeStoredAnswers&) = delete;

  const abv_stored_answers* raw() const { return &raw_; }

  void put(const std::string& id, std::string request, std::string answer) {
    answers_[id] = {std::move(request), std::move(answer)};
  }
  bool has(const std::string& id) const { return answers_.count(id) > 0; }

  // Ids that are not here may be the upstream's.
  void let_upstream_know() { raw_.flags |= ABV_STORED_UPSTREAM; }

  // The host is told to keep nothing.
  void keep_nothing() { keeps_ = false; }

  // How many halves may still be read; all, without it.
  void limit_reads(int count) { reads_left_ = count; }

  // What the dialect had kept of the request, if it did.
  const std::optional<std::string>& kept_request() const { return kept_; }

 private:
  static FakeStoredAnswers& self(void* ctx) { return *static_cast<FakeStoredAnswers*>(ctx); }

  static abv_status find(void* ctx, abv_str id, std::int32_t half, const abv_writer* out) noexcept {
    const auto found = self(ctx).answers_.find(std::string(view(id)));
    if (found == self(ctx).answers_.end()) return ABV_E_NOT_FOUND;
    if (self(ctx).reads_left_ && (*self(ctx).reads_left_)-- <= 0) return ABV_E_LIMIT;
    const auto& [request, answer] = found->second;
    return out->write(out->ctx, str(half == ABV_STORED_REQUEST ? request : answer));
  }
  static abv_status remove(void* ctx, abv_str id) noexcept {
    return self(ctx).answers_.erase(std::string(view(id))) > 0 ? ABV_OK : ABV_E_NOT_FOUND;
  }
  static abv_status keep(void* ctx, abv_str request) noexcept {
    if (!self(ctx).keeps_) return ABV_E_UNSUPPORTED;
    self(ctx).kept_ = std::string(view(request));
    return ABV_OK;
  }

  abv_stored_answers raw_{};
  std::map<std::string, std::pair<std::string, std::string>> answers_;
  std::optional<std::string> kept_;
  std::optional<int> reads_left_;
  bool keeps_ = true;
};

}  // namespace testkit
}  // namespace v1
}  // namespace abv::sdk
