#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "provider.hpp"

namespace abv::tests {
namespace {

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

TEST_CASE_METHOD(Fixture, "openai is not told that a client came through a WebSocket", "[openai]") {
  const auto beta = [&](const std::string& value) {
    return provider.prepare({.path = "/v1/responses", .headers = {{"OpenAI-Beta", value}}})
        .headers["openai-beta"];
  };

  CHECK(beta("responses_websockets=2026-02-06, responses_multi_agent=v1") ==
        "responses_multi_agent=v1");
  CHECK(beta("a=1,responses_websockets=2026-02-06 , b=2") == "a=1, b=2");
  CHECK(beta("assistants=v2").empty());  // left as it is
}

TEST_CASE_METHOD(Fixture, "openai's models are listed with one request", "[openai]") {
  const auto prepared = provider.prepare({.operation = "abv.models", .method = ""});

  CHECK(prepared.method == "GET");
  CHECK(prepared.url == "http://127.0.0.1:9/api/v4/models");
  CHECK(provider.prepare({.operation = "abv.quota"}).status == ABV_E_UNSUPPORTED);
}

}  // namespace abv::tests
