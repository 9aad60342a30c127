#include "request_body.hpp"

#include <algorithm>
#include <array>

#include "abv/sdk/json.hpp"

namespace abv::codex {

namespace json = sdk::json;

namespace {

// "Unsupported parameter: …". Sampling, limits and labels are the backend's own business.
constexpr std::array<std::string_view, 16> kRefused = {"context_management",
                                                       "frequency_penalty",
                                                       "max_completion_tokens",
                                                       "max_output_tokens",
                                                       "max_tool_calls",
                                                       "metadata",
                                                       "moderation",
                                                       "presence_penalty",
                                                       "prompt_cache_options",
                                                       "prompt_cache_retention",
                                                       "safety_identifier",
                                                       "stream_options",
                                                       "temperature",
                                                       "top_logprobs",
                                                       "top_p",
                                                       "truncation"};

// Set here, whatever the client says of them.
constexpr std::array<std::string_view, 4> kSet = {"instructions", "model", "store", "stream"};

bool is_in(const auto& list, std::string_view key) {
  return std::find(list.begin(), list.end(), key) != list.end();
}

// Names of people are refused too; of the tiers, one is known.
bool is_left_out(std::string_view key, const json::Value& value) {
  if (key == "service_tier") return value.as_string() != "priority";
  return key == "user" || is_in(kRefused, key) || is_in(kSet, key);
}

void write_item(const json::Value& item, json::Writer& out) {
  if (item["role"].as_string() != "system") {
    out.value(item);
    return;
  }
  out.begin_object();
  for (const auto& [key, value] : item.members())
    key == "role" ? out.member(key, "developer") : out.member(key, value);
  out.end_object();
}

void write_input(const json::Value& input, json::Writer& out) {
  out.begin_array();
  if (input.is_string()) {
    out.begin_object().member("type", "message").member("role", "user");
    out.key("content").begin_array().begin_object().member("type", "input_text");
    out.member("text", input).end_object().end_array().end_object();
  }
  for (const auto& item : input.items())
    write_item(item, out);
  out.end_array();
}

}  // namespace

std::string chatgpt_body(std::string_view body, std::string_view model,
                         std::string_view instructions) {
  json::Document document;
  if (!document.parse(body) || !document.root().is_object()) return std::string(body);
  const json::Value root = document.root();
  json::Writer out;
  out.reserve(body.size() + instructions.size() + 64).begin_object().member("model", model);
  const std::string own = root["instructions"].as_string();
  out.member("instructions", own.empty() ? instructions : std::string_view(own));
  for (const auto& [key, value] : root.members()) {
    if (is_left_out(key, value)) continue;
    if (key == "input") {
      write_input(value, out.key(key));
    } else {
      out.member(key, value);
    }
  }
  // What is not stored can only come back with the client's next request.
  if (!root["include"]) {
    out.key("include").begin_array().value("reasoning.encrypted_content").end_array();
  }
  return out.member("store", false).member("stream", true).end_object().take();
}

}  // namespace abv::codex
