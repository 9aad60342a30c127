#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::claude {

// The token counts of one answer. Anthropic counts the tokens read from and written to the cache
// beside input_tokens; the event's count includes them.
//
// A stream tells them twice: message_start has the input, message_delta the totals; a count that is
// missing or null the second time keeps its first value.
class Usage {
 public:
  void merge(const sdk::json::Value& usage);
  abv_usage counts() const;

 private:
  std::int64_t uncached_input_ = -1;
  std::int64_t output_ = -1;
  std::int64_t cache_read_ = -1;
  std::int64_t cache_write_ = -1;
  std::int64_t thinking_ = -1;
};

// What Anthropic counts beside tokens (cache writes by lifetime, searches, the service tier, …),
// kept from the API's own form of a usage event. There is none in other vendors' forms.
class UsageDetails {
 public:
  void merge(std::string_view raw);

  // Writes the members; only those that the end of a stream tells when `is_end`.
  void write(sdk::json::Writer& json, bool is_end) const;

 private:
  std::vector<std::pair<std::string_view, std::string>> details_;
};

// Writes a usage object, with what is not known as 0.
void write_usage(sdk::json::Writer& json, const abv_usage& counts, const UsageDetails& details,
                 bool is_end);

}  // namespace abv::claude
