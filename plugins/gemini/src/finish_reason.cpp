#include "finish_reason.hpp"

#include <array>

namespace abv::gemini {
namespace {

struct Row {
  sdk::StopReason reason;
  std::string_view word;
};

// The first row of a reason gives its word.
constexpr std::array<Row, 22> kRows = {{
    {sdk::StopReason::kEnd, "STOP"},
    {sdk::StopReason::kLength, "MAX_TOKENS"},
    {sdk::StopReason::kRefusal, "SAFETY"},
    {sdk::StopReason::kRefusal, "RECITATION"},
    {sdk::StopReason::kRefusal, "BLOCKLIST"},
    {sdk::StopReason::kRefusal, "PROHIBITED_CONTENT"},
    {sdk::StopReason::kRefusal, "SPII"},
    {sdk::StopReason::kRefusal, "IMAGE_SAFETY"},
    {sdk::StopReason::kRefusal, "IMAGE_PROHIBITED_CONTENT"},
    {sdk::StopReason::kRefusal, "IMAGE_RECITATION"},
    {sdk::StopReason::kRefusal, "MODEL_ARMOR"},
    {sdk::StopReason::kRefusal, "JAILBREAK"},
    {sdk::StopReason::kOther, "OTHER"},
    {sdk::StopReason::kOther, "MALFORMED_FUNCTION_CALL"},
    {sdk::StopReason::kOther, "UNEXPECTED_TOOL_CALL"},
    {sdk::StopReason::kOther, "TOO_MANY_TOOL_CALLS"},
    {sdk::StopReason::kOther, "MALFORMED_RESPONSE"},
    {sdk::StopReason::kOther, "LANGUAGE"},
    {sdk::StopReason::kOther, "NO_IMAGE"},
    {sdk::StopReason::kOther, "IMAGE_OTHER"},
    {sdk::StopReason::kOther, "CONTINUATION"},
    {sdk::StopReason::kOther, "FINISH_REASON_UNSPECIFIED"},
}};

}  // namespace

sdk::StopReason read_finish_reason(std::string_view word) {
  for (const Row& row : kRows) {
    if (row.word == word) return row.reason;
  }
  return sdk::StopReason::kOther;
}

std::string_view finish_reason_word(sdk::StopReason reason, std::string_view word) {
  for (const Row& row : kRows) {
    if (row.word == word && row.reason == reason) return row.word;
  }
  for (const Row& row : kRows) {
    if (row.reason == reason) return row.word;
  }
  return "STOP";
}

}  // namespace abv::gemini
