// z.ai in both of its protocols.

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

constexpr std::string_view kMessage =
    R"({"model":"claude-opus-4-6","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";

Yaml zai_at(const FakeServer& upstream, const std::string& settings) {
  Yaml yaml;
  yaml.allow += "    - { id: abv.zai }\n";
  yaml.providers +=
      "  zai: { plugin: abv.zai, base_url: \"" + upstream.url("/z") + "\", " + settings + " }\n";
  const std::string rule = "      - { match: \"*\", provider: zai }\n";
  yaml.openai_models = yaml.claude_models = rule;
  return yaml;
}

}  // namespace

TEST_CASE("messages pass to z.ai as they are but for the model", "[app][zai]") {
  FakeServer upstream(speaks(claude_wire()));
  Host host(zai_at(upstream, "api_key: key-z"));
  host.start();

  const Answer answer = host.post("/v1/messages", kMessage, {"anthropic-version: 2023-06-01"});

  CHECK(answer.body == claude_wire().answer);
  const FakeRequest sent = upstream.requests().at(0);
  CHECK(sent.target == "/z/v1/messages");
  CHECK(sent.header("authorization") == "Bearer key-z");
  CHECK(sent.body ==
        R"({"model":"glm-4.7","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})");
}

TEST_CASE("chat becomes messages for z.ai in Anthropic's protocol", "[app][zai]") {
  FakeServer upstream(speaks(claude_wire()));
  Host host(zai_at(upstream, "api_key: key-z"));
  host.start();

  const Asked asked = ask(openai_wire(), "glm-4.6", "hi", false);
  CHECK(host.post(asked.path, asked.body).status == 200);

  CHECK(upstream.requests().at(0).target == "/z/v1/messages");
  CHECK_THAT(upstream.requests().at(0).body, ContainsSubstring(R"("model":"glm-4.6")"));
}

TEST_CASE("messages become chat for z.ai in OpenAI's protocol", "[app][zai]") {
  FakeServer upstream(speaks(openai_wire()));
  Host host(zai_at(upstream, "api_key: key-z, protocol: openai, models: [glm-4.6]"));
  host.start();

  const Answer answer = host.post("/v1/messages", kMessage, {"anthropic-version: 2023-06-01"});

  CHECK(answer.status == 200);
  CHECK(upstream.requests().at(0).target == "/z/chat/completions");
  CHECK_THAT(upstream.requests().at(0).body, ContainsSubstring(R"("model":"glm-4.7")"));
}

TEST_CASE("responses become chat for z.ai, which has none", "[app][zai]") {
  FakeServer upstream(speaks(openai_wire()));
  Host host(zai_at(upstream, "api_key: key-z, protocol: openai"));
  host.start();

  CHECK(host.post("/v1/responses", R"({"model":"glm-4.6","input":"hi"})").status == 200);
  CHECK(upstream.requests().at(0).target == "/z/chat/completions");
}

TEST_CASE("a key of z.ai that is used up for five hours makes room for the next", "[app][zai]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& request) {
    connection.send(request.header("authorization") == "Bearer key-1"
                        ? json_answer(R"({"type":"error","error":{"code":"1308","message":"Usage )"
                                      R"(limit reached for 5 hour."}})",
                                      429)
                        : json_answer(claude_wire().answer));
  });
  Host host(zai_at(upstream, "api_key: key-1, api_keys: [key-2], accounts: { mode: fill_first }"));
  host.start();

  CHECK(host.post("/v1/messages", kMessage, {"anthropic-version: 2023-06-01"}).status == 200);
  CHECK(host.post("/v1/messages", kMessage, {"anthropic-version: 2023-06-01"}).status == 200);
  CHECK(upstream.requests().size() == 3);  // the first key is not asked again
}

}  // namespace abv::test
