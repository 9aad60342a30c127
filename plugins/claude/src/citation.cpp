#include "citation.hpp"

#include <array>
#include <string>

namespace abv::claude {

namespace json = sdk::json;

namespace {

constexpr std::array<std::string_view, 5> kTypes = {
    "char_location", "page_location", "content_block_location", "web_search_result_location",
    "search_result_location"};

bool is_own_form(std::string_view raw) {
  json::Document document;
  if (raw.empty() || !document.parse(raw)) return false;
  std::string scratch;
  const auto type = document.root()["type"].text(scratch);
  for (const auto known : kTypes) {
    if (known == type) return true;
  }
  return false;
}

}  // namespace

void give_citation(const json::Value& citation, std::uint32_t index, sdk::EventSink& sink) {
  std::string url_scratch, title_scratch, cited_scratch;
  const auto url = citation["url"].is_string() ? citation["url"] : citation["source"];
  const auto title = citation["title"].is_string() ? citation["title"] : citation["document_title"];
  sink.citation(url.text(url_scratch), title.text(title_scratch),
                citation["cited_text"].text(cited_scratch), index, citation.raw());
}

bool write_citation(std::string_view raw, std::string_view url, std::string_view title,
                    std::string_view cited, json::Writer& out) {
  if (is_own_form(raw)) {
    out.raw(raw);
    return true;
  }
  if (url.empty()) return false;
  out.begin_object().member("type", "web_search_result_location").member("cited_text", cited);
  out.member("url", url).member("title", title).member("encrypted_index", "").end_object();
  return true;
}

}  // namespace abv::claude
