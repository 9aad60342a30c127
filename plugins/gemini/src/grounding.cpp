#include "grounding.hpp"

#include <algorithm>

namespace abv::gemini {

namespace json = sdk::json;

namespace {

// A chunk holds its source under what it is: web, maps, retrievedContext, image.
json::Value source_of(const json::Value& chunk) {
  for (const auto& [kind, source] : chunk.members()) {
    if (source.is_object()) return source;
  }
  return {};
}

}  // namespace

void GroundingReader::read(const json::Value& candidate, std::uint32_t index, ChoiceSink& sink) {
  const auto grounding = candidate["groundingMetadata"];
  read_supports(grounding, index, sink);
  for (const auto& citation : candidate["citationMetadata"]["citations"].items())
    give(citation, {}, citation, index, sink);
}

void GroundingReader::read_supports(const json::Value& grounding, std::uint32_t index,
                                    ChoiceSink& sink) {
  std::vector<json::Value> chunks;
  for (const auto& chunk : grounding["groundingChunks"].items())
    chunks.push_back(chunk);
  std::vector<bool> is_named(chunks.size(), false);
  for (const auto& support : grounding["groundingSupports"].items()) {
    const auto cited = support["segment"]["text"].as_string();
    for (const auto& number : support["groundingChunkIndices"].items()) {
      const auto at = static_cast<std::size_t>(number.as_int(-1));
      if (at >= chunks.size()) continue;
      is_named[at] = true;
      give(source_of(chunks[at]), cited, chunks[at], index, sink);
    }
  }
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (!is_named[i]) give(source_of(chunks[i]), {}, chunks[i], index, sink);
  }
}

void GroundingReader::give(const json::Value& source, const std::string& cited,
                           const json::Value& raw, std::uint32_t index, ChoiceSink& sink) {
  const auto url = source["uri"].as_string();
  if (!given_.insert(url + "\n" + cited).second) return;
  sink.citation(url, source["title"].as_string(), cited, index, raw.raw());
}

void write_grounding(const std::vector<Cited>& citations, json::Writer& out) {
  std::vector<std::string> urls;
  out.begin_object().key("groundingChunks").begin_array();
  for (const Cited& cited : citations) {
    if (std::find(urls.begin(), urls.end(), cited.url) != urls.end()) continue;
    urls.push_back(cited.url);
    out.begin_object().key("web").begin_object().member("uri", cited.url);
    out.member("title", cited.title).end_object().end_object();
  }
  out.end_array().key("groundingSupports").begin_array();
  for (const Cited& cited : citations) {
    if (cited.text.empty()) continue;
    const auto at = std::find(urls.begin(), urls.end(), cited.url) - urls.begin();
    out.begin_object().key("segment").begin_object().member("text", cited.text).end_object();
    out.key("groundingChunkIndices").begin_array().value(at).end_array().end_object();
  }
  out.end_array().end_object();
}

}  // namespace abv::gemini
