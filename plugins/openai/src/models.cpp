#include "models.hpp"

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

void put_model(json::Writer& json, const json::Value& model) {
  json.begin_object().member("id", model["id"]).member("object", "model");
  json.member("created", model["created"].as_int());
  json.member("owned_by", model["owned_by"].as_string("system")).end_object();
}

// Servers other than OpenAI's tell the context window here, each in a word of its own.
json::Value input_limit(const json::Value& model) {
  for (const auto* name : {"context_length", "context_window", "max_model_len"}) {
    if (model[name].is_number()) return model[name];
  }
  return {};
}

}  // namespace

std::optional<std::string> encode_models(std::string_view models_json, std::string_view only) {
  const auto document = json::parse(models_json);
  if (!document) throw sdk::Stopped{ABV_E_INVALID};
  const auto models = (*document)["models"];
  json::Writer json;
  if (!only.empty()) {
    for (const auto& model : models.items()) {
      if (model["id"].as_string() != only) continue;
      put_model(json, model);
      return json.take();
    }
    return std::nullopt;
  }
  json.begin_object().member("object", "list").key("data").begin_array();
  for (const auto& model : models.items())
    put_model(json, model);
  json.end_array().end_object();
  return json.take();
}

std::string decode_models(std::string_view body) {
  const auto document = json::parse(body);
  const auto root = document ? *document : json::Value();
  const auto models = root.is_array() ? root : root["data"];
  if (!models.is_array()) {
    throw sdk::Failure{502, "invalid_model_list", "the model list has no array \"data\""};
  }
  json::Writer json;
  json.begin_object().key("models").begin_array();
  for (const auto& model : models.items()) {
    if (!model["id"].is_string()) continue;
    json.begin_object().member("id", model["id"]);
    if (model["created"].as_int() > 0) json.member("created", model["created"].as_int());
    if (model["owned_by"].is_string()) json.member("owned_by", model["owned_by"]);
    const auto limit = input_limit(model);
    if (limit) json.member("input_token_limit", limit.as_int());
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace abv::openai
