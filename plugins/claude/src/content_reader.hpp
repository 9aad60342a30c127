#pragma once

#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "where.hpp"

// Reads content blocks of a request. What no other dialect has a word for becomes an opaque part,
// and fields that have no place in a part become its extras.
namespace abv::claude {

// One content block. Views of the result are of the document, or of texts in `request`. Throws
// Failure 400 when a field that is known has another type than it must have.
sdk::chat::Part read_block(const sdk::json::Value& block, const Where& where);

// The content of a message, a system prompt or a tool result: a string or an array of blocks.
void read_content(const sdk::json::Value& content, const Where& where,
                  std::vector<sdk::chat::Part>& parts);

// Keeps a field that only this dialect knows. Null, which stands for absent everywhere in this API,
// is not kept.
void keep_extra(sdk::chat::Extras& extras, std::string_view key, const sdk::json::Value& value);

// Reads cache_control into `cache`; false when it says more than a part can hold.
bool read_cache(const sdk::json::Value& control, sdk::chat::Json& cache);

}  // namespace abv::claude
