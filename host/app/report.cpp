#include "host/app/report.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "host/base/text.hpp"
#include "host/lane/lane_choice.hpp"

namespace abv::app {
namespace {

// The operations besides chat that are converted for the rule's target: "; embeddings, …".
std::string other_conversions(const lane::Route& route, const lane::Target& target) {
  std::set<std::string> others;
  for (const plugin::Endpoint& endpoint : route.dialect.abilities().endpoints) {
    if (endpoint.is_client && endpoint.canonical != "chat" &&
        lane::lane_for(route.dialect, endpoint, target) == lane::Lane::kEvent) {
      others.insert(endpoint.operation);
    }
  }
  std::string list;
  for (const std::string& operation : others) {
    list += (list.empty() ? "; also " : ", ") + operation;
  }
  return list;
}

std::string rule_lines(const lane::Route& route, const lane::Rule& rule) {
  std::string lines;
  for (const lane::Target* target : rule.targets) {
    const bool is_first = target == rule.targets.front();
    lines += "    " + padded(is_first ? rule.match : "", 24) +
             (is_first         ? "-> "
              : rule.is_pooled ? "or "
                               : "then ") +
             target->name;
    if (!rule.as.empty()) {
      lines += " as " + rule.as;
    }
    lines += "  (" + lane_name(route, *target) + other_conversions(route, *target) + ")\n";
  }
  return lines;
}

}  // namespace

// How the operations that convert go to the rule's target; raw where client and upstream speak the
// same.
std::string lane_name(const lane::Route& route, const lane::Target& target) {
  if (target.handler) {
    return "handler";
  }
  std::string raw;
  std::string converted;
  for (const plugin::Endpoint& endpoint : route.dialect.abilities().endpoints) {
    if (endpoint.canonical != "chat") {
      continue;
    }
    const lane::Lane lane = lane::lane_for(route.dialect, endpoint, target);
    std::string& list = lane == lane::Lane::kRaw ? raw : converted;
    if (lane != lane::Lane::kNone && list.find(endpoint.operation) == std::string::npos) {
      list += (list.empty() ? "" : ", ") + endpoint.operation;
    }
  }
  plugin::Endpoint chat;
  chat.operation = chat.canonical = "chat";
  const plugin::Endpoint* becomes = lane::converted_endpoint(target, chat);
  if (converted.empty() || becomes == nullptr) {
    return target.provider->abilities().is_raw ? "raw lane" : "event lane";
  }
  const std::string to = target.dialect->name() + " " + becomes->operation;
  return raw.empty() ? "event lane, to " + to
                     : "raw lane; event lane for " + converted + ", to " + to;
}

std::string plugins_report(const Configuration& configuration) {
  const plugin::Catalog& catalog = configuration.catalog();
  std::string text;
  for (const plugin::Manifest& manifest : catalog.manifests()) {
    const bool is_allowed = configuration.allowed().find(manifest.id).ok();
    text += manifest.id + " " + manifest.version + (is_allowed ? "" : "  (not in plugins.allow)") +
            "\n  " + manifest.library.string() + "\n  sha256 " + manifest.sha256 + "\n";
    for (const plugin::ManifestComponent& component : manifest.components) {
      text +=
          "  " + padded(component.kind, 20) + padded(component.name, 20) + component.summary + "\n";
    }
  }
  for (const Error& problem : catalog.problems()) {
    text += "problem: " + problem.message + "\n";
  }
  for (const plugin::AllowedPlugin& allowed : configuration.allowed().plugins()) {
    if (catalog.find(allowed.id) == nullptr) {
      text += "problem: " + allowed.place + ": plugin \"" + allowed.id +
              "\" is allowed, but not there\n";
    }
  }
  return text.empty() ? "no plugins found\n" : text;
}

std::string routes_report(const Generation& generation) {
  const lane::Site& site = generation.site();
  std::string text;
  const auto endpoints_of = [&](const lane::Route* route, lane::Endpoint::Kind kind) {
    for (const lane::Endpoint& endpoint : site.endpoints) {
      if (endpoint.route != route || endpoint.kind != kind) {
        continue;
      }
      text += "  " + padded(endpoint.described.method, 8) + padded(endpoint.described.path, 52) +
              endpoint.described.operation;
      if (!endpoint.described.header.empty()) {
        text += "  (with header " + endpoint.described.header + ")";
      }
      if (endpoint.target != nullptr) {
        text += "  -> " + endpoint.target->name;
      }
      text += "\n";
    }
  };
  text += "host\n";
  endpoints_of(nullptr, lane::Endpoint::Kind::kHealth);
  endpoints_of(nullptr, lane::Endpoint::Kind::kWarmUp);
  endpoints_of(nullptr, lane::Endpoint::Kind::kHandler);
  for (const auto& route : site.routes) {
    text += "\nroute " + route->name + " (dialect " + route->dialect.name() + ")\n";
    endpoints_of(route.get(), lane::Endpoint::Kind::kDialect);
    text += "  models\n";
    for (const lane::Rule& rule : route->rules) {
      text += rule_lines(*route, rule);
    }
    if (route->rules.empty()) {
      text += "    none: every provider of this route is disabled\n";
    }
  }
  if (!site.middlewares.empty()) {
    text += "\nmiddlewares, in order\n";
    for (const plugin::Middleware& middleware : site.middlewares) {
      text += "  " + padded(middleware.instance().name(), 20) +
              middleware.instance().library().id() + "\n";
    }
  }
  return text;
}

}  // namespace abv::app
