#include "host/lane/model_catalogue.hpp"

#include <simdjson.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/lane/control_call.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/model_choice.hpp"
#include "host/plugin/status.hpp"

namespace abv::lane {
namespace {

bool is_glob(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

// The endpoint that a model is mostly used at.
const plugin::Endpoint* chat_endpoint(const Route& route) {
  const std::vector<plugin::Endpoint>& endpoints = route.dialect.abilities().endpoints;
  const auto found =
      std::find_if(endpoints.begin(), endpoints.end(),
                   [](const plugin::Endpoint& endpoint) { return endpoint.operation == "chat"; });
  return found == endpoints.end() ? nullptr : &*found;
}

std::string bare_model(std::string_view id) {
  return "{\"id\":" + json_string(id) + "}";
}

}  // namespace

Result<std::vector<ModelCatalogue::Model>> ModelCatalogue::parse(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::array rows;
  if (const auto error =
          parser.parse(json.data(), json.size()).at_key("models").get_array().get(rows)) {
    return Error{Error::Code::kInvalid,
                 std::string("model list: ") + simdjson::error_message(error)};
  }
  std::vector<Model> models;
  for (const simdjson::dom::element row : rows) {
    std::string_view id;
    if (row["id"].get(id) == simdjson::SUCCESS) {
      models.push_back(Model{std::string(id), simdjson::minify(row)});
    }
  }
  return models;
}

Result<std::string> ModelCatalogue::ask_provider(const Target& target, const Route& route,
                                                 Call& call) {
  ControlResult answered;
  if (Result<void> asked =
          control(target, ABV_OP_MODELS, target.accounts->any_account(clock_.unix_ms()), clock_,
                  call.abort(), answered);
      !asked) {
    return asked.error();
  }
  if (answered.is_digested) {
    return std::move(answered.json);
  }
  std::string json;
  const abv_status decoded =
      target.dialect.value_or(route.dialect).decode_models(answered.json, json);
  if (plugin::failed(decoded)) {
    return Error{plugin::code_of(decoded), "the model list could not be read"};
  }
  return json;
}

ModelCatalogue::Shelf& ModelCatalogue::shelf_of(const Target& target) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Shelf>& shelf = shelves_[&target];
  if (!shelf) {
    shelf = std::make_unique<Shelf>();
  }
  return *shelf;
}

std::vector<ModelCatalogue::Model> ModelCatalogue::models_of(const Target& target,
                                                             const Route& route, Call& call) {
  if (!target.listed_models.empty()) {
    std::vector<Model> models;
    for (const std::string& id : target.listed_models) {
      models.push_back(Model{id, bare_model(id)});
    }
    return models;
  }
  Shelf& shelf = shelf_of(target);
  const std::lock_guard lock(shelf.mutex);
  if (clock_.now() < shelf.valid_until) {
    return shelf.models;
  }
  Result<std::string> json = std::string();
  if (target.provider) {
    json = ask_provider(target, route, call);
  } else if (plugin::failed(target.handler->models(*json))) {
    *json = "{\"models\":[]}";
  }
  Result<std::vector<Model>> models =
      json ? parse(*json) : Result<std::vector<Model>>(json.error());
  if (!models) {
    if (models.error().code != Error::Code::kCancelled) {
      log_.warn("models.unavailable",
                {{"provider", target.name}, {"error", models.error().message}});
      shelf.valid_until = clock_.now() + kRetry;
    }
    return shelf.models;  // an old list is better than none
  }
  shelf.models = std::move(models).value();
  shelf.valid_until = clock_.now() + kFresh;
  return shelf.models;
}

std::string ModelCatalogue::list(const Site& site, const Route& route, Call& call) {
  std::string json = "{\"models\":[";
  std::set<std::string> seen;
  std::map<const Target*, std::vector<Model>> asked;
  const plugin::Endpoint* chat = chat_endpoint(route);
  const auto add = [&](const std::string& id, std::string_view object) {
    if (seen.insert(id).second) {
      json += json.back() == '[' ? "" : ",";
      json += object;
    }
  };
  for (const auto& [alias, steps] : site.names.aliases) {
    if (chat != nullptr &&
        !choose_model(site, route, *chat, alias, [] { return 0; }).candidates.empty()) {
      add(alias, bare_model(alias));
    }
  }
  for (const Rule& rule : route.rules) {
    if (!is_glob(rule.match)) {
      add(rule.match, bare_model(rule.match));
      continue;
    }
    for (const Target* target : rule.targets) {
      const auto [place, is_new] = asked.try_emplace(target);
      if (is_new) {
        place->second = models_of(*target, route, call);
      }
      for (const Model& model : place->second) {
        if (route::glob_matches(rule.match, model.id) &&
            (chat == nullptr || resolve(route, *chat, model.id) == &rule)) {
          add(model.id, model.json);
        }
      }
    }
  }
  return json + "]}";
}

std::vector<std::string> ModelCatalogue::known(const Site& site, const Route& route) {
  std::vector<std::string> names;
  for (const auto& [alias, steps] : site.names.aliases) {
    names.push_back(alias);
  }
  for (const Rule& rule : route.rules) {
    if (!is_glob(rule.match)) {
      names.push_back(rule.match);
      continue;
    }
    for (const Target* target : rule.targets) {
      names.insert(names.end(), target->listed_models.begin(), target->listed_models.end());
      Shelf& shelf = shelf_of(*target);
      const std::unique_lock lock(shelf.mutex, std::try_to_lock);
      if (!lock.owns_lock()) {
        continue;  // somebody asks the upstream at the moment
      }
      for (const Model& model : shelf.models) {
        names.push_back(model.id);
      }
    }
  }
  return names;
}

}  // namespace abv::lane
