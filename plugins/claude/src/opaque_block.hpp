#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/json.hpp"

namespace abv::claude {

// Puts a content block together that no event has a word for: a call of a tool that Anthropic runs,
// or its result. It becomes one opaque event in the form of the API's own content_block_start, with
// everything that the block's deltas brought already in it.
class OpaqueBlock {
 public:
  void begin(const sdk::json::Value& block);

  // input_json_delta becomes the block's input; of any other delta, texts are added to the block's
  // fields of their names, and other values replace those.
  void add(const sdk::json::Value& delta);

  // {"type":"content_block_start","index":0,"content_block":{…}}. Valid until the next call.
  std::string_view finish(std::uint32_t index);

 private:
  struct Field {
    std::string name;
    std::string text;  // what was added
    std::string raw;   // or the value
  };

  Field& field(std::string_view name);
  void write_block();

  std::string start_;
  std::string input_;
  std::vector<Field> fields_;
  sdk::json::Writer json_;
};

// The block in an opaque event of that form; a missing value for all other events. `document` keeps
// what was parsed.
sdk::json::Value opaque_block_in(std::string_view raw, sdk::json::Document& document);

}  // namespace abv::claude
