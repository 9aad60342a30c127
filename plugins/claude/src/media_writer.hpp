#pragma once

#include <string_view>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"

// Images and documents in the forms that the API takes: images as PNG, JPEG, GIF or WebP, documents
// as PDF or plain text; both also by URL and from Anthropic's file store.
namespace abv::claude {

// Why an image, audio or file part cannot be sent; empty when it can.
std::string_view why_no_media(const sdk::chat::Part& part);

// Writes the members "type" and "source" of a part that can be sent into the open object, and a
// document's title.
void write_media(const sdk::chat::Part& part, sdk::json::Writer& out);

}  // namespace abv::claude
