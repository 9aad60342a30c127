#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/account/attempts.hpp"
#include "host/account/status_rules.hpp"
#include "host/account/upkeep.hpp"
#include "host/base/secret.hpp"
#include "host/model/names.hpp"
#include "host/plugin/dialect.hpp"
#include "host/plugin/handler.hpp"
#include "host/plugin/middleware.hpp"
#include "host/plugin/provider.hpp"
#include "host/route/route_table.hpp"
#include "host/upstream/egress.hpp"

// What a call can reach: the routes, targets and middlewares of one generation, in the form the
// lanes work with. Built once, then only read; whatever counts or caches in it is its own mutex's
// business.
namespace abv::lane {

class ModelCatalogue;
class Refresher;
class StoredAnswers;
class Traffic;
class TokenCalibration;
class TurnMemory;
class WarmUps;

// Where calls can go: an instance under `providers` in the YAML.
struct Target {
  std::string name;
  std::optional<plugin::Provider> provider;  // either this
  std::optional<plugin::Handler> handler;    // or this
  std::shared_ptr<upstream::Egress> egress;  // of a provider
  std::shared_ptr<account::Pool> accounts;   // of a provider
  std::vector<account::Rule> status_rules;   // of a provider: what its answers mean
  std::vector<std::string> listed_models;    // from the YAML; empty: ask the target
  std::optional<plugin::Dialect> dialect;    // of a provider: what converted requests become
  std::vector<std::string> operations;       // those that are passed on raw; empty: all
  std::string convert_to;                    // of `dialect`, for converted requests; empty: first
};

// One line of a route's `models`.
struct Rule {
  std::string match;                   // glob
  std::vector<const Target*> targets;  // at least one; the next is tried when one cannot serve
  bool is_pooled = false;              // calls are shared out among the targets
  std::string as;                      // the upstream's name for the model; empty: as asked
};

struct Route {
  std::string name;
  plugin::Dialect dialect;
  std::vector<Rule> rules;
  bool refuses_loss = false;  // a request that loses something in conversion is refused
};

// What an entry of the route table stands for.
struct Endpoint {
  enum class Kind { kDialect, kHealth, kHandler, kWarmUp };

  Kind kind = Kind::kDialect;
  const Route* route = nullptr;    // of kDialect
  const Target* target = nullptr;  // of kHandler
  plugin::Endpoint described;
};

struct Limits {
  std::uint64_t body_bytes = 100u << 20;
  std::uint64_t bodies_total_bytes = 1u << 30;  // of all calls together
};

// How streams are kept alive while an upstream is silent; 0 is never.
struct Streams {
  Nanos keep_alive{std::chrono::seconds(15)};
  Nanos commit_after{std::chrono::seconds(50)};
};

// Connections that carry calls as messages; 0 is without limit.
struct WebSockets {
  bool enabled = true;
  Nanos idle{std::chrono::minutes(30)};     // without a call
  Nanos max_age{std::chrono::minutes(60)};  // a call that runs is not cut off
};

// Switches under `experimental` in the YAML; docs/guide/conversion.md says what each does.
struct Experiments {
  bool recovers_tool_loops = false;
  bool checks_models = false;
  double usage_scale = 1;  // of input tokens, as converted answers tell them to clients
};

struct Site {
  std::vector<std::unique_ptr<Target>> targets;
  std::vector<std::unique_ptr<Route>> routes;
  std::vector<plugin::Middleware> middlewares;  // in the order of the YAML
  std::vector<Endpoint> endpoints;              // by the route table's numbers
  std::optional<route::RouteTable> table;
  model::Names names;
  std::shared_ptr<ModelCatalogue> models;
  std::shared_ptr<Traffic> traffic;
  Limits limits;
  bool server_timing = false;
  bool loss_header = false;
  Streams streams;
  WebSockets websockets;
  Experiments experiments;
  std::shared_ptr<Refresher> refresher;    // null: credentials are never refreshed
  std::shared_ptr<TurnMemory> turns;       // null: nothing is remembered
  std::shared_ptr<StoredAnswers> answers;  // null: none are kept
  std::shared_ptr<TokenCalibration> calibration;
  std::string version;
  std::vector<std::string> admin_keys;  // globs of the keys that may choose an account
  std::shared_ptr<WarmUps> warm_ups;
  Secret warm_up_secret;                          // empty: nobody can ask for one
  std::vector<account::WarmUpPlan> warm_up_plan;  // done without being asked
};

}  // namespace abv::lane
