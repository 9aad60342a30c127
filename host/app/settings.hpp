#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/account/pool.hpp"
#include "host/account/status_rules.hpp"
#include "host/account/upkeep.hpp"
#include "host/base/log.hpp"
#include "host/base/secret.hpp"
#include "host/config/value.hpp"
#include "host/http/server.hpp"
#include "host/lane/site.hpp"
#include "host/plugin/allow_list.hpp"
#include "host/telemetry/metrics_server.hpp"
#include "host/telemetry/trace_exporter.hpp"
#include "host/upstream/settings.hpp"

namespace abv::app {

enum class Enabled { kAuto, kYes, kNo };

// An entry under `providers` or `handlers`.
struct ProviderSettings {
  std::string name;
  std::string place;
  std::string plugin;
  std::string component;  // empty: the plugin's only one of its kind
  Enabled enabled = Enabled::kAuto;
  std::vector<Secret> api_keys;  // those that are not empty
  std::vector<std::string> models;
  std::vector<std::string> operations;      // empty: all
  std::string convert_to;                   // empty: the dialect's first
  std::vector<account::Rule> status_rules;  // the operator's, then the host's own
  upstream::Settings upstream;
  account::PoolSettings accounts;
  const config::Value* entry = nullptr;  // for the component's own settings
};

struct MiddlewareSettings {
  std::string name;
  std::string place;
  std::string plugin;
  std::string component;
  bool is_enabled = true;
  const config::Value* entry = nullptr;
};

struct RuleSettings {
  std::string match;
  std::vector<std::string> providers;
  bool is_pooled = false;
  std::string as;
  std::string place;
};

struct RouteSettings {
  std::string name;
  std::string place;
  std::string dialect;  // either this, with models
  std::string dialect_place;
  std::vector<std::string> operations;  // empty: all
  std::vector<RuleSettings> rules;
  bool refuses_loss = false;
  std::string handler;  // or this, with path and method
  std::string method;
  std::string path;
};

// A line of `models.rules`.
struct MapRuleSettings {
  std::string match;  // either this
  std::string regex;  // or this
  std::string to;
  std::vector<std::string> dialects;
  std::vector<std::string> keys;
  std::string place;
};

struct AliasStepSettings {
  model::Step step;
  std::string place;
};

struct ModelSettings {
  std::vector<MapRuleSettings> rules;
  std::vector<std::pair<std::string, std::vector<AliasStepSettings>>> aliases;
  std::string aliases_place;
  bool renames_back = false;
};

// What is kept of answers that later calls may refer to.
struct StoredAnswersSettings {
  bool is_enabled = true;
  Nanos lifetime{0};  // 0: without limit
  std::size_t most = 0;
  std::uint64_t bytes = 0;
};

// The host's own settings, out of a configuration that was found valid.
struct Settings {
  http::ServerSettings server;
  lane::Limits limits;
  LogLevel log_level = LogLevel::kInfo;
  Log::Format log_format = Log::Format::kText;
  bool logs_calls = true;
  std::string log_file;  // empty: stderr
  std::string data_dir;
  std::size_t record_queue = 4096;
  bool server_timing = false;
  bool loss_header = false;
  bool remembers_turns = true;
  StoredAnswersSettings stored_answers;
  telemetry::MetricsSettings metrics;
  telemetry::TraceSettings traces;
  lane::Streams streams;
  lane::WebSockets websockets;
  lane::Experiments experiments;
  Nanos drain_max{0};  // 0: without limit
  bool watches_file = false;
  std::vector<ProviderSettings> providers;  // handlers too
  std::vector<MiddlewareSettings> middlewares;
  std::vector<RouteSettings> routes;
  ModelSettings models;
  std::vector<std::string> admin_keys;
  Secret warm_up_secret;
  std::vector<account::WarmUpPlan> warm_up_plan;
};

// `document` outlives the result, which points into it.
Settings read_settings(const config::Value& document);

// `plugins.dirs` and `plugins.allow`. Paths that are not absolute are taken from the directory of
// the configuration file.
std::vector<std::string> read_plugin_dirs(const config::Value& document);
std::vector<plugin::AllowedPlugin> read_allow_list(const config::Value& document);

}  // namespace abv::app
