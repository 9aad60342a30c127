#include <stdexcept>
#include <string>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

constexpr sdk::Info kSomeInfo{.name = "some", .summary = "for tests"};

// Does what the operation's name says.
struct Obedient {
  static constexpr sdk::Info kInfo = kSomeInfo;

  void handle(const sdk::Call& call, sdk::Reply& reply) const {
    const std::string_view order = call.operation();
    if (order == "throw") throw std::runtime_error("the inside of a plugin");
    if (order == "throw-int") throw 7;
    if (order == "no-memory") throw std::bad_alloc();
    if (order == "fail") {
      throw sdk::Failure{.http_status = 429,
                         .type = "rate_limit_error",
                         .message = "slower",
                         .retry_after_ms = 1500,
                         .param = "model",
                         .detail_json = "{}"};
    }
    if (order == "stop-twice") reply.stop(sdk::StopReason::kEnd);
    reply.start("m1", call.model());
    reply.text("hello");
    reply.stop(sdk::StopReason::kEnd);
  }
};

struct WithModels {
  static constexpr sdk::Info kInfo = kSomeInfo;
  abv_status handle(const sdk::Call&, sdk::Reply&) { return ABV_PENDING; }
  std::string models() const { return "{\"models\":[]}"; }
};

struct Answer {
  abv_status status;
  std::optional<sdk::Failure> failure;
  std::vector<std::uint32_t> kinds;
};

Answer order(const std::string& operation, kit::FakeHost& host) {
  kit::Instance instance(host, sdk::Handler<Obedient>::kComponent, "{}");
  kit::FakeCall call({.operation = operation, .model = "m"});
  kit::RecordingReply reply;
  const auto status =
      instance.table<abv_handler>().handle(instance.self(), call.raw(), reply.raw());
  return {status, call.failure(), reply.events().kinds()};
}

TEST_CASE("a handler's events reach the reply") {
  kit::FakeHost host;
  const Answer answer = order("chat", host);
  CHECK(answer.status == ABV_OK);
  CHECK(answer.kinds ==
        std::vector<std::uint32_t>{ABV_EVENT_START, ABV_EVENT_TEXT, ABV_EVENT_STOP});
  CHECK_FALSE(answer.failure);
}

TEST_CASE("an exception becomes PANIC, and only the log learns its text") {
  kit::FakeHost host;
  const Answer answer = order("throw", host);
  CHECK(answer.status == ABV_E_PANIC);
  CHECK_FALSE(answer.failure);
  REQUIRE(host.log.size() == 1);
  CHECK(host.log[0].event == "plugin.panic");
  CHECK(host.log[0].fields.at("what") == "the inside of a plugin");
}

TEST_CASE("an exception of any type becomes PANIC") {
  kit::FakeHost host;
  CHECK(order("throw-int", host).status == ABV_E_PANIC);
}

TEST_CASE("an exception becomes PANIC also when the host has no log") {
  kit::FakeHost host;
  host.missing = {ABV_HOST_LOG};
  CHECK(order("throw", host).status == ABV_E_PANIC);
}

TEST_CASE("running out of memory is told apart from a panic") {
  kit::FakeHost host;
  CHECK(order("no-memory", host).status == ABV_E_NO_MEMORY);
}

TEST_CASE("a Failure reaches the call with all its fields") {
  kit::FakeHost host;
  const Answer answer = order("fail", host);
  CHECK(answer.status == ABV_E_LIMIT);
  REQUIRE(answer.failure);
  CHECK(answer.failure->http_status == 429);
  CHECK(answer.failure->type == "rate_limit_error");
  CHECK(answer.failure->message == "slower");
  CHECK(answer.failure->retry_after_ms == 1500);
  CHECK(answer.failure->param == "model");
  CHECK(answer.failure->detail_json == "{}");
  CHECK(answer.failure->code == ABV_E_LIMIT);
}

TEST_CASE("a host's refusal comes back as its own status, without a failure") {
  kit::FakeHost host;
  const Answer answer = order("stop-twice", host);
  CHECK(answer.status == ABV_E_INVALID);
  CHECK_FALSE(answer.failure);
}

TEST_CASE("a client that leaves ends the handler with CANCELLED") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Handler<Obedient>::kComponent, "{}");
  kit::FakeCall call;
  kit::RecordingReply reply;
  reply.leave_after(1);
  CHECK(instance.table<abv_handler>().handle(instance.self(), call.raw(), reply.raw()) ==
        ABV_E_CANCELLED);
  CHECK(reply.events().all().size() == 1);
}

TEST_CASE("a handler without models has no slot for them") {
  kit::FakeHost host;
  kit::Instance without(host, sdk::Handler<Obedient>::kComponent, "{}");
  CHECK(without.table<abv_handler>().models == nullptr);
  kit::Instance with(host, sdk::Handler<WithModels>::kComponent, "{}");
  sdk::StringWriter out;
  REQUIRE(with.table<abv_handler>().models != nullptr);
  CHECK(with.table<abv_handler>().models(with.self(), out.raw()) == ABV_OK);
  CHECK(out.text() == "{\"models\":[]}");
}

TEST_CASE("a status that a hook returns is passed on") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Handler<WithModels>::kComponent, "{}");
  kit::FakeCall call;
  kit::RecordingReply reply;
  CHECK(instance.table<abv_handler>().handle(instance.self(), call.raw(), reply.raw()) ==
        ABV_PENDING);
}

TEST_CASE("only the component's own kind has a table") {
  kit::FakeHost host;
  const abv_component& component = sdk::Handler<Obedient>::kComponent;
  kit::Instance instance(host, component, "{}");
  CHECK(component.get_interface(instance.self(), sdk::str("abv.handler/1")) != nullptr);
  CHECK(component.get_interface(instance.self(), sdk::str("abv.handler/2")) == nullptr);
  CHECK(component.get_interface(instance.self(), sdk::str("abv.handler/1x")) == nullptr);
  CHECK(component.get_interface(instance.self(), sdk::str("")) == nullptr);
}

struct Lively {
  static constexpr sdk::Info kInfo = kSomeInfo;
  Lively(const sdk::Host& host, const sdk::json::Value& config)
      : log_(host.log()), start_fails_(config["start_fails"].as_bool()) {
    if (config["create_fails"].as_bool()) throw std::invalid_argument("create was told to fail");
  }
  ~Lively() { log_.info("destroy"); }
  Lively(const Lively&) = delete;
  Lively& operator=(const Lively&) = delete;

  void start() const {
    if (start_fails_) throw sdk::Failure{500, "x", "start was told to fail"};
    log_.info("start");
  }
  void drain() const { log_.info("drain"); }
  void stop() const { log_.info("stop"); }
  void handle(const sdk::Call&, sdk::Reply&) const {}

 private:
  sdk::Log log_;
  bool start_fails_;
};

std::vector<std::string> life(const std::string& config, kit::FakeHost& host) {
  { kit::Instance instance(host, sdk::Handler<Lively>::kComponent, config); }
  std::vector<std::string> steps;
  for (const kit::LogLine& line : host.log)
    steps.push_back(line.event);
  return steps;
}

TEST_CASE("an instance lives through start, drain, stop and destroy") {
  kit::FakeHost host;
  CHECK(life("{}", host) == std::vector<std::string>{"start", "drain", "stop", "destroy"});
}

TEST_CASE("a failed create leaves nothing behind and says why") {
  kit::FakeHost host;
  CHECK(life(R"({"create_fails":true})", host).empty());
  CHECK(host.create_error == "create was told to fail");
}

TEST_CASE("after a failed start only destroy follows") {
  kit::FakeHost host;
  CHECK(life(R"({"start_fails":true})", host) == std::vector<std::string>{"destroy"});
  CHECK(host.create_error == "start was told to fail");
}

TEST_CASE("a config that is no JSON object fails with a message") {
  kit::FakeHost host;
  const char* config = GENERATE("", "{", "[]", "null", "\"x\"");
  CAPTURE(config);
  kit::Instance instance(host, sdk::Handler<Lively>::kComponent, config);
  CHECK(instance.status() == ABV_E_INVALID);
  CHECK(host.create_error == "the config is not a JSON object");
}

TEST_CASE("a component without start, drain and stop has no slots for them") {
  const abv_component& component = sdk::Handler<Obedient>::kComponent;
  CHECK(component.start == nullptr);
  CHECK(component.drain == nullptr);
  CHECK(component.stop == nullptr);
  CHECK(component.create != nullptr);
  CHECK(component.destroy != nullptr);
}

struct Settings {
  std::int64_t n;
};

struct WithRead {
  static constexpr sdk::Info kInfo = kSomeInfo;
  static Settings read(const sdk::json::Value& config) { return {config["n"].as_int()}; }
  explicit WithRead(Settings settings) : settings_(settings) {}
  void handle(const sdk::Call&, sdk::Reply& reply) const {
    reply.send(200, "text/plain", std::to_string(settings_.n));
  }
  const void* extension(std::string_view id) const { return id == "x/1" ? this : nullptr; }

 private:
  Settings settings_;
};

TEST_CASE("a component may read its config into a struct of its own") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Handler<WithRead>::kComponent, R"({"n":42})");
  kit::FakeCall call;
  kit::RecordingReply reply;
  instance.table<abv_handler>().handle(instance.self(), call.raw(), reply.raw());
  CHECK(reply.http_status() == 200);
  CHECK(reply.header("Content-Type") == "text/plain");
  CHECK(reply.body() == "42");
}

TEST_CASE("a component may offer further tables") {
  kit::FakeHost host;
  const abv_component& component = sdk::Handler<WithRead>::kComponent;
  kit::Instance instance(host, component, R"({"n":42})");
  CHECK(component.get_interface(instance.self(), sdk::str("x/1")) != nullptr);
  CHECK(component.get_interface(instance.self(), sdk::str("x/2")) == nullptr);
}

}  // namespace
