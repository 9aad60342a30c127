#include <string>
#include <string_view>
#include <utility>

#include "chat_request_fields.hpp"
#include "responses_input.hpp"
#include "responses_past.hpp"
#include "responses_request.hpp"
#include "responses_tools.hpp"
#include "responses_trace.hpp"
#include "stored_responses.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

constexpr std::string_view kEncryptedReasoning = "reasoning.encrypted_content";
constexpr std::string_view kTextLogprobs = "message.output_text.logprobs";

void keep(chat::Request& request, std::string_view key, chat::Json value) {
  request.extras.push_back({std::string(kResponsesDialect), std::string(key), value});
}

// Keeps the members of `object` that are not `known` as one extra.
void keep_members(chat::Request& request, std::string_view key, const json::Value& object,
                  std::initializer_list<std::string_view> known) {
  chat::Extras rest;
  keep_rest(object, known, kResponsesDialect, "", rest);
  if (rest.empty()) return;
  json::Writer fields;
  fields.begin_object();
  write_own_extras(fields, rest);
  fields.end_object();
  keep(request, key, request.keep(fields.take()));
}

void read_reasoning(chat::Request& request, const json::Value& reasoning, const Place& place) {
  read_object(reasoning, place);
  request.reasoning.effort = read_word(reasoning["effort"], Place(place, "effort"));
  const auto summary = read_word(reasoning["summary"], Place(place, "summary"));
  if (!summary.empty()) request.reasoning.show = "summary";
  keep_members(request, "reasoning", reasoning,
               {"effort", summary == "auto" ? "summary" : "effort"});
}

void read_text(chat::Request& request, const json::Value& text, const Place& place) {
  read_object(text, place);
  chat::Output& output = request.output;
  output.verbosity = read_word(text["verbosity"], Place(place, "verbosity"));
  const auto format = text["format"];
  const Place at_format(place, "format");
  read_object(format, at_format);
  const auto type = read_word(format["type"], Place(at_format, "type"));
  const bool is_schema = type == "json_schema";
  if (is_schema) {
    output.format = type;
    output.name = read_word(format["name"], Place(at_format, "name"));
    output.description = read_string(format["description"], Place(at_format, "description"));
    output.schema = read_object(format["schema"], Place(at_format, "schema"));
    output.strict = read_flag(format["strict"], Place(at_format, "strict"));
  } else if (type == "text") {
    output.format = "text";
  } else if (type == "json_object") {
    output.format = "json";
  }
  const bool is_known = !output.format.empty() || !is_given(format);
  keep_members(request, "text", text, {"verbosity", is_known ? "format" : "verbosity"});
  if (!is_known) return;
  keep_members(request, "text.format", format, {"type", "name", "description", "schema", "strict"});
}

// What the list asks for is done by encoders of answers, which look into the client's request, so
// that its usual entries are no loss when other dialects leave them out.
void read_include(chat::Request& request, const json::Value& include, const Place& place) {
  bool is_usual = true;
  for (const auto& word : read_words(include, place)) {
    if (word == kTextLogprobs) request.logprobs = true;
    is_usual = is_usual && (word == kTextLogprobs || word == kEncryptedReasoning);
  }
  if (include.size() == 0) return;
  const bool has_part = !request.messages.empty() && !request.messages.front().parts.empty();
  const bool is_kept =
      is_usual && has_part &&
      add_to_trace(request, request.messages.front().parts.front(), "include", include.raw());
  if (!is_kept) keep(request, "include", include.raw());
}

void read_options(chat::Request& request, const json::Value& body, const Place& root) {
  const auto place = [&](std::string_view name) { return Place(root, name); };
  request.model = read_word(body["model"], place("model"));
  request.stream = read_flag(body["stream"], place("stream")).value_or(false);
  request.tool_choice.parallel =
      read_flag(body["parallel_tool_calls"], place("parallel_tool_calls"));
  request.max_tokens = read_integer(body["max_output_tokens"], place("max_output_tokens"));
  request.temperature = read_number(body["temperature"], place("temperature"));
  request.top_p = read_number(body["top_p"], place("top_p"));
  request.top_logprobs = read_integer(body["top_logprobs"], place("top_logprobs"));
  request.user = read_word(body["user"], place("user"));
  request.metadata = read_object(body["metadata"], place("metadata"));
  if (request.metadata == "{}") request.metadata = {};
  request.service_tier = read_word(body["service_tier"], place("service_tier"));
  request.cache_key = read_word(body["prompt_cache_key"], place("prompt_cache_key"));
  request.store = read_flag(body["store"], place("store"));
}

void read_conversation(chat::Request& request, const json::Value& body, bool is_count,
                       StoredResponses& stored, const Place& root) {
  ResponsesInput input(request, stored);
  input.add_instructions(body["instructions"], Place(root, "instructions"));
  read_past(request, input, body, stored, root);
  // A stored prompt or conversation stands for the messages.
  const bool may_be_missing = is_given(body["prompt"]) || is_given(body["conversation"]) ||
                              is_given(body["previous_response_id"]);
  const Place at_input(root, "input");
  // Instructions alone may be counted.
  const bool needs_input = !may_be_missing && !(is_count && !request.messages.empty());
  if (is_given(body["input"]) || needs_input) input.add(body["input"], at_input);
  if (request.messages.empty() && !may_be_missing) {
    refuse(at_input, "expected at least one item");
  }
}

}  // namespace

chat::Request read_responses_request(const sdk::Call& call, json::Document& document,
                                     sdk::LossSink& /*losses*/) {
  const auto body = read_body(call.body(), document);
  const Place root;
  const Place at_background(root, "background");
  if (read_flag(body["background"], at_background).value_or(false)) {
    refuse(at_background,
           "a response in the background is not supported here; leave it out, or stream");
  }
  chat::Request request;
  StoredResponses stored(call.raw(), request);
  const bool is_count = call.operation() == "count_tokens";
  read_conversation(request, body, is_count, stored, root);
  read_response_tools(request, body["tools"], Place(root, "tools"));
  read_response_tool_choice(request, body["tool_choice"], Place(root, "tool_choice"));
  read_reasoning(request, body["reasoning"], Place(root, "reasoning"));
  read_text(request, body["text"], Place(root, "text"));
  read_options(request, body, root);
  read_include(request, body["include"], Place(root, "include"));
  keep_rest(body,
            {"model",
             "stream",
             "input",
             "instructions",
             "tools",
             "tool_choice",
             "reasoning",
             "text",
             "parallel_tool_calls",
             "max_output_tokens",
             "temperature",
             "top_p",
             "top_logprobs",
             "user",
             "metadata",
             "service_tier",
             "prompt_cache_key",
             "store",
             "include",
             "background",
             "conversation",
             "previous_response_id"},
            kResponsesDialect, "", request.extras);
  if (!is_count) keep_response(request, body, stored);
  return request;
}

}  // namespace abv::openai
