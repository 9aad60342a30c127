#include "stop_reason.hpp"

#include <array>

namespace abv::claude {
namespace {

struct Row {
  sdk::StopReason reason;
  std::string_view word;
};

// The first row of a reason gives its word.
constexpr std::array<Row, 8> kRows = {{
    {sdk::StopReason::kEnd, "end_turn"},
    {sdk::StopReason::kLength, "max_tokens"},
    {sdk::StopReason::kLength, "model_context_window_exceeded"},
    {sdk::StopReason::kTool, "tool_use"},
    {sdk::StopReason::kSequence, "stop_sequence"},
    {sdk::StopReason::kRefusal, "refusal"},
    {sdk::StopReason::kPause, "pause_turn"},
    {sdk::StopReason::kOther, "compaction"},
}};

}  // namespace

sdk::StopReason read_stop_reason(std::string_view word) {
  for (const Row& row : kRows) {
    if (row.word == word) return row.reason;
  }
  return sdk::StopReason::kOther;
}

std::string_view stop_reason_word(sdk::StopReason reason, std::string_view word,
                                  bool has_tool_calls) {
  if (has_tool_calls && reason == sdk::StopReason::kEnd) return "tool_use";
  for (const Row& row : kRows) {
    if (row.reason == reason && row.word == word) return row.word;
  }
  if (reason == sdk::StopReason::kOther) return "end_turn";
  for (const Row& row : kRows) {
    if (row.reason == reason) return row.word;
  }
  return "end_turn";
}

}  // namespace abv::claude
