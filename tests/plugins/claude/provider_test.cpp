#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "provider.hpp"

namespace abv::tests {
namespace {

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

}  // namespace abv::tests
