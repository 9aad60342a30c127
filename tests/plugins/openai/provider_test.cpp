#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "provider.hpp"

namespace abv::tests {
namespace {

using sdk::Action;
using sdk::Scope;

constexpr const char* kConfig =
    R"({"base_url":"http://127.0.0.1:9/api/v4/","organization":"org-1","project":"proj-1",)"
    R"("extra_headers":{"x-title":"abv"}})";

struct Fixture {
  ProviderProbe provider{sdk::Provider<openai::Provider>::kComponent, kConfig};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the base URL brings the version of openai requests", "[openai]") {
  const auto prepared =
      provider.prepare({.path = "/v1/chat/completions", .query = "api-version=1"});

  CHECK(prepared.url == "http://127.0.0.1:9/api/v4/chat/completions?api-version=1");
  CHECK(prepared.headers ==
        std::map<std::string, std::string>{{"authorization", "Bearer <api_key>"},
                                           {"openai-organization", "org-1"},
                                           {"openai-project", "proj-1"},
                                           {"x-title", "abv"}});
}

TEST_CASE("an openai server without a key gets no credential", "[openai]") {
  const ProviderProbe provider(sdk::Provider<openai::Provider>::kComponent,
                               R"({"base_url":"http://127.0.0.1:9/v1"})");

  const auto prepared = provider.prepare({.path = "/v1/models", .has_account = false});

  CHECK(prepared.status == ABV_OK);
  CHECK(prepared.url == "http://127.0.0.1:9/v1/models");
  CHECK(prepared.headers.empty());
}

TEST_CASE_METHOD(Fixture, "openai's models are listed with one request", "[openai]") {
  const auto prepared = provider.prepare({.operation = "abv.models", .method = ""});

  CHECK(prepared.method == "GET");
  CHECK(prepared.url == "http://127.0.0.1:9/api/v4/models");
  CHECK(provider.prepare({.operation = "abv.quota"}).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "openai's rate limit cools the model as long as it says", "[openai]") {
  const AnswerFacts limited{429,
                            {{"Retry-After", "20"}, {"retry-after-ms", "1250"}},
                            R"({"error":{"type":"tokens","code":"rate_limit_exceeded"}})"};

  CHECK(provider.judge(limited) ==
        Judged{Action::kPass, Scope::kModel, 1'250, 1'250, "rate limit"});
  CHECK(provider.judge({429, {{"retry-after", "1.5"}}, ""}).retry_after_ms == 1'500);
  CHECK(provider.judge({429, {{"retry-after", "soon"}}, ""}).retry_after_ms == -1);
}

TEST_CASE_METHOD(Fixture, "an empty openai account is no rate limit", "[openai]") {
  CHECK(
      provider.judge({429,
                      {{"retry-after", "1"}},
                      R"({"error":{"type":"insufficient_quota","code":"insufficient_quota"}})"}) ==
      Judged{Action::kPass, Scope::kAccount, -1, -1, "the account has no quota left"});
}

TEST_CASE_METHOD(Fixture, "an overloaded openai is asked again, three times in all", "[openai]") {
  CHECK(provider.judge({503, {}, ""}, 2) ==
        Judged{Action::kRetry, Scope::kProvider, 0, -1, "overloaded"});
  CHECK(provider.judge({503, {}, ""}, 3) ==
        Judged{Action::kPass, Scope::kProvider, 0, -1, "overloaded"});
}

TEST_CASE_METHOD(Fixture, "what openai does not know better is left to the host", "[openai]") {
  CHECK(provider.judge({200, {}, ""}) == kUntouched);
  CHECK(provider.judge({400, {}, R"({"error":{"code":"context_length_exceeded"}})"}) == kUntouched);
  CHECK(provider.judge({401, {}, "{}"}).scope == Scope::kAccount);
}

}  // namespace abv::tests
