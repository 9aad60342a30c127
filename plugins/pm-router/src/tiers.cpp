#include "tiers.hpp"

#include <algorithm>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"

namespace pm_router {
namespace {

namespace sdk = abv::sdk;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), sdk::ascii_lower);
  return out;
}

std::size_t threshold(const sdk::json::Value& config, const char* name, std::int64_t absent) {
  return static_cast<std::size_t>(config["pro_from"][name].as_int(absent));
}

// A threshold of 0 is switched off.
bool reaches(std::size_t value, std::size_t threshold) {
  return threshold > 0 && value >= threshold;
}

std::string at_least(std::size_t value, const char* what, std::size_t threshold) {
  return std::to_string(value) + " " + what + ", at least " + std::to_string(threshold);
}

}  // namespace

bool read_tier(std::string_view word, Tier& tier) {
  tier = sdk::iequals(word, "pro") ? Tier::kPro : Tier::kLite;
  return tier == Tier::kPro || sdk::iequals(word, "lite");
}

Tiers::Tiers(const sdk::json::Value& config)
    : tokens_(threshold(config, "tokens", 8000)),
      turns_(threshold(config, "turns", 12)),
      tools_(threshold(config, "tools", 6)),
      images_(threshold(config, "images", 1)),
      code_(config["pro_from"]["code"].as_bool(true)),
      thinking_(config["pro_from"]["thinking"].as_bool(true)) {
  for (const sdk::json::Value& entry : config["keywords"].items()) {
    Keyword keyword{lower(entry["contains"].as_string()), Tier::kPro};
    if (keyword.text.empty() || !read_tier(entry["tier"].as_string(), keyword.tier)) {
      throw sdk::Failure{400, "invalid_config",
                         "keywords: expected a text in \"contains\", and lite or pro in \"tier\""};
    }
    keywords_.push_back(std::move(keyword));
  }
}

Verdict Tiers::judge(const RequestFacts& facts) const {
  if (!keywords_.empty()) {
    const std::string question = lower(facts.question);
    for (const Keyword& keyword : keywords_) {
      if (question.find(keyword.text) != std::string::npos) {
        return {keyword.tier, "keyword \"" + keyword.text + "\""};
      }
    }
  }
  if (reaches(facts.tokens, tokens_))
    return {Tier::kPro, at_least(facts.tokens, "tokens", tokens_)};
  if (reaches(facts.turns, turns_)) return {Tier::kPro, at_least(facts.turns, "turns", turns_)};
  if (reaches(facts.tools, tools_)) return {Tier::kPro, at_least(facts.tools, "tools", tools_)};
  if (reaches(facts.images, images_)) {
    return {Tier::kPro, at_least(facts.images, "images", images_)};
  }
  if (code_ && facts.has_code) return {Tier::kPro, "code in the question"};
  if (thinking_ && facts.wants_thinking) return {Tier::kPro, "thinking is asked for"};
  return {Tier::kLite, "nothing that needs more"};
}

}  // namespace pm_router
