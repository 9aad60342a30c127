#include "chat_request_options.hpp"

#include <string>

#include "chat_request_parts.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

bool read_number_option(chat::Request& request, std::string_view key, const json::Value& value,
                        const Place& place) {
  if (key == "temperature") {
    request.temperature = read_number(value, place);
  } else if (key == "top_p") {
    request.top_p = read_number(value, place);
  } else if (key == "presence_penalty") {
    request.presence_penalty = read_number(value, place);
  } else if (key == "frequency_penalty") {
    request.frequency_penalty = read_number(value, place);
  } else if (key == "top_k") {
    request.top_k = read_integer(value, place);
  } else if (key == "seed") {
    request.seed = read_integer(value, place);
  } else if (key == "n") {
    request.n = read_integer(value, place);
  } else if (key == "top_logprobs") {
    request.top_logprobs = read_integer(value, place);
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool read_option(chat::Request& request, std::string_view key, const json::Value& value,
                 const Place& place) {
  if (read_number_option(request, key, value, place)) return true;
  if (key == "logprobs") {
    request.logprobs = read_flag(value, place);
  } else if (key == "parallel_tool_calls") {
    request.tool_choice.parallel = read_flag(value, place);
  } else if (key == "store") {
    request.store = read_flag(value, place);
  } else if (key == "user") {
    request.user = read_word(value, place);
  } else if (key == "service_tier") {
    request.service_tier = read_word(value, place);
  } else if (key == "prompt_cache_key") {
    request.cache_key = read_word(value, place);
  } else if (key == "reasoning_effort") {
    request.reasoning.effort = read_word(value, place);
  } else if (key == "verbosity") {
    request.output.verbosity = read_word(value, place);
  } else if (key == "modalities") {
    request.output.modalities = read_words(value, place);
  } else if (key == "metadata") {
    request.metadata = read_object(value, place);
  } else {
    return false;
  }
  return true;
}

void read_stop(chat::Request& request, const json::Value& stop, const Place& place) {
  if (stop.is_string()) {
    request.stop.push_back(stop.raw());
    return;
  }
  if (!stop.is_array()) refuse(place, "a string or an array", stop);
  for (const auto& sequence : stop.items()) {
    if (!sequence.is_string()) refuse(Place(place, request.stop.size()), "a string", sequence);
    request.stop.push_back(sequence.raw());
  }
}

void read_response_format(chat::Request& request, const json::Value& format, const Place& place) {
  if (!format.is_object()) refuse(place, "an object", format);
  const auto type = read_word(format["type"], Place(place, "type"));
  chat::Output& output = request.output;
  if (type == "text") {
    output.format = "text";
  } else if (type == "json_object") {
    output.format = "json";
  } else if (type == "json_schema") {
    const auto schema = format["json_schema"];
    const Place at_schema(place, "json_schema");
    if (!schema.is_object()) refuse(at_schema, "an object", schema);
    output.format = "json_schema";
    output.name = read_word(schema["name"], Place(at_schema, "name"));
    output.description = read_string(schema["description"], Place(at_schema, "description"));
    output.schema = read_object(schema["schema"], Place(at_schema, "schema"));
    output.strict = read_flag(schema["strict"], Place(at_schema, "strict"));
    keep_rest(schema, {"name", "description", "schema", "strict"}, kChatDialect, "json_schema.",
              request.extras);
  } else {
    request.extras.push_back({std::string(kChatDialect), "response_format", format.raw()});
  }
}

void read_reasoning(chat::Request& request, const json::Value& reasoning, const Place& place) {
  if (!reasoning.is_object()) refuse(place, "an object", reasoning);
  chat::Reasoning& wanted = request.reasoning;
  const auto effort = read_word(reasoning["effort"], Place(place, "effort"));
  if (!effort.empty()) wanted.effort = effort;
  wanted.budget_tokens = read_integer(reasoning["max_tokens"], Place(place, "max_tokens"));
  wanted.enabled = read_flag(reasoning["enabled"], Place(place, "enabled"));
  if (read_flag(reasoning["exclude"], Place(place, "exclude")).value_or(false)) {
    wanted.show = "none";
  }
  keep_rest(reasoning, {"effort", "max_tokens", "enabled", "exclude"}, kChatDialect, "reasoning.",
            request.extras);
}

void read_thinking(chat::Request& request, const json::Value& thinking, const Place& place) {
  if (!thinking.is_object()) refuse(place, "an object", thinking);
  const auto type = read_word(thinking["type"], Place(place, "type"));
  chat::Reasoning& wanted = request.reasoning;
  if (type == "adaptive") {
    wanted.is_adaptive = true;
  } else if (type == "enabled" || type == "disabled") {
    wanted.enabled = type == "enabled";
  } else {
    request.extras.push_back({std::string(kChatDialect), "thinking", thinking.raw()});
    return;
  }
  const auto budget = read_integer(thinking["budget_tokens"], Place(place, "budget_tokens"));
  if (budget) wanted.budget_tokens = budget;
  keep_rest(thinking, {"type", "budget_tokens"}, kChatDialect, "thinking.", request.extras);
}

void read_stream_options(chat::Request& request, const json::Value& options, const Place& place) {
  if (!options.is_object()) refuse(place, "an object", options);
  keep_rest(options, {"include_usage"}, kChatDialect, "stream_options.", request.extras);
}

}  // namespace abv::openai
