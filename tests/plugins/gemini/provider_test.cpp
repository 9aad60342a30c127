#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "provider.hpp"

namespace abv::tests {
namespace {

using sdk::Action;
using sdk::Scope;

struct Fixture {
  ProviderProbe provider{sdk::Provider<gemini::Provider>::kComponent,
                         R"({"base_url":"http://127.0.0.1:9"})"};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "gemini requests keep version, path and query and get the key",
                 "[gemini]") {
  const auto prepared = provider.prepare(
      {.path = "/v1/models/gemini-2.5-pro:streamGenerateContent", .query = "alt=sse"});

  CHECK(prepared.url ==
        "http://127.0.0.1:9/v1/models/gemini-2.5-pro:streamGenerateContent?alt=sse");
  CHECK(prepared.headers == std::map<std::string, std::string>{{"x-goog-api-key", "<api_key>"}});
}

TEST_CASE_METHOD(Fixture, "gemini's models are listed with one request", "[gemini]") {
  const auto prepared = provider.prepare({.operation = "abv.models", .method = ""});

  CHECK(prepared.method == "GET");
  CHECK(prepared.url == "http://127.0.0.1:9/v1beta/models?pageSize=1000");
  CHECK(provider.prepare({.operation = "abv.refresh"}).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "gemini's quota cools the model as long as RetryInfo says", "[gemini]") {
  CHECK(provider.judge({429,
                        {},
                        R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[)"
                        R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":)"
                        R"([{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"}]},)"
                        R"({"@type":"type.googleapis.com/google.rpc.RetryInfo",)"
                        R"("retryDelay":"17.5s"}]}})"}) ==
        Judged{Action::kPass, Scope::kModel, 17'500, 17'500, "rate limit"});
}

TEST_CASE_METHOD(Fixture, "gemini's quota of the day does not come back in seconds", "[gemini]") {
  CHECK(provider.judge({429,
                        {},
                        R"([{"error":{"details":[{"@type":"t/google.rpc.QuotaFailure",)"
                        R"("violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]},)"
                        R"({"@type":"t/google.rpc.RetryInfo","retryDelay":"2s"}]}}])"}) ==
        Judged{Action::kPass, Scope::kModel, -1, -1, "the quota of the day is used up"});
}

TEST_CASE_METHOD(Fixture, "an overloaded gemini is asked again, three times in all", "[gemini]") {
  const AnswerFacts overloaded{503, {}, R"({"error":{"status":"UNAVAILABLE"}})"};

  CHECK(provider.judge(overloaded, 2) ==
        Judged{Action::kRetry, Scope::kModel, 0, -1, "overloaded"});
  CHECK(provider.judge(overloaded, 3) == Judged{Action::kPass, Scope::kModel, 0, -1, "overloaded"});
}

TEST_CASE_METHOD(Fixture, "a key that gemini does not know is the account's matter", "[gemini]") {
  CHECK(provider.judge({400,
                        {},
                        R"({"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"@type":)"
                        R"("type.googleapis.com/google.rpc.ErrorInfo",)"
                        R"("reason":"API_KEY_INVALID"}]}})"}) ==
        Judged{Action::kPass, Scope::kAccount, 0, -1, "the API key was refused"});
  CHECK(provider.judge({400, {}, R"({"error":{"status":"INVALID_ARGUMENT"}})"}) == kUntouched);
  CHECK(provider.judge({200, {}, ""}) == kUntouched);
}

}  // namespace abv::tests
