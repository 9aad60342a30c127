#pragma once

#include <initializer_list>
#include <string_view>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"

namespace abv::openai {

inline constexpr std::string_view kResponsesDialect = "openai-responses";

// Stands between a namespace and a tool's name where other dialects see the tool as a function.
inline constexpr std::string_view kNamespaceMark = "__";

// Stands in the ids of output items that this dialect made up. They must not go to an upstream,
// which checks that encrypted reasoning comes back under the id that it was given out with.
inline constexpr std::string_view kOwnIdMark = "_abv_";

// The tool that stands for {"type":"local_shell"} where other dialects see it as a function.
inline constexpr std::string_view kLocalShell = "local_shell";

// Stands, as JSON text, between the texts of a reasoning item where they are one text.
inline constexpr std::string_view kBetweenTexts = "\\n\\n";

// The name of an opaque part that is an item, and not a piece of a message's content.
inline constexpr std::string_view kWholeItem = "item";

// The trace of a part: what its item had that means nothing elsewhere, such as ids, so that leaving
// it out is no loss and needs no report. It is an object that stands in `raw` beside `dialect`,
// where other dialects look at opaque parts only. A text with a trace begins an item.

// Leaves the members `keys` of `item` as the part's trace; null ones say nothing. Without any, the
// part tells its dialect only.
void leave_trace(sdk::chat::Request& request, sdk::chat::Part& part, const sdk::json::Value& item,
                 std::initializer_list<std::string_view> keys);

// Adds a member. False for an opaque part, which has no place for it.
bool add_to_trace(sdk::chat::Request& request, sdk::chat::Part& part, std::string_view key,
                  sdk::chat::Json value);

// The trace of a part, parsed into `document`; missing when it has none.
sdk::json::Value trace_of(const sdk::chat::Part& part, sdk::json::Document& document);

// True when a client of this dialect sent the request: any part or tool of it tells so.
bool is_from_responses(const sdk::chat::Request& request);

// The value of this dialect's extra `key`; empty when there is none.
sdk::chat::Json own_extra(const sdk::chat::Extras& extras, std::string_view key);

// Writes this dialect's extras as members of the object that is open, but for those `without`.
void write_own_extras(sdk::json::Writer& out, const sdk::chat::Extras& extras,
                      std::initializer_list<std::string_view> without = {});

}  // namespace abv::openai
