// Reads the JSON form of the canonical chat request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/chat_json_words.hpp"
#include "abv/sdk/failure.hpp"
#include "abv/sdk/json_reader.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace chat {
namespace detail {

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

// The text of a string; anything else has none.
inline void take(const json::Value& value, std::string& target) {
  const auto text = value.text(target);
  if (text.data() != target.data()) target = text;
}

inline void read_extras(const json::Value& list, Extras& extras) {
  extras.clear();
  extras.reserve(list.size());
  for (const auto& one : list.items()) {
    extras.push_back({one["dialect"].as_string(), one["key"].as_string(), one["value"].raw()});
  }
}

inline std::vector<std::string> read_words(const json::Value& list) {
  std::vector<std::string> words;
  for (const auto& one : list.items())
    words.push_back(one.as_string());
  return words;
}

// What is read into is new: parts are large, and moving them is what would take the time.
inline void read_part(const json::Value& value, Part& part) {
  value.each_member([&part](std::string_view key, const json::Value& field) {
    if (key == "type") {
      part.kind = enum_of<PartKind>(field, kPartKinds, "part type");
    } else if (key == "text") {
      part.text = field.raw();
    } else if (key == "media_type") {
      take(field, part.media_type);
    } else if (key == "data") {
      part.data = field.raw();
    } else if (key == "url") {
      part.url = field.raw();
    } else if (key == "file_id") {
      take(field, part.file_id);
    } else if (key == "name") {
      take(field, part.name);
    } else if (key == "detail") {
      take(field, part.detail);
    } else if (key == "signature") {
      take(field, part.signature);
    } else if (key == "redacted") {
      take(field, part.redacted);
    } else if (key == "origin") {
      take(field, part.origin);
    } else if (key == "origin_model") {
      take(field, part.origin_model);
    } else if (key == "id") {
      take(field, part.id);
    } else if (key == "arguments") {
      part.arguments = field.raw();
    } else if (key == "custom") {
      part.is_custom = field.as_bool();
    } else if (key == "error") {
      part.is_error = field.as_bool();
    } else if (key == "content") {
      part.content.reserve(part.content.size() + field.size());
      for (const auto& inner : field.items())
        read_part(inner, part.content.emplace_back());
    } else if (key == "dialect") {
      take(field, part.dialect);
    } else if (key == "raw") {
      part.raw = field.raw();
    } else if (key == "cache") {
      part.cache = field.raw();
    } else if (key == "citations") {
      part.citations = field.raw();
    } else if (key == "extras") {
      read_extras(field, part.extras);
    }
  });
}

inline void read_message(const json::Value& value, Message& message) {
  message.role = enum_of<Role>(value["role"], kRoles, "role");
  value.each_member([&message](std::string_view key, const json::Value& field) {
    if (key == "name") {
      take(field, message.name);
    } else if (key == "parts") {
      message.parts.clear();
      message.parts.reserve(field.size());
      for (const auto& part : field.items())
        read_part(part, message.parts.emplace_back());
    } else if (key == "extras") {
      read_extras(field, message.extras);
    }
  });
}

inline void read_tool(const json::Value& value, Tool& tool) {
  tool.kind = enum_of<ToolKind>(value["type"], kToolKinds, "tool type");
  value.each_member([&tool](std::string_view key, const json::Value& field) {
    if (key == "name") {
      take(field, tool.name);
    } else if (key == "description") {
      tool.description = field.raw();
    } else if (key == "parameters") {
      tool.parameters = field.raw();
    } else if (key == "strict") {
      take(field, tool.strict);
    } else if (key == "format") {
      tool.format = field.raw();
    } else if (key == "settings") {
      tool.settings = field.raw();
    } else if (key == "dialect") {
      take(field, tool.dialect);
    } else if (key == "raw") {
      tool.raw = field.raw();
    } else if (key == "cache") {
      tool.cache = field.raw();
    } else if (key == "extras") {
      read_extras(field, tool.extras);
    }
  });
}

inline void read_choices(const json::Value& root, Request& request) {
  const auto choice = root["tool_choice"];
  request.tool_choice.mode = enum_of<ToolChoice::Mode>(choice["mode"], kModes, "tool choice");
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
  read_extras(root["extras"], request.extras);
}

}  // namespace detail

// The request of a JSON text. `document` keeps what its views refer to, and `text` must outlive
// both. Throws Failure 400 when it is no canonical chat request.
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
    detail::read_message(message, request.messages.emplace_back());
  const auto tools = root["tools"];
  request.tools.reserve(tools.size());
  for (const auto& tool : tools.items())
    detail::read_tool(tool, request.tools.emplace_back());
  detail::read_choices(root, request);
  detail::read_options(root, request);
  return request;
}

}  // namespace chat
}  // namespace v1
}  // namespace abv::sdk
