// The JSON form of the canonical chat request (schema/chat.schema.json): write_chat and read_chat.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/failure.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace chat {
namespace detail {

// The words of the JSON form, in the order of their enums.
inline constexpr std::string_view kRoles[] = {"system", "developer", "user", "assistant"};
inline constexpr std::string_view kPartKinds[] = {
    "text", "refusal", "image", "audio", "file", "reasoning", "tool_call", "tool_result", "opaque"};
inline constexpr std::string_view kToolKinds[] = {"function", "custom", "web_search", "opaque"};
inline constexpr std::string_view kModes[] = {"", "auto", "none", "required"};

template <class Enum, std::size_t kCount>
std::string_view word_of(Enum value, const std::string_view (&words)[kCount]) {
  return words[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t kCount>
Enum enum_of(std::string_view word, const std::string_view (&words)[kCount], const char* what) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  throw Failure{
      400, "invalid_request",
      "canonical request: unknown " + std::string(what) + " \"" + std::string(word) + "\""};
}

// Members that are left out when there is nothing in them.
class Fields {
 public:
  explicit Fields(json::Writer& out) : out_(out) {}

  void text(std::string_view key, const std::string& value) {
    if (!value.empty()) out_.member(key, value);
  }
  void raw(std::string_view key, Json value) {
    if (!value.empty()) out_.key(key).raw(value);
  }
  void flag(std::string_view key, bool value) {
    if (value) out_.member(key, true);
  }
  template <class T>
  void optional(std::string_view key, const std::optional<T>& value) {
    if (value) out_.member(key, *value);
  }
  void words(std::string_view key, const std::vector<std::string>& list) {
    if (list.empty()) return;
    out_.key(key).begin_array();
    for (const auto& word : list)
      out_.value(word);
    out_.end_array();
  }
  void extras(const Extras& extras) {
    if (extras.empty()) return;
    out_.key("extras").begin_array();
    for (const Extra& extra : extras) {
      out_.begin_object().member("dialect", extra.dialect).member("key", extra.key);
      out_.key("value").raw(extra.value).end_object();
    }
    out_.end_array();
  }

 private:
  json::Writer& out_;
};

inline void write_part(json::Writer& out, const Part& part) {
  out.begin_object().member("type", word_of(part.kind, kPartKinds));
  Fields fields(out);
  fields.raw("text", part.text);
  fields.text("media_type", part.media_type);
  fields.raw("data", part.data);
  fields.raw("url", part.url);
  fields.text("file_id", part.file_id);
  fields.text("name", part.name);
  fields.text("detail", part.detail);
  fields.text("signature", part.signature);
  fields.text("redacted", part.redacted);
  fields.text("origin", part.origin);
  fields.text("origin_model", part.origin_model);
  fields.text("id", part.id);
  fields.raw("arguments", part.arguments);
  fields.flag("custom", part.is_custom);
  fields.flag("error", part.is_error);
  if (part.kind == PartKind::kToolResult) {
    out.key("content").begin_array();
    for (const Part& inner : part.content)
      write_part(out, inner);
    out.end_array();
  }
  fields.text("dialect", part.dialect);
  fields.raw("raw", part.raw);
  fields.raw("cache", part.cache);
  fields.raw("citations", part.citations);
  fields.extras(part.extras);
  out.end_object();
}

inline void write_message(json::Writer& out, const Message& message) {
  out.begin_object().member("role", word_of(message.role, kRoles));
  Fields(out).text("name", message.name);
  out.key("parts").begin_array();
  for (const Part& part : message.parts)
    write_part(out, part);
  out.end_array();
  Fields(out).extras(message.extras);
  out.end_object();
}

inline void write_tool(json::Writer& out, const Tool& tool) {
  out.begin_object().member("type", word_of(tool.kind, kToolKinds));
  Fields fields(out);
  fields.text("name", tool.name);
  fields.raw("description", tool.description);
  fields.raw("parameters", tool.parameters);
  fields.optional("strict", tool.strict);
  fields.raw("format", tool.format);
  fields.raw("settings", tool.settings);
  fields.text("dialect", tool.dialect);
  fields.raw("raw", tool.raw);
  fields.raw("cache", tool.cache);
  fields.extras(tool.extras);
  out.end_object();
}

inline void write_choices(json::Writer& out, const Request& request) {
  const ToolChoice& choice = request.tool_choice;
  if (choice.mode != ToolChoice::Mode::kUnset || choice.parallel) {
    out.key("tool_choice").begin_object();
    Fields fields(out);
    fields.text("mode", std::string(word_of(choice.mode, kModes)));
    fields.words("names", choice.names);
    fields.optional("parallel", choice.parallel);
    out.end_object();
  }
  const Reasoning& reasoning = request.reasoning;
  out.key("reasoning").begin_object();
  Fields fields(out);
  fields.optional("enabled", reasoning.enabled);
  fields.flag("adaptive", reasoning.is_adaptive);
  fields.text("effort", reasoning.effort);
  fields.optional("budget_tokens", reasoning.budget_tokens);
  fields.text("show", reasoning.show);
  out.end_object();
}

inline void write_output(json::Writer& out, const Output& output) {
  out.key("output").begin_object();
  Fields fields(out);
  fields.text("format", output.format);
  fields.text("name", output.name);
  fields.raw("description", output.description);
  fields.raw("schema", output.schema);
  fields.optional("strict", output.strict);
  fields.text("verbosity", output.verbosity);
  fields.words("modalities", output.modalities);
  out.end_object();
}

inline void write_options(json::Writer& out, const Request& request) {
  Fields fields(out);
  fields.optional("max_tokens", request.max_tokens);
  fields.optional("temperature", request.temperature);
  fields.optional("top_p", request.top_p);
  fields.optional("top_k", request.top_k);
  fields.optional("seed", request.seed);
  fields.optional("n", request.n);
  fields.optional("presence_penalty", request.presence_penalty);
  fields.optional("frequency_penalty", request.frequency_penalty);
  if (!request.stop.empty()) {
    out.key("stop").begin_array();
    for (const Json sequence : request.stop)
      out.raw(sequence);
    out.end_array();
  }
  fields.optional("logprobs", request.logprobs);
  fields.optional("top_logprobs", request.top_logprobs);
  fields.text("user", request.user);
  fields.raw("metadata", request.metadata);
  fields.text("service_tier", request.service_tier);
  fields.text("cache_key", request.cache_key);
  fields.optional("store", request.store);
  fields.extras(request.extras);
}

template <class T>
void take(const json::Value& value, std::optional<T>& target) {
  if constexpr (std::is_same_v<T, bool>) {
    if (value.is_bool()) target = value.as_bool();
  } else if constexpr (std::is_same_v<T, double>) {
    if (value.is_number()) target = value.as_double();
  } else {
    if (value.is_number()) target = value.as_int();
  }
}

inline Extras read_extras(const json::Value& list) {
  Extras extras;
  for (const auto& one : list.items()) {
    extras.push_back({one["dialect"].as_string(), one["key"].as_string(), one["value"].raw()});
  }
  return extras;
}

inline std::vector<std::string> read_words(const json::Value& list) {
  std::vector<std::string> words;
  for (const auto& one : list.items())
    words.push_back(one.as_string());
  return words;
}

inline Part read_part(const json::Value& value) {
  Part part;
  value.each_member([&part](std::string_view key, const json::Value& field) {
    if (key == "type") {
      part.kind = enum_of<PartKind>(field.as_string(), kPartKinds, "part type");
    } else if (key == "text") {
      part.text = field.raw();
    } else if (key == "media_type") {
      part.media_type = field.as_string();
    } else if (key == "data") {
      part.data = field.raw();
    } else if (key == "url") {
      part.url = field.raw();
    } else if (key == "file_id") {
      part.file_id = field.as_string();
    } else if (key == "name") {
      part.name = field.as_string();
    } else if (key == "detail") {
      part.detail = field.as_string();
    } else if (key == "signature") {
      part.signature = field.as_string();
    } else if (key == "redacted") {
      part.redacted = field.as_string();
    } else if (key == "origin") {
      part.origin = field.as_string();
    } else if (key == "origin_model") {
      part.origin_model = field.as_string();
    } else if (key == "id") {
      part.id = field.as_string();
    } else if (key == "arguments") {
      part.arguments = field.raw();
    } else if (key == "custom") {
      part.is_custom = field.as_bool();
    } else if (key == "error") {
      part.is_error = field.as_bool();
    } else if (key == "content") {
      for (const auto& inner : field.items())
        part.content.push_back(read_part(inner));
    } else if (key == "dialect") {
      part.dialect = field.as_string();
    } else if (key == "raw") {
      part.raw = field.raw();
    } else if (key == "cache") {
      part.cache = field.raw();
    } else if (key == "citations") {
      part.citations = field.raw();
    } else if (key == "extras") {
      part.extras = read_extras(field);
    }
  });
  return part;
}

inline Message read_message(const json::Value& value) {
  Message message;
  message.role = enum_of<Role>(value["role"].as_string(), kRoles, "role");
  message.name = value["name"].as_string();
  const auto parts = value["parts"];
  message.parts.reserve(parts.size());
  for (const auto& part : parts.items())
    message.parts.push_back(read_part(part));
  message.extras = read_extras(value["extras"]);
  return message;
}

inline Tool read_tool(const json::Value& value) {
  Tool tool;
  tool.kind = enum_of<ToolKind>(value["type"].as_string(), kToolKinds, "tool type");
  tool.name = value["name"].as_string();
  tool.description = value["description"].raw();
  tool.parameters = value["parameters"].raw();
  take(value["strict"], tool.strict);
  tool.format = value["format"].raw();
  tool.settings = value["settings"].raw();
  tool.dialect = value["dialect"].as_string();
  tool.raw = value["raw"].raw();
  tool.cache = value["cache"].raw();
  tool.extras = read_extras(value["extras"]);
  return tool;
}

inline void read_choices(const json::Value& root, Request& request) {
  const auto choice = root["tool_choice"];
  request.tool_choice.mode =
      enum_of<ToolChoice::Mode>(choice["mode"].as_string(), kModes, "tool choice");
  request.tool_choice.names = read_words(choice["names"]);
  take(choice["parallel"], request.tool_choice.parallel);
  const auto reasoning = root["reasoning"];
  take(reasoning["enabled"], request.reasoning.enabled);
  request.reasoning.is_adaptive = reasoning["adaptive"].as_bool();
  request.reasoning.effort = reasoning["effort"].as_string();
  take(reasoning["budget_tokens"], request.reasoning.budget_tokens);
  request.reasoning.show = reasoning["show"].as_string();
  const auto output = root["output"];
  request.output.format = output["format"].as_string();
  request.output.name = output["name"].as_string();
  request.output.description = output["description"].raw();
  request.output.schema = output["schema"].raw();
  take(output["strict"], request.output.strict);
  request.output.verbosity = output["verbosity"].as_string();
  request.output.modalities = read_words(output["modalities"]);
}

inline void read_options(const json::Value& root, Request& request) {
  take(root["max_tokens"], request.max_tokens);
  take(root["temperature"], request.temperature);
  take(root["top_p"], request.top_p);
  take(root["top_k"], request.top_k);
  take(root["seed"], request.seed);
  take(root["n"], request.n);
  take(root["presence_penalty"], request.presence_penalty);
  take(root["frequency_penalty"], request.frequency_penalty);
  for (const auto& sequence : root["stop"].items())
    request.stop.push_back(sequence.raw());
  take(root["logprobs"], request.logprobs);
  take(root["top_logprobs"], request.top_logprobs);
  request.user = root["user"].as_string();
  request.metadata = root["metadata"].raw();
  request.service_tier = root["service_tier"].as_string();
  request.cache_key = root["cache_key"].as_string();
  take(root["store"], request.store);
  request.extras = read_extras(root["extras"]);
}

}  // namespace detail

namespace detail {

// About how long the JSON form will be.
inline std::size_t size_of(const Part& part) {
  std::size_t size = 128 + part.text.size() + part.data.size() + part.url.size() +
                     part.arguments.size() + part.raw.size() + part.signature.size() +
                     part.redacted.size() + part.citations.size();
  for (const Part& inner : part.content)
    size += size_of(inner);
  return size;
}

inline std::size_t size_of(const Request& request) {
  std::size_t size = 1024 + request.output.schema.size();
  for (const Message& message : request.messages) {
    size += 64;
    for (const Part& part : message.parts)
      size += size_of(part);
  }
  for (const Tool& tool : request.tools) {
    size += 128 + tool.description.size() + tool.parameters.size() + tool.raw.size();
  }
  for (const Extra& extra : request.extras)
    size += 64 + extra.value.size();
  return size;
}

}  // namespace detail

// The canonical request as JSON text.
inline std::string write_chat(const Request& request) {
  json::Writer out;
  out.reserve(detail::size_of(request));
  out.begin_object().member("abv", "chat/1").member("model", request.model);
  out.member("stream", request.stream).key("messages").begin_array();
  for (const Message& message : request.messages)
    detail::write_message(out, message);
  out.end_array();
  if (!request.tools.empty()) {
    out.key("tools").begin_array();
    for (const Tool& tool : request.tools)
      detail::write_tool(out, tool);
    out.end_array();
  }
  detail::write_choices(out, request);
  detail::write_output(out, request.output);
  detail::write_options(out, request);
  out.end_object();
  return out.take();
}

// The other way. `document` keeps what the request's views refer to, and `text` must outlive both.
// Throws Failure 400 when it is no canonical chat request.
inline Request read_chat(std::string_view text, json::Document& document) {
  if (!document.parse(text)) {
    throw Failure{400, "invalid_request",
                  "canonical request: no JSON at byte " + std::to_string(document.stopped_at())};
  }
  const json::Value root = document.root();
  if (root["abv"].as_string() != "chat/1") {
    throw Failure{400, "invalid_request", "canonical request: expected \"abv\": \"chat/1\""};
  }
  Request request;
  request.model = root["model"].as_string();
  request.stream = root["stream"].as_bool();
  const auto messages = root["messages"];
  request.messages.reserve(messages.size());
  for (const auto& message : messages.items())
    request.messages.push_back(detail::read_message(message));
  for (const auto& tool : root["tools"].items())
    request.tools.push_back(detail::read_tool(tool));
  detail::read_choices(root, request);
  detail::read_options(root, request);
  return request;
}

}  // namespace chat
}  // namespace v1
}  // namespace abv::sdk
