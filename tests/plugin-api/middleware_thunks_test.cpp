#include <stdexcept>
#include <string>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

constexpr sdk::Info kSomeInfo{.name = "some", .summary = "for tests"};

int living_states = 0;

// Doubles every text, and answers calls to /answer itself.
struct Doubler {
  static constexpr sdk::Info kInfo = kSomeInfo;
  struct State {
    State() { ++living_states; }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { --living_states; }
    std::string seen;
  };

  void open(State& state, const sdk::Call& call) const {
    if (call.path() == "/open-fails") throw sdk::Failure{403, "forbidden", "not here"};
    state.seen = "open ";
  }
  sdk::Flow on_head(State& state, const sdk::Call& call, sdk::Edit& edit, sdk::Reply& reply) const {
    state.seen += "head ";
    edit.set_header("x-seen", state.seen);
    if (call.path() != "/answer") return sdk::Flow::kContinue;
    reply.send(200, "text/plain", "mine");
    return sdk::Flow::kResponded;
  }
  void on_event(State&, const sdk::Event& event, sdk::EventSink& next) const {
    next.emit(event);
    if (event.kind() == ABV_EVENT_TEXT) next.emit(event);
  }
  void close(State& state, const sdk::Outcome& outcome) const {
    closed_with = state.seen + std::to_string(outcome.http_status());
  }

  mutable std::string closed_with;
  const void* extension(std::string_view id) const {
    return id == "closed_with" ? &closed_with : nullptr;
  }
};

// Only looks.
struct Observer {
  static constexpr sdk::Info kInfo = kSomeInfo;
  void on_event(const sdk::Event& event) {
    if (event.text() == "boom") throw std::runtime_error("boom");
  }
};

struct ReplyHeadOnly {
  static constexpr sdk::Info kInfo = kSomeInfo;
  void on_reply_head(const sdk::Call& call, sdk::Edit& edit) const {
    edit.set_header("x-status", std::to_string(edit.http_status()) + " " + std::string(call.id()));
  }
};

abv_event text_event(std::string_view text) {
  abv_event event = sdk::make_event(ABV_EVENT_TEXT);
  event.text = sdk::str(text);
  return event;
}

TEST_CASE("the state of a call goes from hook to hook, and ends with close") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Middleware<Doubler>::kComponent, "{}");
  const auto& table = instance.table<abv_middleware>();
  kit::FakeCall call;
  kit::RecordingEdit edit;
  kit::RecordingReply reply;
  void* state = nullptr;
  REQUIRE(table.open(instance.self(), call.raw(), &state) == ABV_OK);
  CHECK(living_states == 1);
  CHECK(table.on_head(instance.self(), state, call.raw(), edit.raw(), reply.raw()) == ABV_OK);
  CHECK(edit.header("X-Seen") == "open head ");
  abv_outcome outcome{};
  outcome.size = sizeof outcome;
  outcome.http_status = 200;
  table.close(instance.self(), state, &outcome);
  CHECK(living_states == 0);
  const void* closed_with =
      sdk::Middleware<Doubler>::kComponent.get_interface(instance.self(), sdk::str("closed_with"));
  CHECK(*static_cast<const std::string*>(closed_with) == "open head 200");
}

TEST_CASE("a failed open tells the call and leaves no state") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Middleware<Doubler>::kComponent, "{}");
  kit::FakeCall call({.path = "/open-fails"});
  void* state = nullptr;
  CHECK(instance.table<abv_middleware>().open(instance.self(), call.raw(), &state) == ABV_E_DENIED);
  CHECK(state == nullptr);
  CHECK(living_states == 0);
  REQUIRE(call.failure());
  CHECK(call.failure()->message == "not here");
}

TEST_CASE("a middleware that answers itself says RESPONDED") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Middleware<Doubler>::kComponent, "{}");
  const auto& table = instance.table<abv_middleware>();
  kit::FakeCall call({.path = "/answer"});
  kit::RecordingEdit edit;
  kit::RecordingReply reply;
  void* state = nullptr;
  REQUIRE(table.open(instance.self(), call.raw(), &state) == ABV_OK);
  CHECK(table.on_head(instance.self(), state, call.raw(), edit.raw(), reply.raw()) ==
        ABV_RESPONDED);
  CHECK(reply.body() == "mine");
  abv_outcome outcome{};
  table.close(instance.self(), state, &outcome);
}

TEST_CASE("a changing middleware decides what is passed on") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Middleware<Doubler>::kComponent, "{}");
  const auto& table = instance.table<abv_middleware>();
  kit::FakeCall call;
  kit::RecordingSink next;
  void* state = nullptr;
  REQUIRE(table.open(instance.self(), call.raw(), &state) == ABV_OK);
  const abv_event event = text_event("x");
  CHECK(table.on_event(instance.self(), state, &event, next.raw()) == ABV_OK);
  CHECK(next.events().size() == 2);
  next.refuse_after(3, ABV_E_CANCELLED);
  CHECK(table.on_event(instance.self(), state, &event, next.raw()) == ABV_E_CANCELLED);
  abv_outcome outcome{};
  table.close(instance.self(), state, &outcome);
}

TEST_CASE("an observing middleware works with and without a next") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Middleware<Observer>::kComponent, "{}");
  const auto& table = instance.table<abv_middleware>();
  kit::RecordingSink next;
  const abv_event event = text_event("x");
  CHECK(table.on_event(instance.self(), nullptr, &event, nullptr) == ABV_OK);
  CHECK(table.on_event(instance.self(), nullptr, &event, next.raw()) == ABV_OK);
  CHECK(next.events().size() == 1);
}

TEST_CASE("a middleware that throws gives PANIC") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Middleware<Observer>::kComponent, "{}");
  const abv_event event = text_event("boom");
  CHECK(instance.table<abv_middleware>().on_event(instance.self(), nullptr, &event, nullptr) ==
        ABV_E_PANIC);
}

TEST_CASE("hooks that a middleware does not have are null") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Middleware<ReplyHeadOnly>::kComponent, "{}");
  const auto& table = instance.table<abv_middleware>();
  CHECK(table.open == nullptr);
  CHECK(table.on_head == nullptr);
  CHECK(table.on_request == nullptr);
  CHECK(table.on_event == nullptr);
  CHECK(table.close == nullptr);
  REQUIRE(table.on_reply_head != nullptr);
  kit::FakeCall call({.id = "r1"});
  kit::RecordingEdit edit({}, 201);
  CHECK(table.on_reply_head(instance.self(), nullptr, call.raw(), edit.raw()) == ABV_OK);
  CHECK(edit.header("x-status") == "201 r1");
}

}  // namespace
