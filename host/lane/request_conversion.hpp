#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "host/lane/call.hpp"
#include "host/lane/converted_request.hpp"
#include "host/lane/event_call.hpp"

namespace abv::lane {

// The client's request on its way into another dialect: read into the canonical form, mended there,
// and written in the upstream's. What is lost stands in the call's record. One thread, one request.
class RequestConversion {
 public:
  // Both outlive it.
  RequestConversion(Call& call, const EventCall& what)
      : call_(call), what_(what), losses_(call.record().losses) {}

  // Why the request cannot be converted; nothing when it was.
  std::optional<CallError> convert();

  // Why the route refuses what was converted: it asks for all or nothing, and something was lost.
  std::optional<CallError> intolerable_loss() const;

  // What was converted; valid as long as this, until the next call of it.
  Sendable sendable();

  // Of the request's input; 0 when it was not estimated.
  std::int64_t estimated_tokens() const { return estimated_tokens_; }

 private:
  void examine(std::string& canonical);
  std::size_t mend(sdk::chat::Request& request);
  bool is_mending_due(const std::string& canonical) const;
  bool is_estimate_due() const;
  CallError failure(const plugin::Instance& plugin, abv_status status, const char* step);

  Call& call_;
  const EventCall& what_;
  LossCollector losses_;
  ConvertedRequest request_;
  std::vector<abv_header> headers_;
  std::string agent_;
  std::int64_t estimated_tokens_ = 0;
};

}  // namespace abv::lane
