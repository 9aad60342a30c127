#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "provider.hpp"

namespace abv::tests {
namespace {

using sdk::Action;
using sdk::Scope;

struct Fixture {
  ProviderProbe provider{
      sdk::Provider<claude::Provider>::kComponent,
      R"({"base_url":"http://127.0.0.1:9/proxy/","extra_headers":{"x-team":"blue"}})"};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "claude requests keep path and query and get the key", "[claude]") {
  const auto prepared = provider.prepare({.path = "/v1/messages", .query = "beta=true"});

  CHECK(prepared.status == ABV_OK);
  CHECK(prepared.url == "http://127.0.0.1:9/proxy/v1/messages?beta=true");
  CHECK(prepared.method.empty());
  CHECK(prepared.headers == std::map<std::string, std::string>{{"x-api-key", "<api_key>"},
                                                               {"anthropic-version", "2023-06-01"},
                                                               {"x-team", "blue"}});
}

TEST_CASE_METHOD(Fixture, "the client's anthropic-version is left alone", "[claude]") {
  const auto prepared =
      provider.prepare({.path = "/v1/messages", .headers = {{"Anthropic-Version", "2026-10-21"}}});

  CHECK(prepared.headers.count("anthropic-version") == 0);
}

TEST_CASE_METHOD(Fixture, "claude's models are listed with one request", "[claude]") {
  const auto prepared = provider.prepare({.operation = "abv.models", .method = ""});

  CHECK(prepared.method == "GET");
  CHECK(prepared.url == "http://127.0.0.1:9/proxy/v1/models?limit=1000");
  CHECK(prepared.headers.at("anthropic-version") == "2023-06-01");
}

TEST_CASE_METHOD(Fixture, "claude refuses control operations that it does not know", "[claude]") {
  CHECK(provider.prepare({.operation = "abv.quota"}).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "the path of claude's own list is an alias", "[claude]") {
  CHECK(provider.prepare({.operation = "models", .path = "/v1/models/claude"}).url ==
        "http://127.0.0.1:9/proxy/v1/models");
}

TEST_CASE_METHOD(Fixture, "an overloaded claude is asked again, three times in all", "[claude]") {
  const AnswerFacts overloaded{
      529, {}, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"};

  CHECK(provider.judge(overloaded, 1) ==
        Judged{Action::kRetry, Scope::kProvider, 0, -1, "overloaded"});
  CHECK(provider.judge(overloaded, 2).action == Action::kRetry);
  CHECK(provider.judge(overloaded, 3).action == Action::kPass);
}

TEST_CASE_METHOD(Fixture, "claude's rate limit cools the model as long as it says", "[claude]") {
  CHECK(
      provider.judge({429, {{"Retry-After", "12"}}, R"({"error":{"type":"rate_limit_error"}})"}) ==
      Judged{Action::kPass, Scope::kModel, 12'000, 12'000, "rate limit"});
  CHECK(provider.judge({429, {{"retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"}}, "{}"}) ==
        Judged{Action::kPass, Scope::kModel, 0, -1, "rate limit"});
}

TEST_CASE_METHOD(Fixture, "claude's spend limit is no rate limit", "[claude]") {
  CHECK(provider.judge({429,
                        {{"retry-after", "1"}},
                        R"({"error":{"type":"rate_limit_error","details":)"
                        R"({"error_code":"enforced_spend_limit_reached"}}})"}) ==
        Judged{Action::kPass, Scope::kAccount, -1, -1, "the account has reached a spend limit"});
}

TEST_CASE_METHOD(Fixture, "a refused claude key is the account's matter", "[claude]") {
  CHECK(provider.judge({401, {}, "not JSON"}) ==
        Judged{Action::kPass, Scope::kAccount, 0, -1, "the API key was refused"});
}

TEST_CASE_METHOD(Fixture, "what claude does not know better is left to the host", "[claude]") {
  CHECK(provider.judge({200, {}, ""}) == kUntouched);
  CHECK(provider.judge({400, {}, R"({"error":{"type":"invalid_request_error"}})"}) == kUntouched);
  CHECK(provider.judge({500, {}, ""}) == kUntouched);
}

}  // namespace abv::tests
