#pragma once

#include <string_view>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

// Citations of answers. Anthropic's point into documents, search results or web pages; those of
// other vendors are of web pages.
namespace abv::claude {

// Gives a citation of the API as an event, with its own form beside it.
void give_citation(const sdk::json::Value& citation, std::uint32_t index, sdk::EventSink& sink);

// Writes a citation event as one of the API: in its own form when that is the API's, else as that
// of a web page. False, with nothing written, for one that has no URL.
bool write_citation(std::string_view raw, std::string_view url, std::string_view title,
                    std::string_view cited, sdk::json::Writer& out);

}  // namespace abv::claude
