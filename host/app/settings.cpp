#include "host/app/settings.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "host/config/quantity.hpp"

namespace abv::app {
namespace {

using config::Value;

const Value& at(const Value& object, std::string_view path) {
  static const Value nothing;
  const Value* found = object.lookup(path);
  return found == nullptr ? nothing : *found;
}

std::string text(const Value& object, std::string_view path) {
  return at(object, path).text();
}

// 0 for "none". The schema has checked the form.
Nanos duration(const Value& object, std::string_view path) {
  const auto parsed = config::parse_duration(text(object, path));
  return parsed ? parsed->value_or(Nanos{0}) : Nanos{0};
}

// `fallback` where the setting is absent. The schema has checked the form.
std::uint64_t size(const Value& object, std::string_view path, std::uint64_t fallback) {
  const auto parsed = config::parse_size(text(object, path));
  return parsed ? *parsed : fallback;
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> all;
  for (const Value& item : list.items()) {
    all.push_back(item.text());
  }
  return all;
}

Enabled enabled(const Value& value) {
  if (!value.is_bool()) {
    return Enabled::kAuto;
  }
  return value.as_bool() ? Enabled::kYes : Enabled::kNo;
}

http::ServerSettings read_server(const Value& document) {
  http::ServerSettings server;
  server.host = text(document, "listen.host");
  server.port = static_cast<std::uint16_t>(at(document, "listen.port").as_int());
  server.max_connections =
      static_cast<std::size_t>(at(document, "listen.max_connections").as_int());
  server.keep_alive = duration(document, "listen.keep_alive");
  server.header_timeout = duration(document, "listen.header_timeout");
  server.client_write = duration(document, "limits.client_write");
  server.half_close_is_gone = at(document, "listen.half_close_is_gone").as_bool();
  server.tls_cert_file = text(document, "listen.tls.cert_file");
  server.tls_key_file = text(document, "listen.tls.key_file");
  return server;
}

std::int64_t milliseconds(const Value& object, std::string_view path) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration(object, path)).count();
}

account::Mode mode_from(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, account::Mode>, 5> kModes{{
      {"balance", account::Mode::kBalance},
      {"cache_first", account::Mode::kCacheFirst},
      {"performance", account::Mode::kPerformance},
      {"fill_first", account::Mode::kFillFirst},
      {"weighted", account::Mode::kWeighted},
  }};
  const auto found = std::find_if(kModes.begin(), kModes.end(),
                                  [&](const auto& one) { return one.first == name; });
  return found == kModes.end() ? account::Mode::kBalance : found->second;
}

// What `entry` says; the rest stays as it is.
void read_accounts(const Value& entry, account::PoolSettings& accounts) {
  const auto has = [&](std::string_view path) { return entry.lookup(path) != nullptr; };
  if (has("mode")) accounts.mode = mode_from(text(entry, "mode"));
  if (has("preferred")) accounts.preferred = text(entry, "preferred");
  if (has("session_ttl")) accounts.sessions.lifetime_ms = milliseconds(entry, "session_ttl");
  if (has("max_sessions")) {
    accounts.sessions.most = static_cast<std::size_t>(at(entry, "max_sessions").as_int());
  }
  if (has("cool_down.floor")) accounts.terms.floor_ms = milliseconds(entry, "cool_down.floor");
  if (has("cool_down.ceiling")) {
    accounts.terms.ceiling_ms = milliseconds(entry, "cool_down.ceiling");
  }
  if (has("protect_below")) accounts.protected_below = at(entry, "protect_below").as_double();
  if (has("session_wait")) accounts.most_wait_ms = milliseconds(entry, "session_wait");
  if (has("queue")) accounts.patience.queue_ms = milliseconds(entry, "queue");
  if (has("budget")) accounts.patience.total_ms = milliseconds(entry, "budget");
  if (has("tries"))
    accounts.patience.most_tries = static_cast<unsigned>(at(entry, "tries").as_int());
  if (has("refresh_ahead")) {
    accounts.upkeep.refresh_ahead_ms = milliseconds(entry, "refresh_ahead");
  }
  if (has("refresh_timeout")) {
    accounts.upkeep.refresh_timeout_ms = milliseconds(entry, "refresh_timeout");
  }
  if (has("quota_every")) {
    accounts.upkeep.quota_every_ms = milliseconds(entry, "quota_every");
  }
  if (has("families")) {
    accounts.families.clear();
    for (const Value& family : at(entry, "families").items()) {
      accounts.families.push_back({text(family, "match"), text(family, "family")});
    }
  }
}

std::vector<account::Statuses> statuses(const Value& value) {
  std::vector<account::Statuses> all;
  const auto add = [&](const Value& one) {
    const int status = static_cast<int>(one.as_int());
    all.push_back({status, status});
  };
  if (value.is_int()) {
    add(value);
  } else if (value.is_string()) {
    all.push_back(value.text() == "4xx" ? account::Statuses{400, 499}
                                        : account::Statuses{500, 599});
  }
  std::for_each(value.items().begin(), value.items().end(), add);
  return all;
}

account::Rule read_status_rule(const Value& entry) {
  account::Rule rule;
  rule.statuses = statuses(at(entry, "status"));
  rule.kind = account::kind_from(text(entry, "kind"));
  rule.contains = text(entry, "contains");
  rule.action = account::action_from(text(entry, "action")).value_or(rule.action);
  rule.scope = account::scope_from(text(entry, "scope"));
  if (entry.find("cool_down") != nullptr) {
    rule.cool_down = std::chrono::duration_cast<account::Millis>(duration(entry, "cool_down"));
  }
  rule.max_retries = static_cast<std::uint32_t>(at(entry, "max_retries").as_int());
  return rule;
}

ProviderSettings read_provider(const std::string& name, const Value& entry,
                               const account::PoolSettings& accounts) {
  ProviderSettings provider;
  provider.name = name;
  provider.place = entry.place().text();
  provider.plugin = text(entry, "plugin");
  provider.component = text(entry, "component");
  provider.enabled = enabled(at(entry, "enabled"));
  if (Secret key(text(entry, "api_key")); !key.empty()) {
    provider.api_keys.push_back(std::move(key));
  }
  for (std::string& more : texts(at(entry, "api_keys"))) {
    if (!more.empty()) {
      provider.api_keys.emplace_back(std::move(more));
    }
  }
  provider.accounts = accounts;
  read_accounts(at(entry, "accounts"), provider.accounts);
  provider.models = texts(at(entry, "models"));
  provider.operations = texts(at(entry, "operations"));
  provider.convert_to = text(entry, "convert_to");
  std::vector<account::Rule> rules;
  for (const Value& rule : at(entry, "status_rules").items()) {
    rules.push_back(read_status_rule(rule));
  }
  provider.status_rules = account::rules_with(std::move(rules));
  provider.upstream.timeouts.connect = duration(entry, "timeouts.connect");
  provider.upstream.timeouts.first_byte = duration(entry, "timeouts.first_byte");
  provider.upstream.timeouts.idle = duration(entry, "timeouts.idle");
  provider.upstream.timeouts.total = duration(entry, "timeouts.total");
  provider.upstream.proxy = Secret(text(entry, "proxy"));
  provider.upstream.ca_file = text(entry, "ca_file");
  provider.upstream.max_idle = static_cast<std::size_t>(at(entry, "max_idle_connections").as_int());
  provider.entry = &entry;
  return provider;
}

MiddlewareSettings read_middleware(const Value& entry) {
  return MiddlewareSettings{
      text(entry, "name"),      entry.place().text(),           text(entry, "plugin"),
      text(entry, "component"), at(entry, "enabled").as_bool(), &entry};
}

RouteSettings read_route(const Value& entry) {
  RouteSettings route;
  route.name = text(entry, "name");
  route.place = entry.place().text();
  route.dialect = text(entry, "dialect");
  route.dialect_place = at(entry, "dialect").place().text();
  route.operations = texts(at(entry, "endpoints"));
  route.refuses_loss = text(entry, "on_loss") == "refuse";
  route.handler = text(entry, "handler");
  route.method = text(entry, "method");
  route.path = text(entry, "path");
  for (const Value& rule : at(entry, "models").items()) {
    const Value& provider = at(rule, "provider");
    route.rules.push_back(RuleSettings{
        text(rule, "match"),
        provider.is_string() ? std::vector<std::string>{provider.text()} : texts(provider),
        text(rule, "dispatch") == "pooled", text(rule, "as"), rule.place().text()});
  }
  return route;
}

ModelSettings read_models(const Value& section) {
  ModelSettings models;
  models.renames_back = at(section, "rename_back").as_bool();
  for (const Value& rule : at(section, "rules").items()) {
    models.rules.push_back(MapRuleSettings{text(rule, "match"), text(rule, "regex"),
                                           text(rule, "to"), texts(at(rule, "dialects")),
                                           texts(at(rule, "keys")), rule.place().text()});
  }
  const Value& aliases = at(section, "aliases");
  models.aliases_place = aliases.place().text();
  for (const config::Member& alias : aliases.members()) {
    std::vector<AliasStepSettings> steps;
    for (const Value& step : alias.value.items()) {
      steps.push_back({step.is_string() ? model::Step{"", step.text()}
                                        : model::Step{text(step, "provider"), text(step, "model")},
                       step.place().text()});
    }
    models.aliases.emplace_back(alias.key, std::move(steps));
  }
  return models;
}

telemetry::MetricsSettings read_metrics(const Value& entry) {
  telemetry::MetricsSettings metrics;
  metrics.is_enabled = at(entry, "enabled").as_bool();
  metrics.host = text(entry, "host");
  metrics.port = static_cast<std::uint16_t>(at(entry, "port").as_int());
  metrics.token = Secret(text(entry, "token"));
  return metrics;
}

telemetry::TraceSettings read_traces(const Value& entry) {
  telemetry::TraceSettings traces;
  traces.endpoint = text(entry, "endpoint");
  for (const config::Member& header : at(entry, "headers").members()) {
    traces.headers.emplace_back(header.key, Secret(header.value.text()));
  }
  traces.sample = at(entry, "sample").as_double();
  traces.service_name = text(entry, "service_name");
  return traces;
}

}  // namespace

Settings read_settings(const Value& document) {
  Settings settings;
  settings.server = read_server(document);
  settings.limits.body_bytes = size(document, "limits.body", settings.limits.body_bytes);
  settings.limits.bodies_total_bytes =
      size(document, "limits.bodies_total", settings.limits.bodies_total_bytes);
  settings.log_level = log_level_from(text(document, "log.level"));
  settings.log_format =
      text(document, "log.format") == "json" ? Log::Format::kJson : Log::Format::kText;
  settings.logs_calls = at(document, "log.calls").as_bool();
  settings.log_file = text(document, "log.file");
  settings.data_dir = text(document, "data_dir");
  settings.record_queue = static_cast<std::size_t>(at(document, "records.queue").as_int());
  settings.server_timing = at(document, "server_timing").as_bool();
  settings.metrics = read_metrics(at(document, "metrics"));
  settings.traces = read_traces(at(document, "traces"));
  settings.streams.keep_alive = duration(document, "streams.keep_alive");
  settings.streams.commit_after = duration(document, "streams.commit_after");
  settings.websockets.enabled = at(document, "websocket.enabled").as_bool();
  settings.websockets.idle = duration(document, "websocket.idle");
  settings.websockets.max_age = duration(document, "websocket.max_age");
  settings.remembers_turns = at(document, "experimental.signature_cache").as_bool();
  settings.stored_answers.is_enabled = at(document, "stored_answers.enabled").as_bool();
  settings.stored_answers.lifetime = duration(document, "stored_answers.lifetime");
  settings.stored_answers.most =
      static_cast<std::size_t>(at(document, "stored_answers.most").as_int());
  settings.stored_answers.bytes = size(document, "stored_answers.size", std::uint64_t{1} << 30);
  settings.experiments.recovers_tool_loops =
      at(document, "experimental.tool_loop_recovery").as_bool();
  settings.experiments.checks_models = at(document, "experimental.cross_model_checks").as_bool();
  settings.experiments.usage_scale = at(document, "experimental.context_usage_scale").as_double();
  settings.loss_header = at(document, "loss_header").as_bool();
  settings.drain_max = duration(document, "reload.drain_max");
  settings.watches_file = at(document, "reload.watch").as_bool();
  account::PoolSettings accounts;
  read_accounts(at(document, "accounts"), accounts);
  for (const char* section : {"providers", "handlers"}) {
    for (const config::Member& member : at(document, section).members()) {
      settings.providers.push_back(read_provider(member.key, member.value, accounts));
    }
  }
  for (const Value& entry : at(document, "middlewares").items()) {
    settings.middlewares.push_back(read_middleware(entry));
  }
  for (const Value& entry : at(document, "routes").items()) {
    settings.routes.push_back(read_route(entry));
  }
  settings.models = read_models(at(document, "models"));
  settings.admin_keys = texts(at(document, "admin.keys"));
  settings.warm_up_secret = Secret(text(document, "warmup.secret"));
  for (const Value& entry : at(document, "warmup.schedule").items()) {
    settings.warm_up_plan.push_back({text(entry, "provider"), text(entry, "account"),
                                     texts(at(entry, "models")), milliseconds(entry, "every")});
  }
  return settings;
}

std::vector<std::string> read_plugin_dirs(const Value& document) {
  return texts(at(document, "plugins.dirs"));
}

std::vector<plugin::AllowedPlugin> read_allow_list(const Value& document) {
  std::vector<plugin::AllowedPlugin> allowed;
  for (const Value& entry : at(document, "plugins.allow").items()) {
    allowed.push_back(plugin::AllowedPlugin{text(entry, "id"), text(entry, "sha256"),
                                            text(entry, "file"), entry.place().text()});
  }
  return allowed;
}

}  // namespace abv::app
