#include "tests/plugins/provider_probe.hpp"
#include "tests/support/catch.hpp"

#include "provider.hpp"

namespace abv::tests {
namespace {

ProviderProbe zai_with(const std::string& settings) {
  return {sdk::Provider<zai::Provider>::kComponent, "{" + settings + "}"};
}

const AttemptFacts kMessages{.path = "/v1/messages",
                             .query = "beta=true",
                             .dialect = "claude-messages",
                             .model = "claude-opus-4-6",
                             .body = R"({"max_tokens":5,"model":"claude-opus-4-6","messages":[]})"};
const AttemptFacts kChat{.path = "/v1/chat/completions",
                         .dialect = "openai-chat",
                         .model = "glm-4.6",
                         .body = R"({"model":"glm-4.6","messages":[]})"};

}  // namespace

TEST_CASE("z.ai is spoken to in Anthropic's protocol, with GLM in place of Claude", "[zai]") {
  const auto prepared = zai_with("").prepare(kMessages);

  CHECK(prepared.url == "https://api.z.ai/api/anthropic/v1/messages?beta=true");
  CHECK(prepared.headers ==
        std::map<std::string, std::string>{{"anthropic-version", "2023-06-01"},
                                           {"authorization", "Bearer <api_key>"}});
  CHECK(prepared.body == R"({"max_tokens":5,"model":"glm-4.7","messages":[]})");
}

TEST_CASE("z.ai is spoken to in OpenAI's protocol where the plan's key is good", "[zai]") {
  CHECK(zai_with(R"("protocol":"openai")").prepare(kChat).url ==
        "https://api.z.ai/api/paas/v4/chat/completions");
  CHECK(zai_with(R"("protocol":"openai","plan":"coding")").prepare(kChat).url ==
        "https://api.z.ai/api/coding/paas/v4/chat/completions");
  CHECK(zai_with(R"("protocol":"openai","base_url":"http://127.0.0.1:9/v4/")").prepare(kChat).url ==
        "http://127.0.0.1:9/v4/chat/completions");
}

TEST_CASE("a model that z.ai knows leaves the body as it is", "[zai]") {
  const auto prepared = zai_with(R"("protocol":"openai")").prepare(kChat);

  CHECK(prepared.body == kChat.body);
  CHECK(prepared.headers ==
        std::map<std::string, std::string>{{"authorization", "Bearer <api_key>"}});
}

TEST_CASE("which GLM model stands for Claude's is a setting", "[zai]") {
  const auto body =
      zai_with(R"("opus_model":"glm-\"5\"","model_map":{"x":"y"})").prepare(kMessages).body;

  CHECK(body == R"({"max_tokens":5,"model":"glm-\"5\"","messages":[]})");
}

TEST_CASE("a model that the host has named anew is what z.ai is told", "[zai]") {
  AttemptFacts renamed = kMessages;
  renamed.model = "claude-haiku-4-5";

  CHECK(zai_with("").prepare(renamed).body ==
        R"({"max_tokens":5,"model":"glm-4.5-air","messages":[]})");
}

TEST_CASE("z.ai's models are listed in OpenAI's protocol", "[zai]") {
  const auto prepared = zai_with(R"("protocol":"openai")").prepare({.operation = "abv.models"});

  CHECK(prepared.method == "GET");
  CHECK(prepared.url == "https://api.z.ai/api/paas/v4/models");
  CHECK(zai_with("").prepare({.operation = "abv.refresh"}).status == ABV_E_UNSUPPORTED);
}

}  // namespace abv::tests
