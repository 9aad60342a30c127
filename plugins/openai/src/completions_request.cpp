#include "completions_request.hpp"

#include <string>

#include "chat_request_fields.hpp"
#include "chat_request_options.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

constexpr std::string_view kDialect = "openai-completions";

chat::Json read_prompt(const json::Value& prompt, const Place& place) {
  if (prompt.is_string()) return prompt.raw();
  if (!prompt.is_array()) refuse(place, "a string or an array", prompt);
  const auto first = prompt[0];
  if (first.is_number() || first.is_array()) {
    refuse(place, "a prompt of tokens cannot be converted for this model, send its text");
  }
  if (prompt.size() != 1) {
    refuse(place, "one prompt per request can be converted for this model, got " +
                      std::to_string(prompt.size()));
  }
  if (!first.is_string()) refuse(Place(place, std::size_t{0}), "a string", first);
  return first.raw();
}

// Here logprobs is how many of the likeliest tokens are told.
void read_logprobs(chat::Request& request, const json::Value& value, const Place& place) {
  request.top_logprobs = read_integer(value, place);
  request.logprobs = true;
}

void read_field(chat::Request& request, std::string_view key, const json::Value& value,
                const Place& place) {
  if (key == "logprobs") return read_logprobs(request, value, place);
  if (key == "max_tokens") {
    request.max_tokens = read_integer(value, place);
    return;
  }
  if (key == "stop") return read_stop(request, value, place);
  // The encoder reads include_usage from the body itself.
  if (key == "stream_options" && value.is_object()) {
    return keep_rest(value, {"include_usage"}, kDialect, "stream_options.", request.extras);
  }
  const bool is_shared = key == "temperature" || key == "top_p" || key == "presence_penalty" ||
                         key == "frequency_penalty" || key == "n" || key == "seed" ||
                         key == "top_k" || key == "user";
  if (is_shared && read_option(request, key, value, place)) return;
  request.extras.push_back({std::string(kDialect), std::string(key), value.raw()});
}

}  // namespace

chat::Request read_completions_request(const sdk::Call& call, json::Document& document,
                                       sdk::LossSink& /*losses*/) {
  const auto body = read_body(call.body(), document);
  const Place root;
  chat::Request request;
  request.model = read_word(body["model"], Place(root, "model"));
  request.stream = read_flag(body["stream"], Place(root, "stream")).value_or(false);
  chat::Message& message = request.messages.emplace_back();
  message.parts.emplace_back().text = read_prompt(body["prompt"], Place(root, "prompt"));
  for (const auto& [key, value] : body.members()) {
    if (value.is_null() || key == "model" || key == "stream" || key == "prompt") continue;
    read_field(request, key, value, Place(root, key));
  }
  return request;
}

}  // namespace abv::openai
