#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "abv/sdk/signature.hpp"
#include "provider.hpp"

namespace abv::tests {
namespace {

// A token of ChatGPT, as far as it is looked at.
std::string token_of(const std::string& account, int expires_s = 0) {
  const std::string claims = R"({"exp":)" + std::to_string(expires_s) +
                             R"(,"https://api.openai.com/auth":{"chatgpt_account_id":")" + account +
                             R"("}})";
  return "e30." + sdk::base64_encode(claims) + ".c2ln";
}

struct Fixture {
  ProviderProbe provider{sdk::Provider<codex::Provider>::kComponent,
                         R"({"base_url":"http://127.0.0.1:9/codex/",)"
                         R"("api_base_url":"http://127.0.0.1:9/v1",)"
                         R"("token_url":"http://127.0.0.1:9/oauth/token","client_id":"app_1"})"};
  AttemptFacts login{.operation = "responses",
                     .path = "/v1/responses",
                     .dialect = "openai-chat",
                     .model = "gpt-x",
                     .body = R"({"model":"gpt-x","input":[],"include":[]})",
                     .kind = "codex",
                     .attributes = R"({"account_id":"acc-1"})"};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a ChatGPT account goes to ChatGPT's backend, named by its id",
                 "[codex]") {
  login.headers = {{"OpenAI-Organization", "org-1"}};

  const auto prepared = provider.prepare(login);

  CHECK(prepared.status == ABV_OK);
  CHECK(prepared.url == "http://127.0.0.1:9/codex/responses");
  CHECK(prepared.headers ==
        std::map<std::string, std::string>{{"accept", "text/event-stream"},
                                           {"authorization", "Bearer <access_token>"},
                                           {"chatgpt-account-id", "acc-1"},
                                           {"originator", "abv-host"}});
  CHECK_THAT(prepared.body, ContainsSubstring(R"("store":false,"stream":true)"));
}

TEST_CASE_METHOD(Fixture, "Codex itself says who it is", "[codex]") {
  login.headers = {{"originator", "codex_exec"}};

  CHECK(provider.prepare(login).headers.count("originator") == 0);  // as the client has it
}

TEST_CASE_METHOD(Fixture, "the id of a ChatGPT account is in its token when the file has none",
                 "[codex]") {
  login.attributes = "{}";
  login.secrets = {{"access_token", token_of("acc-2")}};

  CHECK(provider.prepare(login).headers["chatgpt-account-id"] == "acc-2");

  login.secrets = {{"access_token", "no.jwt"}};
  CHECK(provider.prepare(login).headers.count("chatgpt-account-id") == 0);
}

TEST_CASE_METHOD(Fixture, "an API key goes to the API with the request as it is", "[codex]") {
  login.kind = "api_key";

  const auto prepared = provider.prepare(login);

  CHECK(prepared.url == "http://127.0.0.1:9/v1/responses");
  CHECK(prepared.headers ==
        std::map<std::string, std::string>{{"authorization", "Bearer <api_key>"}});
  CHECK(prepared.body == login.body);
}

TEST_CASE_METHOD(Fixture, "a compaction keeps its body", "[codex]") {
  login.operation = "responses.compact";
  login.path = "/v1/responses/compact";

  const auto prepared = provider.prepare(login);

  CHECK(prepared.url == "http://127.0.0.1:9/codex/responses/compact");
  CHECK(prepared.body == login.body);
}

TEST_CASE_METHOD(Fixture, "a ChatGPT login is refreshed as Codex does it", "[codex]") {
  const auto prepared = provider.prepare(
      {.operation = "abv.refresh", .kind = "codex", .secrets = {{"refresh_token", "rt\"1"}}});

  CHECK(prepared.method == "POST");
  CHECK(prepared.url == "http://127.0.0.1:9/oauth/token");
  CHECK(prepared.headers ==
        std::map<std::string, std::string>{{"accept", "application/json"},
                                           {"content-type", "application/json"}});
  CHECK(prepared.body ==
        R"({"grant_type":"refresh_token","client_id":"app_1","refresh_token":"rt\"1"})");
  CHECK(provider.prepare({.operation = "abv.refresh"}).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "refreshed tokens tell when they end and whose they are", "[codex]") {
  const AttemptFacts refresh{.operation = "abv.refresh", .kind = "codex"};
  const std::string access = token_of("acc-3", 1'800'000'000);

  CHECK(provider.digest(refresh, {.body = R"({"access_token":")" + access +
                                          R"(","refresh_token":"rt2","id_token":"i"})"}) ==
        R"({"secrets":{"access_token":")" + access +
            R"(","refresh_token":"rt2","id_token":"i"},"attributes":{"account_id":"acc-3"},)"
            R"("expires_at_ms":1800000000000})");
  CHECK(provider.digest(refresh, {.body = R"({"access_token":"a","expires_in":3600})"}) ==
        R"({"secrets":{"access_token":"a"},"attributes":{},"expires_at_ms":1700003600000})");
  CHECK(provider.digest(refresh, {.body = R"({"token_type":"Bearer"})"}) ==
        std::to_string(ABV_E_INVALID));
}

TEST_CASE_METHOD(Fixture, "the account that was chosen at login is not changed by a refresh",
                 "[codex]") {
  const AttemptFacts refresh{
      .operation = "abv.refresh", .kind = "codex", .attributes = R"({"account_id":"team"})"};

  CHECK_THAT(provider.digest(refresh, {.body = R"({"access_token":")" + token_of("own") + "\"}"}),
             ContainsSubstring(R"("attributes":{})"));
}

TEST_CASE_METHOD(Fixture, "a refresh token that is void ends the account, other failures do not",
                 "[codex]") {
  const auto judged = [&](int status, const std::string& body) {
    return provider.judge({.http_status = status, .body = body}, 1, "abv.refresh");
  };

  const auto reused =
      judged(400, R"({"error":{"code":"refresh_token_reused","message":"used already"}})");
  CHECK(reused.action == sdk::Action::kDead);
  CHECK(reused.reason == "refresh_token_reused: used already");
  CHECK(judged(400, R"({"error":"invalid_grant"})").action == sdk::Action::kDead);
  CHECK(judged(401, "").action == sdk::Action::kDead);
  CHECK(judged(400, R"({"error":"invalid_request"})").action == sdk::Action::kPass);
  CHECK(judged(503, "<html>").action == sdk::Action::kPass);
}

TEST_CASE_METHOD(Fixture, "a model that is not in an account's plan is asked of another one",
                 "[codex]") {
  const auto judged = provider.judge(
      {.http_status = 400,
       .body = R"({"detail":"The 'gpt-x' model is not supported when using Codex with a ChatGPT )"
               R"(account."})"});

  CHECK(judged.action == sdk::Action::kRotate);
  CHECK(judged.scope == sdk::Scope::kModel);
  CHECK(judged.cool_down_ms == -1);
  CHECK(provider.judge({.http_status = 400, .body = R"({"detail":"bad"})"}) == kUntouched);
}

TEST_CASE_METHOD(Fixture, "the models of a ChatGPT account are those that Codex shows", "[codex]") {
  const AttemptFacts models{.operation = "abv.models", .kind = "codex"};

  CHECK(provider.prepare(models).url == "http://127.0.0.1:9/codex/models?client_version=0.169.0");
  CHECK(
      provider.digest(models, {.body = R"({"models":[)"
                                       R"({"slug":"gpt-x","display_name":"X","visibility":"list"},)"
                                       R"({"slug":"inner","visibility":"hide"},{}]})"}) ==
      R"({"models":[{"id":"gpt-x","owned_by":"openai","display_name":"X"}]})");
  CHECK(provider.digest(models, {.body = R"({"data":[{"id":"gpt-x"}]})"}) ==
        std::to_string(ABV_E_UNSUPPORTED));  // OpenAI's own list, which the dialect reads
  CHECK(provider.prepare({.operation = "abv.models"}).url == "http://127.0.0.1:9/v1/models");
  CHECK(provider.prepare({.operation = "abv.quota"}).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "ChatGPT tells what is left of the plan", "[codex]") {
  login.operation = "abv.quota";
  login.body = "";

  const auto prepared = provider.prepare(login);

  CHECK(prepared.method == "GET");
  CHECK(prepared.url == "http://127.0.0.1:9/wham/usage");
  CHECK(prepared.headers.at("chatgpt-account-id") == "acc-1");
  CHECK(provider.digest(
            login, {.body = R"({"plan_type":"plus","rate_limit":{"allowed":true,)"
                            R"("primary_window":{"used_percent":25,"limit_window_seconds":18000,)"
                            R"("reset_at":1738300000},"secondary_window":null}})"}) ==
        R"({"limits":[{"name":"primary_window","window":"five_hours",)"
        R"("remaining":0.75,"resets_at_ms":1738300000000}]})");

  login.kind = "api_key";
  CHECK(provider.prepare(login).status == ABV_E_UNSUPPORTED);
}

}  // namespace abv::tests
