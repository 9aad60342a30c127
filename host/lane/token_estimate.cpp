#include "host/lane/token_estimate.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace abv::lane {
namespace {

namespace chat = sdk::chat;

// English prose and code come to about four bytes a token with all vendors; other scripts to two or
// three bytes of UTF-8 a token.
constexpr double kAsciiPerToken = 4.0;
constexpr double kOtherBytesPerToken = 2.5;

// What vendors document for a picture of usual size (Anthropic: pixels / 750; OpenAI: 85 to 1105;
// Gemini: 258 a tile).
constexpr double kTokensPerImage = 1000;
constexpr double kTokensPerMessage = 4;
constexpr double kTokensPerPart = 2;

// A document's base64 is three quarters of it, and a page of PDF of about 50 KB is 1,500 to 3,000
// tokens.
constexpr double kBase64PerToken = 25;

double tokens_of(std::string_view text) {
  const auto others = static_cast<double>(std::count_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  return (static_cast<double>(text.size()) - others) / kAsciiPerToken +
         others / kOtherBytesPerToken;
}

double tokens_of(const chat::Part& part) {
  double tokens = kTokensPerPart + tokens_of(part.text) + tokens_of(part.arguments) +
                  tokens_of(part.name) + tokens_of(part.raw);
  if (part.kind == chat::PartKind::kImage) {
    tokens += kTokensPerImage;
  } else {
    tokens += static_cast<double>(part.data.size()) / kBase64PerToken;
  }
  for (const chat::Part& inner : part.content) {
    tokens += tokens_of(inner);
  }
  return tokens;
}

// New numbers count for a third: one odd request must not spoil what many have taught.
constexpr double kWeight = 1.0 / 3;
constexpr double kLeast = 0.25;
constexpr double kMost = 4;

}  // namespace

std::int64_t estimate_tokens(const chat::Request& request) {
  double tokens = tokens_of(request.output.schema);
  for (const chat::Message& message : request.messages) {
    tokens += kTokensPerMessage;
    for (const chat::Part& part : message.parts) {
      tokens += tokens_of(part);
    }
  }
  for (const chat::Tool& tool : request.tools) {
    tokens += kTokensPerMessage + tokens_of(tool.name) + tokens_of(tool.description) +
              tokens_of(tool.parameters) + tokens_of(tool.raw);
  }
  return std::max<std::int64_t>(1, std::llround(tokens));
}

void TokenCalibration::observe(std::string_view model, std::int64_t estimated,
                               std::int64_t counted) {
  if (estimated <= 0 || counted <= 0) {
    return;
  }
  const double seen =
      std::clamp(static_cast<double>(counted) / static_cast<double>(estimated), kLeast, kMost);
  const std::lock_guard lock(mutex_);
  const std::optional<double> known = factor(model);
  if (!known && factors_.size() >= kMostModels) {
    return;
  }
  const double learnt = known ? *known + (seen - *known) * kWeight : seen;
  factors_.insert_or_assign(std::string(model), learnt);
  if (store_) {
    store_->put(std::string(model), std::to_string(learnt));
  }
}

// What was learnt before the process began is read when its model is first of interest.
std::optional<double> TokenCalibration::factor(std::string_view model) const {
  if (const auto known = factors_.find(model); known != factors_.end()) {
    return known->second;
  }
  const auto stored = store_ ? store_->get(std::string(model)) : std::nullopt;
  double value = 0;
  if (!stored ||
      std::from_chars(stored->data(), stored->data() + stored->size(), value).ec != std::errc() ||
      !(value >= kLeast && value <= kMost)) {
    return std::nullopt;
  }
  if (factors_.size() < kMostModels) {
    factors_.emplace(model, value);
  }
  return value;
}

bool TokenCalibration::is_due(std::uint64_t one_in) {
  constexpr std::uint64_t kFirst = 16;
  const std::uint64_t number = asked_.fetch_add(1, std::memory_order_relaxed);
  return number < kFirst || number % one_in == 0;
}

std::int64_t TokenCalibration::correct(std::string_view model, std::int64_t estimated) const {
  const std::lock_guard lock(mutex_);
  const std::optional<double> known = factor(model);
  return known ? std::max<std::int64_t>(1, std::llround(static_cast<double>(estimated) * *known))
               : estimated;
}

}  // namespace abv::lane
