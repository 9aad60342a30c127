#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/secret.hpp"
#include "host/plugin/dialect.hpp"
#include "host/plugin/handler.hpp"
#include "host/plugin/middleware.hpp"
#include "host/plugin/provider.hpp"
#include "host/route/route_table.hpp"
#include "host/upstream/pool.hpp"

// What a call can reach: the routes, targets and middlewares of one generation, in the form the
// lanes work with. Built once, then only read; whatever counts or caches in it is its own mutex's
// business.
namespace abv::lane {

class ModelCatalogue;
class Traffic;
class TokenCalibration;
class TurnMemory;

// A credential of a target.
class Account final : public plugin::AccountSecrets {
 public:
  Account(std::string id, std::string kind, std::map<std::string, Secret, std::less<>> secrets)
      : id_(std::move(id)), kind_(std::move(kind)), secrets_(std::move(secrets)) {}

  const std::string& id() const { return id_; }
  const std::string& kind() const { return kind_; }

  const Secret* find(std::string_view field) override {
    const auto found = secrets_.find(field);
    if (found == secrets_.end()) {
      return nullptr;
    }
    uses_.fetch_add(1, std::memory_order_relaxed);
    return &found->second;
  }

  // As plugins see it; valid as long as this.
  plugin::Account view() { return {id_, kind_, id_, "{}", this}; }

  std::uint64_t uses() const { return uses_.load(std::memory_order_relaxed); }

 private:
  std::string id_;
  std::string kind_;
  std::map<std::string, Secret, std::less<>> secrets_;
  std::atomic<std::uint64_t> uses_{0};
};

// Where calls can go: an instance under `providers` in the YAML.
struct Target {
  std::string name;
  std::optional<plugin::Provider> provider;  // either this
  std::optional<plugin::Handler> handler;    // or this
  std::shared_ptr<upstream::Pool> pool;      // of a provider
  std::shared_ptr<Account> account;          // null when it needs none
  std::vector<std::string> listed_models;    // from the YAML; empty: ask the target
  std::optional<plugin::Dialect> dialect;    // of a provider: what converted requests become
  std::vector<std::string> operations;       // those that are passed on raw; empty: all
  std::string convert_to;                    // of `dialect`, for converted requests; empty: first
};

// One line of a route's `models`.
struct Rule {
  std::string match;  // glob
  const Target* target = nullptr;
  std::string as;  // the upstream's name for the model; empty: as asked
};

struct Route {
  std::string name;
  plugin::Dialect dialect;
  std::vector<Rule> rules;
  bool refuses_loss = false;  // a request that loses something in conversion is refused
};

// What an entry of the route table stands for.
struct Endpoint {
  enum class Kind { kDialect, kHealth, kHandler };

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
  std::shared_ptr<ModelCatalogue> models;
  std::shared_ptr<Traffic> traffic;
  Limits limits;
  bool server_timing = false;
  bool loss_header = false;
  Streams streams;
  Experiments experiments;
  std::shared_ptr<TurnMemory> turns;  // null: nothing is remembered
  std::shared_ptr<TokenCalibration> calibration;
  std::string version;
};

}  // namespace abv::lane
