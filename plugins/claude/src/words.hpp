#pragma once

#include <string_view>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"

// Names that the reader and the writer of requests share.
namespace abv::claude {

namespace chat = sdk::chat;
namespace json = sdk::json;

// Whose words extras and opaque parts are.
inline constexpr std::string_view kDialect = "claude-messages";

// Whose signatures are good for Anthropic's models.
inline constexpr std::string_view kFamily = "claude";

// The web search tool that every model knows; newer ones stand in the tool's extras.
inline constexpr std::string_view kWebSearchType = "web_search_20250305";

// Extras of a request whose field is inside an object are called by both names:
// "thinking.display". These are the objects.
inline constexpr std::string_view kThinking = "thinking";
inline constexpr std::string_view kOutputConfig = "output_config";
inline constexpr std::string_view kMetadata = "metadata";
inline constexpr std::string_view kToolChoice = "tool_choice";
inline constexpr std::string_view kOutputFormat = "output_config.format";
inline constexpr std::string_view kUserId = "metadata.user_id";
inline constexpr std::string_view kSourceType = "source.type";  // of a document

// Models for which thinking is a choice work at an effort without thinking when the request says no
// more; elsewhere an effort asks for thinking. That a request is one of these stands in `raw` of
// its first part, where other dialects look at opaque parts only: it is no loss to them.
inline constexpr std::string_view kEffortAlone = R"({"thinking":null})";

// True for "thinking.display" and "thinking".
inline bool is_inside(std::string_view key, std::string_view object) {
  return key.starts_with(object) && key.size() > object.size() && key[object.size()] == '.';
}

// Claude Code begins its system prompt with a block of this text, which differs in every request.
// It is for Anthropic alone: in another upstream's prompt it would be noise and spoil the cache, so
// it is an opaque part, which other dialects leave out. Nothing that a model should read is lost.
inline constexpr std::string_view kBillingHeader = "x-anthropic-billing-header:";

}  // namespace abv::claude
