#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

// POST /v1/responses/compact for models of all vendors: the conversation goes to the model as one
// text that it is asked to summarise, and the summary comes back to the client as an item that it
// carries like OpenAI's own, which nobody else can read.
namespace abv::openai {

// The request for the summary. `document` keeps the call's body. Throws Failure 400 for what is
// malformed.
sdk::chat::Request read_compact_request(const sdk::Call& call, sdk::json::Document& document,
                                        sdk::LossSink& losses);

// A summary as the content of an item, and what the model is told in place of such an item; nothing
// for content that is not of this host's making.
std::string wrap_summary(std::string_view summary);
std::optional<std::string> read_summary(std::string_view encrypted_content);

}  // namespace abv::openai
