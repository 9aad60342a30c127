#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "provider.hpp"

namespace abv::tests {
namespace {

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
  CHECK(provider.prepare({.operation = "abv.quota"}).status == ABV_E_UNSUPPORTED);
  CHECK(provider.digest({.operation = "abv.models"}, {.body = R"({"models":[]})"}) ==
        std::to_string(ABV_E_UNSUPPORTED));  // which the dialect reads
}

TEST_CASE_METHOD(Fixture, "a Google account is told by its token, and its project pays",
                 "[gemini]") {
  const auto prepared = provider.prepare({.path = "/v1/models/m:generateContent",
                                          .kind = "oauth",
                                          .attributes = R"({"project_id":"p-1"})"});

  CHECK(prepared.headers ==
        std::map<std::string, std::string>{{"authorization", "Bearer <access_token>"},
                                           {"x-goog-user-project", "p-1"}});
}

TEST_CASE("a Google account is refreshed by the operator's OAuth client", "[gemini]") {
  const ProviderProbe provider(
      sdk::Provider<gemini::Provider>::kComponent,
      R"({"client_id":"id.example","client_secret":"secret:client_secret"})",
      {{"client_secret", "s&cret"}});

  const auto prepared = provider.prepare(
      {.operation = "abv.refresh", .kind = "oauth", .secrets = {{"refresh_token", "1//r t"}}});

  CHECK(prepared.url == "https://oauth2.googleapis.com/token");
  CHECK(prepared.method == "POST");
  CHECK(prepared.headers.at("content-type") == "application/x-www-form-urlencoded");
  CHECK(prepared.body ==
        "grant_type=refresh_token&client_id=id.example&refresh_token=1%2F%2Fr%20t"
        "&client_secret=s%26cret");
  CHECK(provider.digest({.operation = "abv.refresh", .kind = "oauth"},
                        {.body = R"({"access_token":"a","expires_in":3599})"}) ==
        R"({"secrets":{"access_token":"a"},"attributes":{},"expires_at_ms":1700003599000})");
  CHECK(provider
            .judge({.http_status = 400,
                    .body = R"({"error":"invalid_grant","error_description":"Token revoked."})"},
                   1, "abv.refresh")
            .action == sdk::Action::kDead);
}

TEST_CASE_METHOD(Fixture, "a Google account cannot be refreshed without an OAuth client",
                 "[gemini]") {
  const auto prepared = provider.prepare(
      {.operation = "abv.refresh", .kind = "oauth", .secrets = {{"refresh_token", "r"}}});

  CHECK(prepared.status < ABV_OK);
  CHECK(prepared.url.empty());
}

TEST_CASE("Code Assist gets the request in an envelope", "[gemini]") {
  const ProviderProbe provider(sdk::Provider<gemini::Provider>::kComponent,
                               R"({"transport":"code_assist"})");
  AttemptFacts asked{.path = "/v1beta/models/gemini-2.5-pro:generateContent",
                     .query = "x=1",
                     .model = "gemini-2.5-pro",
                     .body = R"({"contents":[1]})",
                     .kind = "oauth",
                     .attributes = R"({"project_id":"p-1"})"};

  const auto whole = provider.prepare(asked);
  CHECK(whole.url == "https://cloudcode-pa.googleapis.com/v1internal:generateContent");
  CHECK(whole.headers ==
        std::map<std::string, std::string>{{"authorization", "Bearer <access_token>"}});
  CHECK(whole.body == R"({"model":"gemini-2.5-pro","project":"p-1","request":{"contents":[1]}})");

  asked.path = "/v1/models/gemini-2.5-pro:streamGenerateContent";
  asked.attributes = "{}";
  const auto stream = provider.prepare(asked);
  CHECK(stream.url ==
        "https://cloudcode-pa.googleapis.com/v1internal:streamGenerateContent?alt=sse");
  CHECK(stream.body == R"({"model":"gemini-2.5-pro","request":{"contents":[1]}})");
}

TEST_CASE("Code Assist counts contents", "[gemini]") {
  const ProviderProbe provider(sdk::Provider<gemini::Provider>::kComponent,
                               R"({"transport":"code_assist"})");
  AttemptFacts asked{.operation = "count_tokens",
                     .path = "/v1beta/models/m:countTokens",
                     .model = "m",
                     .body = R"({"generateContentRequest":{"contents":[1],"tools":[]}})",
                     .kind = "oauth"};

  const auto prepared = provider.prepare(asked);
  CHECK(prepared.url == "https://cloudcode-pa.googleapis.com/v1internal:countTokens");
  CHECK(prepared.body == R"({"request":{"model":"models/m","contents":[1]}})");

  asked.body = R"({"contents":[2]})";
  CHECK(provider.prepare(asked).body == R"({"request":{"model":"models/m","contents":[2]}})");
  CHECK(provider.prepare({.operation = "abv.models", .kind = "oauth"}).status == ABV_E_UNSUPPORTED);
}

TEST_CASE("Code Assist tells what is left for each model", "[gemini]") {
  const ProviderProbe provider(sdk::Provider<gemini::Provider>::kComponent,
                               R"({"transport":"code_assist"})");
  const AttemptFacts asked{
      .operation = "abv.quota", .kind = "oauth", .attributes = R"({"project_id":"p-1"})"};

  const auto prepared = provider.prepare(asked);

  CHECK(prepared.method == "POST");
  CHECK(prepared.url == "https://cloudcode-pa.googleapis.com/v1internal:retrieveUserQuota");
  CHECK(prepared.body == R"({"project":"p-1"})");
  // A share that is not told is not nothing.
  CHECK(provider.digest(
            asked, {.body = R"({"buckets":[{"modelId":"gemini-2.5-pro","tokenType":"REQUESTS",)"
                            R"("remainingFraction":0.5,"resetTime":"2026-11-25T00:00:00Z"},)"
                            R"({"modelId":"gemini-2.5-flash","tokenType":"REQUESTS"}]})"}) ==
        R"({"limits":[{"name":"REQUESTS","model":"gemini-2.5-pro","remaining":0.5,)"
        R"("resets_at":"2026-11-25T00:00:00Z"}]})");
}

}  // namespace abv::tests
