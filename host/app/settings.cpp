#include "host/app/settings.hpp"

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

ProviderSettings read_provider(const std::string& name, const Value& entry) {
  ProviderSettings provider;
  provider.name = name;
  provider.place = entry.place().text();
  provider.plugin = text(entry, "plugin");
  provider.component = text(entry, "component");
  provider.enabled = enabled(at(entry, "enabled"));
  provider.api_key = Secret(text(entry, "api_key"));
  provider.models = texts(at(entry, "models"));
  provider.operations = texts(at(entry, "operations"));
  provider.convert_to = text(entry, "convert_to");
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
    route.rules.push_back(RuleSettings{text(rule, "match"), text(rule, "provider"),
                                       text(rule, "as"), rule.place().text()});
  }
  return route;
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
  settings.streams.keep_alive = duration(document, "streams.keep_alive");
  settings.streams.commit_after = duration(document, "streams.commit_after");
  settings.remembers_turns = at(document, "experimental.signature_cache").as_bool();
  settings.experiments.recovers_tool_loops =
      at(document, "experimental.tool_loop_recovery").as_bool();
  settings.experiments.checks_models = at(document, "experimental.cross_model_checks").as_bool();
  settings.experiments.usage_scale = at(document, "experimental.context_usage_scale").as_double();
  settings.loss_header = at(document, "loss_header").as_bool();
  settings.drain_max = duration(document, "reload.drain_max");
  settings.watches_file = at(document, "reload.watch").as_bool();
  for (const char* section : {"providers", "handlers"}) {
    for (const config::Member& member : at(document, section).members()) {
      settings.providers.push_back(read_provider(member.key, member.value));
    }
  }
  for (const Value& entry : at(document, "middlewares").items()) {
    settings.middlewares.push_back(read_middleware(entry));
  }
  for (const Value& entry : at(document, "routes").items()) {
    settings.routes.push_back(read_route(entry));
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
