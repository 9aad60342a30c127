// The SDK's own readers and writers: JSON against simdjson, signatures that travel, base64, ids.

#include <simdjson.h>

#include <cmath>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "abv/sdk/signature.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

namespace json = sdk::json;
namespace dom = simdjson::dom;

std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return deepest;
}

void compare(const json::Value& ours, const dom::element& theirs);

void compare_members(const json::Value& ours, const dom::object& theirs) {
  require(ours.is_object() && ours.size() == theirs.size(), "objects have the same members");
  auto other = theirs.begin();
  for (const auto& [key, value] : ours.members()) {
    require_equal(key, std::string((*other).key), "members have the same names");
    compare(value, (*other).value);
    ++other;
  }
}

void compare(const json::Value& ours, const dom::element& theirs) {
  switch (theirs.type()) {
    case dom::element_type::OBJECT:
      return compare_members(ours, theirs.get_object());
    case dom::element_type::ARRAY: {
      const dom::array list = theirs.get_array();
      require(ours.is_array() && ours.size() == list.size(), "arrays have the same items");
      auto other = list.begin();
      for (const auto& item : ours.items()) {
        compare(item, *other);
        ++other;
      }
      return;
    }
    case dom::element_type::STRING:
      require(ours.is_string(), "a string is one");
      return require_equal(ours.as_string(), std::string(theirs.get_string().value()),
                           "strings are the same");
    case dom::element_type::BOOL:
      return require(ours.is_bool() && ours.as_bool() == theirs.get_bool().value(),
                     "booleans are the same");
    case dom::element_type::NULL_VALUE:
      return require(ours.is_null(), "null is null");
    case dom::element_type::INT64:
      return require(ours.as_int() == theirs.get_int64().value(), "integers are the same");
    default:
      require(ours.is_number() && ours.as_double() == theirs.get_double().value(),
              "numbers are the same");
  }
}

void rewrite(const json::Value& value, json::Writer& out) {
  if (value.is_object()) {
    out.begin_object();
    for (const auto& [key, member] : value.members()) {
      out.key(key);
      rewrite(member, out);
    }
    out.end_object();
  } else if (value.is_array()) {
    out.begin_array();
    for (const auto& item : value.items())
      rewrite(item, out);
    out.end_array();
  } else if (value.is_string()) {
    out.value(value.as_string());
  } else {
    out.value(value);
  }
}

void check_json(std::string_view text) {
  const Exactly exact(text);
  json::Document document;
  const bool is_json = document.parse(exact.view());
  require(is_json == json::parse(text).has_value(), "both readers read the same");
  dom::parser parser;
  dom::element element;
  const auto error = parser.parse(text.data(), text.size()).get(element);
  if (!is_json) {
    // It counts what it wanted to read of an escape.
    require(document.stopped_at() <= text.size() + 2, "a fault stands in the text");
    require(error != simdjson::SUCCESS || depth_of(text) > json::kMaxDepth,
            "what simdjson takes for JSON is JSON");
    return;
  }
  // It refuses numbers that are too large for it, and halves of surrogate pairs.
  require(error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR ||
              text.find("\\u") != std::string_view::npos,
          "what is JSON is so for simdjson");
  if (error == simdjson::SUCCESS) compare(document.root(), element);
  json::Writer out;
  rewrite(document.root(), out);
  json::Document again;
  require(again.parse(out.view()), "what is written again is JSON");
  json::Writer twice;
  rewrite(again.root(), twice);
  require_equal(std::string(out.view()), std::string(twice.view()),
                "writing again changes nothing");
  require(sdk::chat::plain(document.root().raw()) == document.root().as_string(),
          "the plain text of a JSON string is the string");
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sdk::utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void check_writer(std::string_view text) {
  json::Writer out;
  out.value(text);
  const auto value = json::parse(out.view());
  require(value && value->is_string(), "any bytes can be written as a JSON string");
  if (is_utf8(text)) {
    require_equal(value->as_string(), std::string(text), "text survives as a JSON string");
  }
}

// Two lines and the rest, as a signature with its origin.
void check_signature(std::string_view text) {
  const auto unwrapped = sdk::unwrap_signature(text, "claude");
  require(unwrapped.family == "claude" || text.starts_with(sdk::kWrappedBegin),
          "what was not wrapped is the client's own");
  const std::size_t first = std::min(text.find('\n'), text.size());
  const std::string_view rest = text.substr(std::min(first + 1, text.size()));
  const std::size_t second = std::min(rest.find('\0'), rest.size());
  const sdk::Signature signature{std::string(text.substr(0, first)),
                                 std::string(rest.substr(0, second)), second % 2 == 0,
                                 std::string(rest.substr(std::min(second + 1, rest.size())))};
  const auto back = sdk::unwrap_signature(sdk::wrap_signature(signature), "own");
  require_equal(back.value, signature.value, "a signature comes back as it went");
  require_equal(back.family, signature.family, "its origin comes back with it");
  require(back.is_redacted == signature.is_redacted, "and whether it is redacted");
}

void check_base64(std::string_view text) {
  const auto back = sdk::base64_decode(sdk::base64_encode(text));
  require(back && *back == text, "bytes survive base64");
  (void)sdk::base64_decode(text);
}

void check_tool_id(std::string_view text) {
  for (const std::size_t longest : {std::size_t{40}, std::size_t{64}}) {
    const std::string id = sdk::chat::tool_id(text, longest);
    require(!id.empty() && id.size() <= longest, "a tool's id has its length");
    require_equal(sdk::chat::tool_id(id, longest), id, "a sound id stays as it is");
  }
}

}  // namespace
}  // namespace abv::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = abv::fuzz::view_of(data, size);
  abv::fuzz::check_json(text);
  abv::fuzz::check_writer(text);
  abv::fuzz::check_signature(text);
  abv::fuzz::check_base64(text);
  abv::fuzz::check_tool_id(text);
  return 0;
}
