// What becomes of a model's name: rules, aliases with fallbacks, providers that share calls, and
// the router.

#include <set>
#include <sstream>

#include "host/app/models_command.hpp"
#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

std::string chat(const std::string& model, const std::string& more = "") {
  return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hi"}])" + more + "}";
}

std::string chat_answer(const std::string& model) {
  return json_answer(R"({"id":"c","object":"chat.completion","created":1,"model":")" + model +
                     R"(","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},)"
                     R"("finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,)"
                     R"("total_tokens":4}})");
}

std::string model_asked(const FakeRequest& request) {
  const std::size_t at = request.body.find(R"("model":")") + 9;
  return request.body.substr(at, request.body.find('"', at) - at);
}

// Answers with the model that it was asked for, and remembers it.
struct Upstream {
  FakeServer server{[this](FakeConnection& connection, const FakeRequest& request) {
    if (request.body.empty()) {  // asks for the models
      connection.send(json_answer(R"({"object":"list","data":[]})"));
      return;
    }
    asked.push_back(model_asked(request));
    connection.send(refusal.empty() ? chat_answer(asked.back()) : refusal);
  }};
  std::vector<std::string> asked;
  std::string refusal;
};

std::string provider(const std::string& name, const Upstream& upstream,
                     const std::string& more = "") {
  return "  " + name + ": { plugin: abv.openai, api_key: key, base_url: \"" +
         upstream.server.url("/v1") + "\"" + more + " }\n";
}

// Two providers that speak OpenAI's chat.
struct Place {
  Upstream first;
  Upstream second;

  Yaml yaml(const std::string& models, const std::string& rules) const {
    Yaml yaml;
    yaml.providers += provider("first", first) + provider("second", second);
    yaml.openai_models = rules;
    yaml.more = "accounts: { tries: 1, queue: 0s }\n" + models;
    return yaml;
  }
};

constexpr const char* kToFirst = "      - { match: \"*\", provider: first }\n";
constexpr const char* kPath = "/v1/chat/completions";

}  // namespace

TEST_CASE("a rule puts another name in the place of the client's", "[app][mapping]") {
  Place place;
  Host host(
      place.yaml("models:\n  rules:\n"
                 "    - { regex: \"old-(.*)\", to: new-$1 }\n"
                 "    - { match: \"old-*\", to: never }\n"
                 "    - { match: \"*\", dialects: [claude-messages], to: never }\n"
                 "    - { match: \"x\", keys: [\"somebody\"], to: never }\n",
                 kToFirst));
  host.start();

  CHECK(host.post(kPath, chat("old-mini")).status == 200);
  (void)host.call_line(1);  // records may overtake each other
  CHECK(host.post(kPath, chat("x")).status == 200);

  CHECK(place.first.asked == std::vector<std::string>{"new-mini", "x"});
  CHECK(log_field(host.call_line(1), "model") == "old-mini");
  CHECK(log_field(host.call_line(1), "model_resolved") == "new-mini");
  CHECK_THAT(host.call_line(1), ContainsSubstring("models.rules[0] old-(.*) -> new-mini"));
}

TEST_CASE("an alias leads to the first that can serve the call", "[app][mapping]") {
  Place place;
  Host host(place.yaml(
      "models: { aliases: { smart: [{ provider: second, model: big }, small] } }\n", kToFirst));
  host.start();

  CHECK_THAT(host.post(kPath, chat("smart")).body, ContainsSubstring(R"("model":"big")"));
  CHECK(place.first.asked.empty());
  (void)host.call_line(1);

  SECTION("and to the next when its upstream fails") {
    const auto status = GENERATE(401, 404, 429, 500, 503);
    CAPTURE(status);
    place.second.refusal = "HTTP/1.1 " + std::to_string(status) +
                           " No\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    const Answer answer = host.post(kPath, chat("smart"));

    CHECK(answer.status == 200);
    CHECK(place.first.asked == std::vector<std::string>{"small"});
    CHECK(log_field(host.call_line(2), "provider") == "first");
    CHECK_THAT(host.call_line(2), ContainsSubstring("second/big could not serve it"));
  }
  SECTION("but what is wrong with the request itself is told at once") {
    place.second.refusal =
        "HTTP/1.1 400 No\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    CHECK(host.post(kPath, chat("smart")).status == 400);
    CHECK(place.first.asked.empty());
  }
  SECTION("and when all fail, the last one's answer is the client's") {
    place.second.refusal =
        "HTTP/1.1 500 No\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    place.first.refusal =
        "HTTP/1.1 503 No\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    CHECK(host.post(kPath, chat("smart")).status == 503);
  }
}

TEST_CASE("aliases stand in the list of models, and lead on to others", "[app][mapping]") {
  Place place;
  Host host(place.yaml("models: { aliases: { a: [b], b: [{ provider: second, model: m }] } }\n",
                       kToFirst));
  host.start();

  CHECK(host.post(kPath, chat("a")).status == 200);
  CHECK(place.second.asked == std::vector<std::string>{"m"});
  const std::string list = host.get("/v1/models").body;
  CHECK_THAT(list, ContainsSubstring(R"("id":"a")"));
  CHECK_THAT(list, ContainsSubstring(R"("id":"b")"));
}

TEST_CASE("an alias may lead to another vendor, and on from there", "[app][mapping]") {
  Place place;
  FakeServer claude(always("HTTP/1.1 529 Busy\r\nContent-Length: 2\r\n\r\n{}"));
  Yaml yaml = place.yaml(
      "models: { aliases: { smart: [{ provider: cld, model: opus }, small] } }\n", kToFirst);
  yaml.providers +=
      "  cld: { plugin: abv.claude, api_key: key, base_url: \"" + claude.url("") + "\" }\n";
  Host host(yaml);
  host.start();

  const Answer answer = host.post(kPath, chat("smart", R"(,"seed":7)"));

  CHECK(answer.status == 200);
  CHECK(place.first.asked == std::vector<std::string>{"small"});
  CHECK(log_field(host.call_line(), "lane") == "raw");
}

TEST_CASE("a rule for several providers falls back in their order", "[app][mapping]") {
  Place place;
  Host host(place.yaml("", "      - { match: \"*\", provider: [second, first], as: m }\n"));
  host.start();
  place.second.refusal = "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}";

  CHECK(host.post(kPath, chat("x")).status == 200);

  CHECK(place.second.asked == std::vector<std::string>{"m"});
  CHECK(place.first.asked == std::vector<std::string>{"m"});
}

TEST_CASE("pooled providers share the conversations, and each stays where it is",
          "[app][mapping]") {
  Place place;
  Host host(
      place.yaml("", "      - { match: \"*\", provider: [second, first], dispatch: pooled }\n"));
  host.start();

  for (int session = 0; session < 40; ++session) {
    const std::string body = chat("s" + std::to_string(session),
                                  R"(,"prompt_cache_key":"k)" + std::to_string(session) + '"');
    CHECK(host.post(kPath, body).status == 200);
    CHECK(host.post(kPath, body).status == 200);
  }

  CHECK(place.first.asked.size() + place.second.asked.size() == 80);
  CHECK(place.first.asked.size() >= 20);
  CHECK(place.second.asked.size() >= 20);
  const std::set<std::string> in_first(place.first.asked.begin(), place.first.asked.end());
  for (const std::string& model : place.second.asked) {
    CHECK_FALSE(in_first.contains(model));
  }
}

TEST_CASE("a model that nobody serves is refused with names that are near", "[app][mapping]") {
  Place place;
  Host host(
      place.yaml("models: { aliases: { clever: [{ provider: second, model: m }] },\n"
                 "          rules: [{ match: dumb, to: nobody }] }\n",
                 "      - { match: gpt-5-mini, provider: first }\n"));
  host.start();

  // Echo, to which all other models go, does not moderate.
  const Answer slip = host.post("/v1/moderations", R"({"model":"clevr","input":"x"})");

  CHECK(slip.status == 404);
  CHECK_THAT(slip.body, ContainsSubstring(R"(for the model \"clevr\")"));
  CHECK_THAT(slip.body, ContainsSubstring(R"(near it are: \"clever\")"));
  const Answer mapped = host.post("/v1/moderations", R"({"model":"dumb","input":"x"})");
  CHECK_THAT(mapped.body, ContainsSubstring(R"(\"dumb\" (which became \"nobody\"))"));
}

TEST_CASE("answers name the model as the client did when that is asked for", "[app][mapping]") {
  const bool is_asked = GENERATE(false, true);
  Place place;
  Host host(place.yaml(std::string("models: { rename_back: ") + (is_asked ? "true" : "false") +
                           ", aliases: { mine: [{ provider: first, model: theirs }] } }\n",
                       kToFirst));
  host.start();

  const std::string body = host.post(kPath, chat("mine")).body;

  CHECK_THAT(body, ContainsSubstring(is_asked ? R"("model":"mine")" : R"("model":"theirs")"));
  (void)host.call_line(1);
  // A name that was not changed needs nothing, and goes byte for byte.
  CHECK(host.post(kPath, chat("other")).status == 200);
  CHECK(log_field(host.call_line(2), "lane") == "raw");
}

TEST_CASE("what is wrong with names is told at the start, with its place", "[app][mapping]") {
  Place place;
  const auto [models, words] = GENERATE(table<std::string, std::string>({
      {"models: { aliases: { a: [b], b: [a] } }\n", "leads in a circle: a -> b -> a"},
      {"models: { rules: [{ regex: \"(\", to: x }] }\n", "is no regular expression"},
      {"models: { rules: [{ match: a, regex: b, to: x }] }\n", "\"regex\""},
      {"models: { rules: [{ to: x }] }\n", "\"match\" or \"regex\""},
      {"models: { aliases: { a: [] } }\n", "models.aliases.a"},
      {"models: { aliases: { a: [{ provider: frist, model: m }] } }\n", "did you mean \"first\"?"},
      {"models: { aliases: { a: [{ provider: first }] } }\n", "aliases.a[0].model: is required"},
  }));
  CAPTURE(models);
  Host host(place.yaml(models, kToFirst));

  const auto started = host.try_start();

  REQUIRE_FALSE(started.ok());
  CHECK_THAT(started.error().message, ContainsSubstring(words));
  CHECK_THAT(started.error().message, ContainsSubstring("abv.yaml:"));
}

TEST_CASE("the router gives easy requests to one model and others to another",
          "[app][mapping][router]") {
  Place place;
  Yaml yaml = place.yaml(
      "models:\n  rules: [{ match: auto, to: pm-auto }]\n"
      "  aliases: { pm-lite: [{ provider: first, model: small }],\n"
      "             pm-pro: [{ provider: second, model: big }] }\n",
      kToFirst);
  yaml.allow += "    - { id: abv.pm-router }\n";
  yaml.middlewares += "  - { name: router, plugin: abv.pm-router }\n";
  Host host(yaml);
  host.start();
  const std::string easy = chat("auto", R"(,"prompt_cache_key":"s1")");
  const std::string hard = chat("pm-auto", R"(,"prompt_cache_key":"s1","reasoning_effort":"high")");

  CHECK(host.post(kPath, easy).status == 200);
  CHECK(place.first.asked == std::vector<std::string>{"small"});
  CHECK_THAT(host.call_line(1), ContainsSubstring("pm-auto -> pm-lite (nothing that needs more)"));

  CHECK(host.post(kPath, hard).status == 200);
  CHECK(place.second.asked == std::vector<std::string>{"big"});
  CHECK_THAT(host.call_line(2), ContainsSubstring("pm-auto -> pm-pro (thinking is asked for)"));

  SECTION("a session stays with the better one") {
    CHECK(host.post(kPath, easy).status == 200);
    CHECK(place.second.asked.size() == 2);
  }
  SECTION("a header decides for one request, and no upstream sees it") {
    CHECK(host.post(kPath, easy, {"X-Abv-Tier: lite"}).status == 200);
    CHECK(place.first.asked.size() == 2);
    CHECK(host.post(kPath, easy, {"X-Abv-Tier: best"}).status == 400);
  }
  SECTION("other models are left alone") {
    CHECK(host.post(kPath, chat("gpt")).status == 200);
    CHECK(place.first.asked.back() == "gpt");
  }
}

TEST_CASE("models explain says what becomes of a name", "[app][mapping]") {
  Place place;
  Host host(
      place.yaml("models:\n  rules: [{ match: \"gpt-*\", to: smart }]\n"
                 "  aliases: { smart: [{ provider: second, model: big }, small] }\n",
                 kToFirst));
  host.start();
  std::ostringstream out;
  std::ostringstream err;
  const auto run = [&](const std::vector<std::string>& words) {
    return app::run_models_command(host.daemon().current(), words, out, err);
  };

  SECTION("step by step") {
    CHECK(run({"explain", "gpt-9", "--dialect", "openai-chat"}) == 0);
    CHECK_THAT(out.str(), ContainsSubstring("models.rules[0] gpt-* -> smart"));
    CHECK_THAT(out.str(), ContainsSubstring("alias smart -> second/big, first/small"));
    CHECK_THAT(out.str(), ContainsSubstring("1. second, model big  (raw lane"));
    CHECK_THAT(out.str(), ContainsSubstring("2. first, model small  (raw lane"));
  }
  SECTION("also that nobody serves it") {
    CHECK(run({"explain", "smrt", "--dialect", "gemini", "--operation", "videos"}) == 1);
    CHECK_THAT(out.str(), ContainsSubstring("nobody serves it; near it are smart"));
  }
  SECTION("and lists the names that are known") {
    CHECK(run({"list"}) == 0);
    CHECK_THAT(out.str(), ContainsSubstring("  smart\n"));
  }
  SECTION("wrong words are told") {
    CHECK(run({"explain"}) == 64);
    CHECK(run({"explain", "x", "--dialect", "klingon"}) == 64);
    CHECK(run({"explain", "x", "--what"}) == 64);
    CHECK_THAT(err.str(), ContainsSubstring("expected \"explain NAME\""));
  }
}

}  // namespace abv::test
