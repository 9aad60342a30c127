#include "host/app/generation_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/app/middleware_order.hpp"
#include "host/base/json_text.hpp"
#include "host/config/suggest.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/model_catalogue.hpp"

namespace abv::app {
namespace {

constexpr std::array<const char*, 2> kHealthPaths{"/health", "/healthz"};
constexpr std::array<const char*, 5> kAllMethods{"GET", "POST", "PUT", "PATCH", "DELETE"};

Error invalid(std::string message) {
  return Error{Error::Code::kInvalid, std::move(message)};
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Counting tokens is no service by itself: the host does it without the target.
bool serves_any(const plugin::Dialect& dialect, const lane::Target& target) {
  const std::vector<plugin::Endpoint>& endpoints = dialect.abilities().endpoints;
  return target.handler || std::any_of(endpoints.begin(), endpoints.end(), [&](const auto& one) {
           const lane::Lane lane = lane::lane_for(dialect, one, target);
           return lane != lane::Lane::kNone && lane != lane::Lane::kCount;
         });
}

}  // namespace

GenerationBuilder::GenerationBuilder(Generation& generation, const Foundation& foundation,
                                     const Generation* previous)
    : generation_(generation),
      configuration_(generation.configuration()),
      settings_(configuration_.settings()),
      foundation_(foundation),
      previous_(previous == nullptr ? nullptr : &previous->parts_),
      maker_(generation.parts_, previous_, configuration_, foundation) {}

Result<void> GenerationBuilder::build() {
  lane::Site& site = generation_.site_;
  site.version = foundation_.version;
  site.limits = settings_.limits;
  site.server_timing = settings_.server_timing;
  site.loss_header = settings_.loss_header;
  site.calibration = foundation_.calibration;
  site.admin_keys = settings_.admin_keys;
  site.warm_ups = foundation_.warm_ups;
  site.warm_up_secret = settings_.warm_up_secret;
  site.warm_up_plan = settings_.warm_up_plan;
  site.streams = settings_.streams;
  site.websockets = settings_.websockets;
  site.experiments = settings_.experiments;
  site.refresher = foundation_.refresher;
  site.turns = settings_.remembers_turns ? foundation_.turns : nullptr;
  site.answers = settings_.stored_answers.is_enabled ? foundation_.answers : nullptr;
  site.traffic = std::make_shared<lane::Traffic>();
  site.models =
      std::make_shared<lane::ModelCatalogue>(foundation_.services.clock, foundation_.services.log);
  if (Result<void> added = add_targets(); !added) {
    return added;
  }
  if (Result<void> added = add_middlewares(); !added) {
    return added;
  }
  std::vector<route::Entry> entries;
  add_health(entries);
  add_warm_up(entries);
  if (Result<void> added = add_routes(entries); !added) {
    return added;
  }
  auto table = route::RouteTable::build(std::move(entries));
  if (!table) {
    return table.error();
  }
  site.table.emplace(std::move(table).value());
  return {};
}

Result<void> GenerationBuilder::add_targets() {
  for (const ProviderSettings& settings : settings_.providers) {
    if (Result<void> added = add_target(settings); !added) {
      return added;
    }
  }
  return {};
}

// `auto`: enabled when it has the credential that its upstream asks for.
Result<bool> GenerationBuilder::is_enabled(const ProviderSettings& settings,
                                           const plugin::ManifestComponent& component) const {
  if (settings.enabled != Enabled::kAuto || component.kind != ABV_KIND_PROVIDER) {
    return settings.enabled != Enabled::kNo;
  }
  const auto abilities = provider_abilities(settings, component);
  if (!abilities) {
    return abilities.error();
  }
  return abilities->credentials.empty() || !settings.api_keys.empty() ||
         foundation_.accounts->has_files_for(settings.name, abilities->credentials);
}

Result<void> GenerationBuilder::add_target(const ProviderSettings& settings) {
  if (settings.enabled == Enabled::kNo) {
    disabled_.push_back(settings.name);
    return {};
  }
  const auto component = configuration_.component(
      settings.place, settings.plugin, settings.component, {ABV_KIND_PROVIDER, ABV_KIND_HANDLER});
  if (!component) {
    return component.error();
  }
  const Result<bool> enabled = is_enabled(settings, **component);
  if (!enabled) {
    return enabled.error();
  }
  if (!*enabled) {
    disabled_.push_back(settings.name);
    return {};
  }
  auto made =
      maker_.instance(settings.name, settings.place, settings.plugin, **component, settings.entry);
  if (!made) {
    return made.error();
  }
  auto target = std::make_unique<lane::Target>();
  target->name = settings.name;
  target->listed_models = settings.models;
  if ((*component)->kind == ABV_KIND_HANDLER) {
    auto handler = plugin::Handler::of(*made);
    if (!handler) {
      return handler.error();
    }
    target->handler.emplace(std::move(handler).value());
  } else if (Result<void> added = add_provider(*target, settings, *made); !added) {
    return added;
  }
  generation_.site_.targets.push_back(std::move(target));
  return {};
}

Result<void> GenerationBuilder::add_provider(lane::Target& target, const ProviderSettings& settings,
                                             std::shared_ptr<plugin::Instance> made) {
  auto provider = plugin::Provider::of(std::move(made));
  if (!provider) {
    return provider.error();
  }
  target.provider.emplace(std::move(provider).value());
  auto connections = generation_.parts_.egress(settings, foundation_.services.clock, previous_);
  if (!connections) {
    return connections.error();
  }
  target.egress = std::move(connections).value();
  target.status_rules = settings.status_rules;
  add_accounts(target, settings);
  if (Result<void> added = add_conversion(target, settings); !added) {
    return added;
  }
  return {};
}

// The keys that stand in the YAML. Those in files come and go without a reload.
void GenerationBuilder::add_accounts(lane::Target& target, const ProviderSettings& settings) {
  std::vector<std::shared_ptr<account::Account>> accounts;
  for (const Secret& key : settings.api_keys) {
    const std::size_t number = accounts.size() + 1;
    account::AccountFacts facts;
    facts.id = number == 1 ? settings.name : settings.name + "-" + std::to_string(number);
    facts.provider = settings.name;
    facts.kind = "api_key";
    facts.place = settings.place;
    accounts.push_back(std::make_shared<account::Account>(
        std::move(facts), account::Account::Secrets{{"api_key", key}}));
  }
  target.accounts = foundation_.accounts->pool(settings.name);
  generation_.pools_.push_back({settings.name, settings.accounts,
                                target.provider->abilities().credentials, std::move(accounts)});
}

Result<void> GenerationBuilder::add_middlewares() {
  for (const MiddlewareSettings& settings : settings_.middlewares) {
    if (!settings.is_enabled) {
      continue;
    }
    const auto component = configuration_.component(settings.place, settings.plugin,
                                                    settings.component, {ABV_KIND_MIDDLEWARE});
    if (!component) {
      return component.error();
    }
    auto made = maker_.instance(settings.name, settings.place, settings.plugin, **component,
                                settings.entry);
    if (!made) {
      return made.error();
    }
    auto middleware = plugin::Middleware::of(std::move(made).value());
    if (!middleware) {
      return middleware.error();
    }
    generation_.site_.middlewares.push_back(std::move(middleware).value());
  }
  return check_order(generation_.site_.middlewares);
}

void GenerationBuilder::add_endpoint(lane::Endpoint endpoint, const std::string& owner,
                                     std::vector<route::Entry>& entries) {
  const plugin::Endpoint& described = endpoint.described;
  entries.push_back(route::Entry{described.method, described.path, described.header, owner,
                                 generation_.site_.endpoints.size()});
  generation_.site_.endpoints.push_back(std::move(endpoint));
}

void GenerationBuilder::add_health(std::vector<route::Entry>& entries) {
  for (const char* path : kHealthPaths) {
    for (const char* method : {"GET", "HEAD"}) {
      lane::Endpoint endpoint;
      endpoint.kind = lane::Endpoint::Kind::kHealth;
      endpoint.described.operation = "health";
      endpoint.described.method = method;
      endpoint.described.path = path;
      add_endpoint(std::move(endpoint), "the host's health check", entries);
    }
  }
}

// Without a secret the path does not exist.
void GenerationBuilder::add_warm_up(std::vector<route::Entry>& entries) {
  if (settings_.warm_up_secret.empty()) {
    return;
  }
  lane::Endpoint endpoint;
  endpoint.kind = lane::Endpoint::Kind::kWarmUp;
  endpoint.described.operation = "warmup";
  endpoint.described.method = "POST";
  endpoint.described.path = "/internal/warmup";
  add_endpoint(std::move(endpoint), "the host's warm-up", entries);
}

Result<void> GenerationBuilder::add_routes(std::vector<route::Entry>& entries) {
  if (Result<void> added = add_names(settings_.models); !added) {
    return added;
  }
  for (const RouteSettings& settings : settings_.routes) {
    if (Result<void> added = settings.handler.empty() ? add_dialect_route(settings, entries)
                                                      : add_handler_route(settings, entries);
        !added) {
      return added;
    }
  }
  return {};
}

Result<plugin::Dialect> GenerationBuilder::dialect(const RouteSettings& settings) {
  std::vector<std::string> known;
  auto found = maker_.dialect(settings.dialect, settings.place, known);
  if (!found) {
    return found.error();
  }
  if (*found) {
    return std::move(**found);
  }
  return Error{Error::Code::kNotFound, settings.dialect_place + ": routes." + settings.name +
                                           ".dialect: no allowed plugin brings \"" +
                                           settings.dialect + "\"" +
                                           config::did_you_mean(settings.dialect, known)};
}

// What requests in other dialects become at this provider: the first dialect of its own that a
// plugin here converts to.
Result<void> GenerationBuilder::add_conversion(lane::Target& target,
                                               const ProviderSettings& settings) {
  target.operations =
      settings.operations.empty() ? target.provider->abilities().operations : settings.operations;
  target.convert_to = settings.convert_to;
  std::vector<std::string> operations;
  for (const std::string& name : target.provider->abilities().dialects) {
    std::vector<std::string> known;
    auto found = maker_.dialect(name, settings.place, known);
    if (!found) {
      return found.error();
    }
    if (!*found) {
      continue;
    }
    for (const plugin::Endpoint& endpoint : (*found)->abilities().endpoints) {
      operations.push_back(endpoint.operation);
    }
    if (!target.dialect) {
      target.dialect = std::move(*found);
    }
  }
  if (operations.empty()) {
    return {};  // only what it is sent raw
  }
  std::vector<std::string> named = settings.operations;
  if (!settings.convert_to.empty()) {
    named.push_back(settings.convert_to);
  }
  for (const std::string& operation : named) {
    if (!contains(operations, operation)) {
      return invalid(settings.place + ": providers." + settings.name +
                     ": its dialect has no operation \"" + operation + "\"" +
                     config::did_you_mean(operation, operations));
    }
  }
  return {};
}

const lane::Target* GenerationBuilder::find_target(const std::string& name) const {
  for (const auto& target : generation_.site_.targets) {
    if (target->name == name) {
      return target.get();
    }
  }
  return nullptr;
}

Result<void> GenerationBuilder::add_rules(lane::Route& route, const RouteSettings& settings) {
  for (const RuleSettings& rule : settings.rules) {
    lane::Rule made{rule.match, {}, rule.is_pooled, rule.as};
    for (const std::string& provider : rule.providers) {
      if (contains(disabled_, provider)) {
        continue;
      }
      const lane::Target* target = find_target(provider);
      if (target == nullptr) {
        return invalid(rule.place + ": no provider is called \"" + provider + "\"");
      }
      if (!serves_any(route.dialect, *target)) {
        return Error{Error::Code::kUnsupported,
                     rule.place + ": provider \"" + provider + "\" does not speak \"" +
                         settings.dialect +
                         "\", and no allowed plugin converts it to what the provider speaks"};
      }
      made.targets.push_back(target);
    }
    if (!made.targets.empty()) {  // else the next rule that matches takes over
      route.rules.push_back(std::move(made));
    }
  }
  return {};
}

Result<void> GenerationBuilder::add_names(const ModelSettings& settings) {
  model::Names& names = generation_.site_.names;
  names.renames_back = settings.renames_back;
  std::vector<model::MapRule> rules;
  for (const MapRuleSettings& one : settings.rules) {
    auto rule = one.regex.empty()
                    ? Result<model::MapRule>(model::MapRule::of_glob(one.match, one.to))
                    : model::MapRule::of_regex(one.regex, one.to);
    if (!rule) {
      return invalid(one.place + ": models.rules: regex " + json_string(one.regex) +
                     " is no regular expression: " + rule.error().message);
    }
    rule->only_for_dialects(one.dialects);
    rule->only_for_keys(one.keys);
    rules.push_back(std::move(rule).value());
  }
  names.mapping = model::Mapping(std::move(rules));
  for (const auto& [name, steps] : settings.aliases) {
    std::vector<model::Step>& kept = names.aliases[name];
    for (const AliasStepSettings& one : steps) {
      if (contains(disabled_, one.step.provider)) {
        continue;
      }
      if (!one.step.provider.empty() && find_target(one.step.provider) == nullptr) {
        return invalid(one.place + ": models.aliases." + name + ": no provider is called \"" +
                       one.step.provider + "\"");
      }
      kept.push_back(one.step);
    }
  }
  if (Result<void> sound = model::check_sound(names.aliases); !sound) {
    return invalid(settings.aliases_place + ": " + sound.error().message);
  }
  return {};
}

Result<void> GenerationBuilder::add_dialect_route(const RouteSettings& settings,
                                                  std::vector<route::Entry>& entries) {
  auto spoken = dialect(settings);
  if (!spoken) {
    return spoken.error();
  }
  generation_.site_.routes.push_back(std::make_unique<lane::Route>(
      lane::Route{settings.name, std::move(spoken).value(), {}, settings.refuses_loss}));
  lane::Route& route = *generation_.site_.routes.back();
  if (Result<void> added = add_rules(route, settings); !added) {
    return added;
  }
  std::vector<std::string> offered;
  for (const plugin::Endpoint& described : route.dialect.abilities().endpoints) {
    if (!described.is_client) {
      continue;  // it is only what others' requests become
    }
    offered.push_back(described.operation);
    if (settings.operations.empty() || contains(settings.operations, described.operation)) {
      lane::Endpoint endpoint{.route = &route, .described = described};
      add_endpoint(std::move(endpoint), "route \"" + settings.name + "\" (" + settings.place + ")",
                   entries);
    }
  }
  for (const std::string& operation : settings.operations) {
    if (!contains(offered, operation)) {
      return invalid(settings.place + ": routes." + settings.name + ".endpoints: dialect \"" +
                     settings.dialect + "\" has no operation \"" + operation + "\"" +
                     config::did_you_mean(operation, offered));
    }
  }
  return {};
}

Result<void> GenerationBuilder::add_handler_route(const RouteSettings& settings,
                                                  std::vector<route::Entry>& entries) {
  if (contains(disabled_, settings.handler)) {
    return {};
  }
  const lane::Target* target = find_target(settings.handler);
  if (target == nullptr || !target->handler) {
    return invalid(settings.place + ": routes." + settings.name + ".handler: \"" +
                   settings.handler + "\" is not a handler");
  }
  std::vector<std::string> methods{settings.method};
  if (settings.method == "ANY") {
    methods.assign(kAllMethods.begin(), kAllMethods.end());
  }
  for (const std::string& method : methods) {
    lane::Endpoint endpoint;
    endpoint.kind = lane::Endpoint::Kind::kHandler;
    endpoint.target = target;
    endpoint.described.operation = settings.name;
    endpoint.described.method = method;
    endpoint.described.path = settings.path;
    add_endpoint(std::move(endpoint), "route \"" + settings.name + "\" (" + settings.place + ")",
                 entries);
  }
  return {};
}

}  // namespace abv::app
