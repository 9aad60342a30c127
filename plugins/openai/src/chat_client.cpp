#include "chat_client.hpp"

#include "abv/sdk/json.hpp"

namespace abv::openai {

namespace json = sdk::json;

ChatClient read_chat_client(const sdk::CodecParams& params) {
  ChatClient client;
  client.wants_usage = !params.is_stream();
  json::Document document;
  if (!document.parse(params.request_body())) return client;
  const auto request = document.root();
  if (request["stream_options"]["include_usage"].as_bool()) client.wants_usage = true;
  client.is_legacy = request["functions"].size() > 0 && request["tools"].size() == 0;
  for (const auto& tool : request["tools"].items()) {
    if (tool["type"].as_string() != "custom") continue;
    client.custom_tools.insert(tool["custom"]["name"].as_string());
  }
  return client;
}

std::string free_text(std::string_view arguments) {
  json::Document document;
  const bool has_text = document.parse(arguments) && document.root()["input"].is_string();
  return has_text ? document.root()["input"].as_string() : std::string(arguments);
}

}  // namespace abv::openai
