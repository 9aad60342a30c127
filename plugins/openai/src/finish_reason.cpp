#include "finish_reason.hpp"

namespace abv::openai {

sdk::StopReason read_finish_reason(std::string_view word) {
  if (word == "stop") return sdk::StopReason::kEnd;
  if (word == "length") return sdk::StopReason::kLength;
  if (word == "tool_calls" || word == "function_call") return sdk::StopReason::kTool;
  if (word == "content_filter") return sdk::StopReason::kRefusal;
  return sdk::StopReason::kOther;
}

std::string_view finish_reason_word(sdk::StopReason reason, bool has_tool_calls) {
  switch (reason) {
    case sdk::StopReason::kLength:
      return "length";
    case sdk::StopReason::kRefusal:
      return "content_filter";
    case sdk::StopReason::kTool:
      return "tool_calls";
    default:
      return has_tool_calls ? "tool_calls" : "stop";
  }
}

}  // namespace abv::openai
