#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/lane/lane_choice.hpp"
#include "host/plugin/loader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_sinks.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_clock.hpp"

namespace {

using abv::lane::resolve;
using abv::lane::Route;
using abv::lane::Rule;
using abv::lane::Target;
using abv::plugin::Instance;

// The targets "chatter" (chat), "embedder" (embeddings) and "post", a provider, which takes
// everything.
class Targets {
 public:
  Targets() {
    chatter.handler = abv::plugin::Handler::of(instance("chatter")).value();
    embedder.handler = abv::plugin::Handler::of(instance("embedder")).value();
    post.provider = abv::plugin::Provider::of(instance("post")).value();
  }
  Targets(const Targets&) = delete;
  Targets& operator=(const Targets&) = delete;

  Route route(std::vector<Rule> rules) {
    return Route{"words", abv::plugin::Dialect::of(instance("words")).value(), std::move(rules)};
  }

 private:
  std::shared_ptr<Instance> instance(const std::string& component) {
    abv::plugin::InstanceSpec spec;
    spec.library = library_;
    spec.component = component;
    spec.name = component;
    spec.config_json = "{}";
    return Instance::create(std::move(spec), services_).value();
  }

  std::shared_ptr<abv::plugin::Library> load() {
    const auto catalog = abv::plugin::Catalog::scan({ABV_LANE_PLUGINS_DIR});
    const auto allowed =
        abv::plugin::AllowList::build({{"test.model-targets", "", "", ""}}).value();
    return loader_->load(catalog, allowed, "test.model-targets").value();
  }

  abv::test::TempDir run_dir_;
  abv::test::VirtualClock clock_;
  abv::test::NoSink sink_;
  abv::Log log_{sink_, clock_};
  abv::plugin::SystemWaiter waiter_;
  abv::plugin::HostServices services_{log_, clock_, waiter_};
  std::unique_ptr<abv::plugin::Loader> loader_ =
      abv::plugin::Loader::make(run_dir_.path(), log_, clock_).value();
  std::shared_ptr<abv::plugin::Library> library_ = load();

 public:
  // Last, since an instance ends before what it was made from.
  Target chatter;
  Target embedder;
  Target post;
};

abv::plugin::Endpoint endpoint_of(std::string_view operation) {
  abv::plugin::Endpoint endpoint;
  endpoint.operation = operation;
  return endpoint;
}

// The rule's pattern; "(none)" without one.
std::string found(const Route& route, std::string_view model, std::string_view operation = "chat") {
  const Rule* rule = resolve(route, endpoint_of(operation), model);
  return rule == nullptr ? "(none)" : rule->match;
}

}  // namespace

TEST_CASE("the first rule that matches a model wins", "[lane][models]") {
  Targets targets;
  const Route route = targets.route({{"echo", {&targets.chatter}, false, ""},
                                     {"gpt-*", {&targets.post}, false, ""},
                                     {"gpt-5", {&targets.chatter}, false, ""},
                                     {"*", {&targets.post}, false, ""}});

  CHECK(found(route, "echo") == "echo");
  CHECK(found(route, "gpt-5") == "gpt-*");
  CHECK(found(route, "echo-2") == "*");
  CHECK(found(route, "") == "*");
}

TEST_CASE("a model that no rule matches leads nowhere", "[lane][models]") {
  Targets targets;
  const Route route = targets.route({{"gpt-?", {&targets.post}, false, ""}});

  CHECK(found(route, "gpt-5") == "gpt-?");
  CHECK(found(route, "gpt-5-mini") == "(none)");
  CHECK(found(route, "GPT-5") == "(none)");
  CHECK(found(route, "") == "(none)");
  CHECK(found(targets.route({}), "gpt-5") == "(none)");
}

TEST_CASE("a handler that does not offer the operation is passed over", "[lane][models]") {
  Targets targets;
  const Route route =
      targets.route({{"m*", {&targets.chatter}, false, ""}, {"*", {&targets.embedder}, false, ""}});

  CHECK(found(route, "mini", "chat") == "m*");
  CHECK(found(route, "mini", "embeddings") == "*");
  CHECK(found(route, "large", "chat") == "(none)");
  CHECK(found(route, "mini", "images") == "(none)");
  CHECK(found(route, "mini", "") == "(none)");
}

TEST_CASE("a provider is asked for every operation", "[lane][models]") {
  Targets targets;
  const Route route = targets.route(
      {{"*", {&targets.chatter}, false, ""}, {"*", {&targets.post}, false, "renamed"}});

  CHECK(resolve(route, endpoint_of("images"), "m")->targets.front() == &targets.post);
  CHECK(resolve(route, endpoint_of("images"), "m")->as == "renamed");
  CHECK(resolve(route, endpoint_of("chat"), "m")->targets.front() == &targets.chatter);
}

TEST_CASE("only conversations have a history, and answers that events hold whole",
          "[lane][models]") {
  const auto [canonical, expected] = GENERATE(table<std::string, bool>({{"chat", true},
                                                                        {"count_tokens", true},
                                                                        {"embeddings", false},
                                                                        {"image", false},
                                                                        {"transcription", false},
                                                                        {"", false}}));
  abv::plugin::Endpoint endpoint;
  endpoint.canonical = canonical;

  CHECK(abv::lane::is_conversation(endpoint) == expected);
}
