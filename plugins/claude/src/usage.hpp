#pragma once

#include <cstdint>

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

// Writes a usage object, with what is not known as 0.
void write_usage(sdk::json::Writer& json, const abv_usage& counts);

}  // namespace abv::claude
