#include "grounding.hpp"

#include <algorithm>
#include <iterator>

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

void SaidText::add(std::uint32_t index, std::string_view piece) {
  Range& part = parts_.try_emplace(index, Range{text_.size(), text_.size()}).first->second;
  text_ += piece;
  part.end = text_.size();
}

SaidText::Range SaidText::segment_of(const Cited& citation) const {
  const auto part = parts_.find(citation.index);
  if (part == parts_.end()) return {};
  const auto at = citation.text.empty() ? std::string::npos : in(part->second).find(citation.text);
  if (at == std::string::npos) return part->second;
  const std::size_t begin = part->second.begin + at;
  return {begin, begin + citation.text.size()};
}

void write_grounding(const std::vector<Cited>& citations, const SaidText& said, json::Writer& out) {
  std::vector<const Cited*> sources;
  const auto place_of = [&](const Cited& cited) {
    const auto same = [&](const Cited* one) {
      return one->url == cited.url && (!cited.url.empty() || one->title == cited.title);
    };
    return std::find_if(sources.begin(), sources.end(), same) - sources.begin();
  };
  out.begin_object().key("groundingChunks").begin_array();
  for (const Cited& cited : citations) {
    if (place_of(cited) < std::ssize(sources)) continue;
    sources.push_back(&cited);
    // What has no URL is no page of the web but a document.
    out.begin_object().key(cited.url.empty() ? "retrievedContext" : "web").begin_object();
    if (!cited.url.empty()) out.member("uri", cited.url);
    out.member("title", cited.title).end_object().end_object();
  }
  out.end_array().key("groundingSupports").begin_array();
  for (const Cited& cited : citations) {
    const auto segment = said.segment_of(cited);
    if (segment.begin == segment.end) continue;
    out.begin_object().key("segment").begin_object();
    if (segment.begin > 0) out.member("startIndex", segment.begin);
    out.member("endIndex", segment.end).member("text", said.in(segment)).end_object();
    out.key("groundingChunkIndices").begin_array().value(place_of(cited)).end_array().end_object();
  }
  out.end_array().end_object();
}

}  // namespace abv::gemini
