#include <optional>
#include <set>
#include <string>
#include <utility>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

const char* const kStrict = R"({"mode":"strict","api_key":"secret:api_key","allowed_hosts":[]})";

const abv_component& auth_component() {
  static const kit::Library kLibrary(ABV_TEST_PLUGIN_DIR "/auth.so");
  return kLibrary.component(ABV_KIND_MIDDLEWARE);
}

struct Outcome {
  abv_status status = ABV_OK;
  std::optional<sdk::Failure> failure;
  std::string principal;
};

// Sends one call through a middleware with that config, whose key is "right+key".
Outcome ask(const std::string& config, kit::CallFields fields) {
  kit::FakeHost host;
  host.secrets = {{"api_key", "right+key"}};
  kit::Instance instance(host, auth_component(), config);
  REQUIRE(instance.status() == ABV_OK);
  kit::FakeCall call(std::move(fields));
  kit::RecordingEdit edit;
  kit::RecordingReply reply;
  const auto status = instance.table<abv_middleware>().on_head(instance.self(), nullptr, call.raw(),
                                                               edit.raw(), reply.raw());
  return {status, call.failure(), call.fact("principal")};
}

struct Made {
  abv_status status;
  std::string error;
};

Made make(const std::string& config, const std::string& is_loopback,
          const std::set<std::string>& missing = {}) {
  kit::FakeHost host;
  host.info["listen.is_loopback"] = is_loopback;
  host.info["listen.host"] = is_loopback == "true" ? "127.0.0.1" : "0.0.0.0";
  host.missing = missing;
  kit::Instance instance(host, auth_component(), config);
  return {instance.status(), host.create_error};
}

TEST_CASE("the right key is taken from wherever a client puts it") {
  const kit::CallFields fields =
      GENERATE(kit::CallFields{.headers = {{"Authorization", "Bearer right+key"}}},
               kit::CallFields{.headers = {{"authorization", "bearer   right+key "}}},
               kit::CallFields{.headers = {{"Authorization", "BEARER\tright+key"}}},
               kit::CallFields{.headers = {{"Authorization", "right+key"}}},
               kit::CallFields{.headers = {{"X-Api-Key", "right+key"}}},
               kit::CallFields{.headers = {{"x-api-key", " right+key "}}},
               kit::CallFields{.headers = {{"x-goog-api-key", "right+key"}}},
               kit::CallFields{.query = "key=right+key"},
               kit::CallFields{.query = "alt=sse&key=right%2Bkey"},
               kit::CallFields{.query = "key=wrong&key=right%2bkey"});
  const Outcome outcome = ask(kStrict, fields);
  CHECK(outcome.status == ABV_OK);
  CHECK(outcome.principal == "proxy-key");
}

TEST_CASE("a wrong key in one place does not hide the right one in another") {
  const kit::CallFields fields = GENERATE(
      kit::CallFields{.headers = {{"Authorization", "Bearer wrong"}, {"X-Api-Key", "right+key"}}},
      kit::CallFields{.headers = {{"X-Api-Key", "wrong"}, {"Authorization", "Bearer right+key"}}},
      kit::CallFields{.headers = {{"X-Api-Key", "wrong"}, {"X-Api-Key", "right+key"}}},
      kit::CallFields{.query = "key=right%2Bkey",
                      .headers = {{"Authorization", "Bearer wrong"}, {"x-goog-api-key", "wrong"}}},
      kit::CallFields{.query = "key=wrong", .headers = {{"x-goog-api-key", "right+key"}}});
  CHECK(ask(kStrict, fields).status == ABV_OK);
}

TEST_CASE("everything but the right key is refused") {
  const kit::CallFields fields =
      GENERATE(kit::CallFields{}, kit::CallFields{.headers = {{"Authorization", ""}}},
               kit::CallFields{.headers = {{"Authorization", "Bearer"}}},
               kit::CallFields{.headers = {{"Authorization", "Bearer "}}},
               kit::CallFields{.headers = {{"Authorization", "Bearer right+key2"}}},
               kit::CallFields{.headers = {{"Authorization", "Bearer right+ke"}}},
               kit::CallFields{.headers = {{"Authorization", "Bearer RIGHT+KEY"}}},
               kit::CallFields{.headers = {{"Authorization", "Bearerright+key"}}},
               kit::CallFields{.headers = {{"Authorization", "Basic right+key"}}},
               kit::CallFields{.headers = {{"X-Api-Key", "Bearer right+key"}}},
               kit::CallFields{.headers = {{"Cookie", "key=right+key"}}},
               kit::CallFields{.headers = {{"Proxy-Authorization", "Bearer right+key"}}},
               kit::CallFields{.query = "key="}, kit::CallFields{.query = "monkey=right%2Bkey"},
               kit::CallFields{.query = "key=right%252Bkey"},
               kit::CallFields{.headers = {{"X-Api-Key", "secret:api_key"}}});
  const Outcome outcome = ask(kStrict, fields);
  CHECK(outcome.status == ABV_E_DENIED);
  REQUIRE(outcome.failure);
  CHECK(outcome.failure->http_status == 401);
  CHECK(outcome.failure->type == "authentication_error");
  CHECK(outcome.principal.empty());
}

TEST_CASE("the refusal says where a key may be put, and never what was sent") {
  const Outcome none = ask(kStrict, {});
  CHECK_THAT(none.failure->message, ContainsSubstring("no API key was given"));
  CHECK_THAT(none.failure->message, ContainsSubstring("Authorization: Bearer KEY"));
  CHECK_THAT(none.failure->message, ContainsSubstring("X-Api-Key"));
  CHECK_THAT(none.failure->message, ContainsSubstring("X-Goog-Api-Key"));
  CHECK_THAT(none.failure->message, ContainsSubstring("?key="));
  const Outcome wrong = ask(kStrict, {.headers = {{"X-Api-Key", "hunter2"}}});
  CHECK_THAT(wrong.failure->message, ContainsSubstring("the API key is not right"));
  CHECK_THAT(wrong.failure->message, !ContainsSubstring("hunter2"));
  CHECK_THAT(wrong.failure->message, !ContainsSubstring("right+key"));
}

TEST_CASE("the strict mode asks for the key everywhere, health and preflights included") {
  CHECK(ask(kStrict, {.operation = "health"}).status == ABV_E_DENIED);
  CHECK(ask(kStrict, {.method = "OPTIONS"}).status == ABV_E_DENIED);
  CHECK(ask(kStrict, {.operation = ""}).status == ABV_E_DENIED);
}

TEST_CASE("all_except_health lets health through and nothing else") {
  const char* config = R"({"mode":"all_except_health","api_key":"secret:api_key"})";
  CHECK(ask(config, {.operation = "health"}).status == ABV_OK);
  CHECK(ask(config, {.operation = "health"}).principal == "anonymous");
  CHECK(ask(config, {.operation = "chat"}).status == ABV_E_DENIED);
  CHECK(ask(config, {.method = "OPTIONS", .operation = "chat"}).status == ABV_E_DENIED);
  CHECK(ask(config, {.operation = "models"}).status == ABV_E_DENIED);
}

TEST_CASE("auto asks for no key on a loopback address") {
  CHECK(ask(R"({"mode":"auto","api_key":""})", {}).principal == "anonymous");
  CHECK(ask("{}", {}).principal == "anonymous");
}

TEST_CASE("auto asks for a key on any other address") {
  kit::FakeHost host;
  host.info["listen.is_loopback"] = "false";
  host.secrets = {{"api_key", "k"}};
  kit::Instance instance(host, auth_component(), R"({"mode":"auto","api_key":"secret:api_key"})");
  REQUIRE(instance.status() == ABV_OK);
  kit::FakeCall call;
  kit::RecordingEdit edit;
  kit::RecordingReply reply;
  CHECK(instance.table<abv_middleware>().on_head(instance.self(), nullptr, call.raw(), edit.raw(),
                                                 reply.raw()) == ABV_E_DENIED);
}

TEST_CASE("a mode that needs a key cannot be made without one, and says how to set it") {
  const auto [mode, is_loopback] = GENERATE(table<std::string, std::string>(
      {{"auto", "false"}, {"auto", ""}, {"strict", "true"}, {"all_except_health", "true"}}));
  const Made made = make("{\"mode\":\"" + mode + "\",\"api_key\":\"\"}", is_loopback);
  CHECK(made.status == ABV_E_INVALID);
  CHECK_THAT(made.error, ContainsSubstring("ABV_API_KEY"));
  CHECK_THAT(made.error, ContainsSubstring("mode " + mode));
}

TEST_CASE("off needs no key, even on a public address") {
  CHECK(make(R"({"mode":"off","api_key":""})", "false").status == ABV_OK);
}

TEST_CASE("a host that does not know whether it is on loopback is taken for public") {
  CHECK(make("{}", "true", {ABV_HOST_INFO}).status == ABV_E_INVALID);
}

TEST_CASE("a host without secrets cannot guard anything") {
  CHECK(make(kStrict, "true", {ABV_HOST_SECRET}).status < ABV_OK);
}

TEST_CASE("an unknown mode, and a key in clear text, are refused") {
  CHECK_THAT(make(R"({"mode":"open"})", "true").error, ContainsSubstring("got \"open\""));
  const Made clear = make(R"({"mode":"strict","api_key":"hunter2"})", "true");
  CHECK(clear.status == ABV_E_INVALID);
  CHECK_THAT(clear.error, !ContainsSubstring("hunter2"));
}

TEST_CASE("a key that nobody is asked for is mentioned in the log") {
  kit::FakeHost host;
  kit::Instance instance(host, auth_component(), R"({"mode":"auto","api_key":"secret:api_key"})");
  REQUIRE(host.log.size() == 1);
  CHECK(host.log[0].event == "auth.key_not_asked_for");
}

}  // namespace
