#include "opaque_block.hpp"

#include <algorithm>

namespace abv::claude {

namespace json = sdk::json;

void OpaqueBlock::begin(const json::Value& block) {
  start_ = block.raw();
  input_.clear();
  fields_.clear();
}

void OpaqueBlock::add(const json::Value& delta) {
  std::string scratch;
  if (delta["type"].text(scratch) == "input_json_delta") {
    input_ += delta["partial_json"].text(scratch);
    return;
  }
  for (const auto& [name, value] : delta.members()) {
    if (name == "type" || value.is_null()) continue;
    if (value.is_string()) {
      field(name).text += value.text(scratch);
    } else {
      field(name).raw = value.raw();
    }
  }
}

std::string_view OpaqueBlock::finish(std::uint32_t index) {
  json_.clear();
  json_.begin_object().member("type", "content_block_start").member("index", index);
  json_.key("content_block");
  if (input_.empty() && fields_.empty()) {
    json_.raw(start_);
  } else {
    write_block();
  }
  json_.end_object();
  return json_.view();
}

OpaqueBlock::Field& OpaqueBlock::field(std::string_view name) {
  const auto same = [&](const Field& known) { return known.name == name; };
  const auto found = std::find_if(fields_.begin(), fields_.end(), same);
  if (found != fields_.end()) return *found;
  fields_.push_back({std::string(name), {}, {}});
  return fields_.back();
}

void OpaqueBlock::write_block() {
  json::Document start, input;
  start.parse(start_);
  const bool has_input = !input_.empty() && input.parse(input_);
  json_.begin_object();
  for (const auto& [name, value] : start.root().members()) {
    const std::string& key = name;
    const auto same = [&](const Field& known) { return known.name == key; };
    const auto changed = std::find_if(fields_.begin(), fields_.end(), same);
    if (name == "input" && has_input) continue;
    if (changed == fields_.end()) {
      json_.member(name, value);
    } else if (value.is_string()) {
      changed->text.insert(0, value.as_string());
    }
  }
  if (has_input) json_.key("input").raw(input_);
  for (const Field& changed : fields_) {
    json_.key(changed.name);
    changed.raw.empty() ? json_.value(changed.text) : json_.raw(changed.raw);
  }
  json_.end_object();
}

json::Value opaque_block_in(std::string_view raw, json::Document& document) {
  if (raw.empty() || !document.parse(raw)) return {};
  std::string scratch;
  if (document.root()["type"].text(scratch) != "content_block_start") return {};
  const auto block = document.root()["content_block"];
  return block["type"].is_string() ? block : json::Value();
}

}  // namespace abv::claude
