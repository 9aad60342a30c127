// What the raw lane reads of a body, and the splice that renames the model in it. An input that
// starts with "multipart/" is a content type, a line end and a multipart body; others are JSON.

#include <optional>

#include "abv/sdk/json.hpp"
#include "host/lane/body.hpp"
#include "host/lane/request_facts.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

std::string renamed(std::string_view body, const lane::RequestFacts& facts,
                    const std::string& model) {
  std::vector<lane::Splice> splices;
  std::size_t last_end = 0;
  for (const lane::Range& range : facts.model_ranges) {
    require(range.offset >= last_end && range.offset + range.length <= body.size(),
            "the places of the model stand one behind the other in the body");
    last_end = range.offset + range.length;
    splices.push_back({range, model});
  }
  std::vector<std::string_view> pieces;
  require(lane::splice_pieces(body, splices, pieces), "the places of the model can be spliced");
  std::string text;
  for (const std::string_view piece : pieces)
    text += piece;
  return text;
}

Result<lane::RequestFacts> facts_of(std::string_view text) {
  lane::Body body;
  body.reserve(text.size());
  text.copy(body.free_space().data(), text.size());
  body.commit(text.size());
  body.seal();
  return lane::json_facts(body);
}

// How another reader understands the two fields: the last of each counts.
struct Fields {
  bool is_object = false;
  bool has_odd_model = false;  // one that is no text
  std::string model;
  bool is_stream = false;
  std::size_t models = 0;
};

Fields fields_of(std::string_view text) {
  Fields fields;
  sdk::json::Document document;
  if (!document.parse(text)) return fields;
  fields.is_object = document.root().is_object();
  for (const auto& [key, value] : document.root().members()) {
    if (key == "stream") fields.is_stream = value.as_bool();
    if (key != "model") continue;
    ++fields.models;
    fields.has_odd_model |= !value.is_string();
    fields.model = value.as_string();
  }
  return fields;
}

// Halves of surrogate pairs are JSON, but no text; readers differ in what they make of them.
bool may_hold_half_characters(std::string_view text) {
  return text.find("\\ud") != std::string_view::npos || text.find("\\uD") != std::string_view::npos;
}

void check_json(std::string_view text) {
  const auto facts = facts_of(text);
  const Fields fields = fields_of(text);
  if (!facts) {
    require(!fields.is_object || may_hold_half_characters(text), "a JSON object is taken for one");
    return;
  }
  const std::string changed = renamed(text, *facts, "\"other\"");
  if (!fields.is_object || fields.has_odd_model || may_hold_half_characters(text)) return;
  require_equal(facts->model, fields.model, "the model is the one that others read");
  require(facts->is_stream == fields.is_stream, "streaming is what others read");
  require(facts->model_ranges.size() == fields.models, "every place of the model is known");
  const Fields after = fields_of(changed);
  require(after.is_object && after.models == fields.models && after.is_stream == fields.is_stream,
          "a splice changes nothing but the model");
  require(fields.models == 0 || after.model == "other", "a splice renames the model");
}

void check_multipart(std::string_view input) {
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view type = input.substr(0, line);
  const Exactly body(input.substr(std::min(line + 1, input.size())));
  const auto facts = lane::multipart_facts(body.view(), type);
  if (!facts) return;
  const std::string changed = renamed(body.view(), *facts, "other");
  const auto after = lane::multipart_facts(changed, type);
  require(after.ok(), "a multipart body with another model is one");
  require(after->model_ranges.size() == facts->model_ranges.size() &&
              after->is_stream == facts->is_stream,
          "a splice changes nothing but the model");
  require(facts->model_ranges.empty() || after->model == "other", "a splice renames the model");
}

}  // namespace
}  // namespace abv::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = abv::fuzz::view_of(data, size);
  if (input.starts_with("multipart/")) {
    abv::fuzz::check_multipart(input);
  } else {
    abv::fuzz::check_json(input);
  }
  return 0;
}
