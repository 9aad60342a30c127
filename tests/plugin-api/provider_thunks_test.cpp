#include <string>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

constexpr sdk::Info kSomeInfo{.name = "some", .summary = "for tests"};

struct Minimal {
  static constexpr sdk::Info kInfo = kSomeInfo;
  void prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
    if (attempt.path().empty()) throw sdk::Failure{501, "unsupported", "no path"};
    out.set_url("https://api.example.org" + std::string(attempt.path()));
    out.set_credential("authorization", "Bearer ", "api_key");
  }
};

struct Full : Minimal {
  void prepare(const sdk::Attempt& attempt, sdk::Outgoing& out) const {
    Minimal::prepare(attempt, out);
    const auto model = attempt.body().find("old");
    out.splice(model, 3, "newer");
  }
  void judge(const sdk::Attempt&, const sdk::Answer& answer, sdk::Verdict& verdict) const {
    if (answer.header("X-Limit") != "day") return;
    verdict.set(sdk::Action::kRotate, sdk::Scope::kAccount);
    verdict.set_cool_down_ms(86'400'000);
    verdict.set_reason("daily limit");
  }
  abv_status digest(const sdk::Attempt& attempt, const sdk::Answer& answer,
                    sdk::Writer& json) const {
    if (attempt.step() == 0) return ABV_PENDING;
    json.write(answer.body());
    return ABV_OK;
  }
};

abv_verdict default_verdict() {
  return {sizeof(abv_verdict), ABV_ACTION_PASS, ABV_SCOPE_REQUEST, 0, 0, -1};
}

TEST_CASE("prepare sets the URL and asks the host for the credential") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Provider<Minimal>::kComponent, "{}");
  kit::FakeAccount account({.secrets = {{"api_key", "sk-1"}}});
  kit::FakeAttempt attempt({.path = "/v1/x"}, &account);
  kit::RecordingOutgoing out("{}", &account);
  CHECK(instance.table<abv_provider>().prepare(instance.self(), attempt.raw(), out.raw()) ==
        ABV_OK);
  CHECK(out.url() == "https://api.example.org/v1/x");
  CHECK(out.header("Authorization") == "Bearer sk-1");
  CHECK(account.clear_reads() == 0);
}

TEST_CASE("a Failure in prepare is a status, and its text is in the log") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Provider<Minimal>::kComponent, "{}");
  kit::FakeAttempt attempt({.path = ""});
  kit::RecordingOutgoing out;
  CHECK(instance.table<abv_provider>().prepare(instance.self(), attempt.raw(), out.raw()) ==
        ABV_E_UNSUPPORTED);
  REQUIRE(host.log.size() == 1);
  CHECK(host.log[0].fields.at("message") == "no path");
}

TEST_CASE("a provider without judge and digest has no slots for them") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Provider<Minimal>::kComponent, "{}");
  CHECK(instance.table<abv_provider>().judge == nullptr);
  CHECK(instance.table<abv_provider>().digest == nullptr);
}

TEST_CASE("splices change the bytes that they name") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Provider<Full>::kComponent, "{}");
  const std::string body = R"({"model":"old","n":1})";
  kit::FakeAttempt attempt({.body = body});
  kit::RecordingOutgoing out(body);
  CHECK(instance.table<abv_provider>().prepare(instance.self(), attempt.raw(), out.raw()) ==
        ABV_OK);
  CHECK(out.body() == R"({"model":"newer","n":1})");
}

TEST_CASE("judge changes the verdict where it knows better, and gives a reason") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Provider<Full>::kComponent, "{}");
  kit::FakeAttempt attempt;
  sdk::StringWriter reason;
  abv_verdict verdict = default_verdict();
  const auto judge = instance.table<abv_provider>().judge;
  kit::FakeAnswer plain(429);
  CHECK(judge(instance.self(), attempt.raw(), plain.raw(), &verdict, reason.raw()) == ABV_OK);
  CHECK(verdict.action == ABV_ACTION_PASS);
  kit::FakeAnswer daily(429, "", {{"x-limit", "day"}});
  CHECK(judge(instance.self(), attempt.raw(), daily.raw(), &verdict, reason.raw()) == ABV_OK);
  CHECK(verdict.action == ABV_ACTION_ROTATE);
  CHECK(verdict.scope == ABV_SCOPE_ACCOUNT);
  CHECK(verdict.cool_down_ms == 86'400'000);
  CHECK(reason.text() == "daily limit");
}

TEST_CASE("judge works without a place for its reason") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Provider<Full>::kComponent, "{}");
  kit::FakeAttempt attempt;
  kit::FakeAnswer daily(429, "", {{"x-limit", "day"}});
  abv_verdict verdict = default_verdict();
  CHECK(instance.table<abv_provider>().judge(instance.self(), attempt.raw(), daily.raw(), &verdict,
                                             nullptr) == ABV_OK);
}

TEST_CASE("digest may ask for another step") {
  kit::FakeHost host;
  kit::Instance instance(host, sdk::Provider<Full>::kComponent, "{}");
  const auto digest = instance.table<abv_provider>().digest;
  kit::FakeAnswer answer(200, "{\"models\":[]}");
  sdk::StringWriter json;
  kit::FakeAttempt first({.operation = ABV_OP_MODELS, .step = 0});
  CHECK(digest(instance.self(), first.raw(), answer.raw(), json.raw()) == ABV_PENDING);
  kit::FakeAttempt second({.operation = ABV_OP_MODELS, .step = 1});
  CHECK(digest(instance.self(), second.raw(), answer.raw(), json.raw()) == ABV_OK);
  CHECK(json.text() == "{\"models\":[]}");
}

}  // namespace
