#include "models.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

constexpr std::int64_t kDefaultPage = 50;
constexpr std::int64_t kMaxPage = 1000;
constexpr std::string_view kPrefix = "models/";

using Models = std::vector<json::Value>;

std::string_view without_prefix(std::string_view name) {
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

Models::const_iterator find(const Models& models, std::string_view id) {
  return std::find_if(models.begin(), models.end(),
                      [&](const json::Value& model) { return model["id"].as_string() == id; });
}

std::int64_t page_size_of(std::string_view query) {
  const auto text = sdk::query_value(query, "pageSize").value_or("");
  std::int64_t size = kDefaultPage;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size < 1 ? kDefaultPage : std::min(size, kMaxPage);
}

void put_count(json::Writer& json, std::string_view name, const json::Value& count) {
  if (count.is_number()) json.member(name, count.as_int());
}

// What a model can be asked, in Gemini's words; a model that says nothing of itself is taken to
// chat.
void put_methods(json::Writer& json, const json::Value& operations) {
  bool chats = !operations.is_array();
  bool embeds = false;
  for (const auto& operation : operations.items()) {
    chats = chats || operation.as_string() == "chat";
    embeds = embeds || operation.as_string() == "embeddings";
  }
  json.key("supportedGenerationMethods").begin_array();
  if (chats) json.value("generateContent").value("countTokens");
  if (embeds) json.value("embedContent");
  json.end_array();
}

void put_model(json::Writer& json, const json::Value& model) {
  const auto id = model["id"].as_string();
  json.begin_object().member("name", std::string(kPrefix) + id).member("version", "001");
  json.member("displayName", model["display_name"].as_string(id));
  json.member("description", model["description"].as_string());
  put_count(json, "inputTokenLimit", model["input_token_limit"]);
  put_count(json, "outputTokenLimit", model["output_token_limit"]);
  put_methods(json, model["operations"]);
  json.end_object();
}

void put_operations(json::Writer& json, const json::Value& methods) {
  if (!methods.is_array()) return;
  json.key("operations").begin_array();
  for (const auto& method : methods.items()) {
    const auto name = method.as_string();
    if (name == "generateContent") json.value("chat");
    if (name == "embedContent") json.value("embeddings");
    if (name == "predict") json.value("images.generations");
  }
  json.end_array();
}

}  // namespace

std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
                                         std::string_view query) {
  const auto document = json::parse(models_json);
  if (!document) throw sdk::Stopped{ABV_E_INVALID};
  Models models;
  for (const auto& model : (*document)["models"].items())
    models.push_back(model);

  json::Writer json;
  if (!only.empty()) {
    const auto found = find(models, without_prefix(only));
    if (found == models.end()) return std::nullopt;
    put_model(json, *found);
    return json.take();
  }
  auto begin = models.cbegin();
  const auto token = sdk::query_value(query, "pageToken").value_or("");
  if (!token.empty()) {
    begin = find(models, token);
    if (begin != models.end()) ++begin;
  }
  const auto end = begin + std::min<std::int64_t>(page_size_of(query), models.end() - begin);
  json.begin_object().key("models").begin_array();
  std::for_each(begin, end, [&](const json::Value& model) { put_model(json, model); });
  json.end_array();
  if (end != models.end()) json.member("nextPageToken", (*std::prev(end))["id"]);
  json.end_object();
  return json.take();
}

std::string decode_models(std::string_view body) {
  const auto document = json::parse(body);
  if (!document || !(*document)["models"].is_array()) {
    throw sdk::Failure{502, "invalid_model_list", "the model list has no array \"models\""};
  }
  json::Writer json;
  json.begin_object().key("models").begin_array();
  for (const auto& model : (*document)["models"].items()) {
    if (!model["name"].is_string()) continue;
    json.begin_object().member("id", without_prefix(model["name"].as_string()));
    for (const auto& [from, to] :
         {std::pair{"displayName", "display_name"}, std::pair{"description", "description"}}) {
      if (model[from].is_string()) json.member(to, model[from].as_string());
    }
    json.member("owned_by", "google");
    put_count(json, "input_token_limit", model["inputTokenLimit"]);
    put_count(json, "output_token_limit", model["outputTokenLimit"]);
    put_operations(json, model["supportedGenerationMethods"]);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace abv::gemini
