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
  CHECK(provider.prepare({.operation = "abv.refresh"}).status == ABV_E_UNSUPPORTED);
}

}  // namespace abv::tests
