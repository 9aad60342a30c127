#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"
#include "request_scan.hpp"

namespace pm_router {

enum class Tier { kLite, kPro };

struct Verdict {
  Tier tier = Tier::kLite;
  std::string reason;  // for people: "12000 tokens, at least 8000"
};

// The operator's rules: which requests are worth the better model. Deterministic.
class Tiers {
 public:
  // Throws sdk::Failure for a setting that makes no sense.
  explicit Tiers(const abv::sdk::json::Value& config);

  Verdict judge(const RequestFacts& facts) const;

 private:
  struct Keyword {
    std::string text;  // lower case
    Tier tier = Tier::kPro;
  };

  std::vector<Keyword> keywords_;
  std::size_t tokens_;
  std::size_t turns_;
  std::size_t tools_;
  std::size_t images_;
  bool code_;
  bool thinking_;
};

// "lite" or "pro"; false when it is neither.
bool read_tier(std::string_view word, Tier& tier);

}  // namespace pm_router
