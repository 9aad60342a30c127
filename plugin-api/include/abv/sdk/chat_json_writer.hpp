// Writes the JSON form of the canonical chat request.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/chat_json_words.hpp"
#include "abv/sdk/json_writer.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace chat {
namespace detail {

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

inline std::size_t size_of(const Extras& extras) {
  std::size_t size = 0;
  for (const Extra& extra : extras)
    size += 64 + extra.value.size();
  return size;
}

inline std::size_t size_of(const Part& part) {
  std::size_t size = 128 + part.text.size() + part.data.size() + part.url.size() +
                     part.arguments.size() + part.raw.size() + part.signature.size() +
                     part.redacted.size() + part.citations.size() + size_of(part.extras);
  for (const Part& inner : part.content)
    size += size_of(inner);
  return size;
}

}  // namespace detail

// About how many bytes a request takes as JSON, in this form or in a vendor's.
inline std::size_t size_hint(const Request& request) {
  std::size_t size = 1024 + request.output.schema.size() + detail::size_of(request.extras);
  for (const Message& message : request.messages) {
    size += 64 + detail::size_of(message.extras);
    for (const Part& part : message.parts)
      size += detail::size_of(part);
  }
  for (const Tool& tool : request.tools) {
    size += 128 + tool.description.size() + tool.parameters.size() + tool.raw.size() +
            detail::size_of(tool.extras);
  }
  return size;
}

// The canonical request as JSON text.
inline std::string write_chat(const Request& request) {
  json::Writer out;
  out.reserve(size_hint(request));
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

}  // namespace chat
}  // namespace v1
}  // namespace abv::sdk
