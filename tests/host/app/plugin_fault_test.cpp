// Plugins that misbehave while they serve: the host lives, and says who it was.

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

constexpr int kFuse = 5;

Yaml with_trial() {
  const std::string rule = "      - { match: trial, provider: trial }\n";
  Yaml yaml;
  yaml.dirs = "    - plugins\n";
  yaml.allow += "    - { id: test.trial }\n";
  yaml.providers += "  trial: { plugin: test.trial, component: trial }\n";
  yaml.openai_models = yaml.claude_models = yaml.gemini_models = rule;
  return yaml;
}

Answer say(Host& host, const Wire& wire, std::string_view text, bool is_stream = false) {
  const Asked asked = ask(wire, "trial", text, is_stream);
  return host.post(asked.path, asked.body);
}

void say_often(Host& host, const Wire& wire, std::string_view text, int times) {
  for (int i = 0; i < times; ++i) {
    say(host, wire, text);
  }
}

}  // namespace

TEST_CASE("a handler that throws gives 500 in the client's dialect, and the host lives",
          "[app][fault]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  Host host(with_trial());
  put_trial(host.dir() / "plugins", "1");
  host.start();

  const Answer failed = say(host, wire, "do-throw");
  const Answer good = say(host, wire, "be good");

  CHECK(failed.status == 500);
  CHECK_THAT(failed.body, ContainsSubstring(error_mark(wire, 500)));
  CHECK(good.status == 200);
  CHECK_THAT(good.body, ContainsSubstring("v1 begins, v1 ends"));
}

TEST_CASE("what a handler fails with reaches the client in its dialect", "[app][fault]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  Host host(with_trial());
  put_trial(host.dir() / "plugins", "1");
  host.start();

  const Answer failed = say(host, wire, "do-fail");

  CHECK(failed.status == 503);
  CHECK_THAT(failed.body, ContainsSubstring(error_mark(wire, 503)));
  CHECK_THAT(failed.body, ContainsSubstring("the trial is over for today"));
}

TEST_CASE("a handler that returns without an answer gives 502", "[app][fault]") {
  Host host(with_trial());
  put_trial(host.dir() / "plugins", "1");
  host.start();

  const Answer failed = say(host, openai_wire(), "do-nothing");

  CHECK(failed.status == 502);
  CHECK_THAT(failed.body, ContainsSubstring("without a complete answer"));
}

TEST_CASE("an answer that breaks off ends with the dialect's error and a cut", "[app][fault]") {
  const auto wire = GENERATE(openai_wire(), claude_wire(), gemini_wire());
  CAPTURE(wire);
  Host host((Yaml()));
  host.start();
  const Asked asked = ask(wire, "echo", "cut:2", true);

  const Answer answer = host.post(asked.path, asked.body);

  CHECK(answer.status == 200);
  CHECK_FALSE(answer.is_complete);
  CHECK_THAT(answer.body, ContainsSubstring("2 "));
  CHECK_THAT(answer.body, ContainsSubstring(error_mark(wire, 502)));
}

TEST_CASE("after five throws a handler is out of service, and a reload mends it", "[app][fault]") {
  const Wire wire = claude_wire();
  Host host(with_trial());
  put_trial(host.dir() / "plugins", "1");
  host.start();

  say_often(host, wire, "do-throw", kFuse);
  const Answer fused = say(host, wire, "be good");
  host.reload(with_trial());
  const Answer mended = say(host, wire, "be good");

  CHECK(fused.status == 503);
  CHECK_THAT(fused.body, ContainsSubstring(error_mark(wire, 503)));
  CHECK_THAT(fused.body, ContainsSubstring("out of service"));
  CHECK_THAT(host.log().wait_for("plugin.fused"), ContainsSubstring("instance=trial"));
  CHECK(mended.status == 200);
}

TEST_CASE("failures that a handler explains do not put it out of service", "[app][fault]") {
  Host host(with_trial());
  put_trial(host.dir() / "plugins", "1");
  host.start();

  say_often(host, openai_wire(), "do-fail", kFuse + 1);

  CHECK(say(host, openai_wire(), "be good").status == 200);
  CHECK(host.log().lines("plugin.fused").empty());
}

TEST_CASE("a provider that throws gives 502, and is out of service after five throws",
          "[app][fault]") {
  const Wire wire = openai_wire();
  Yaml yaml = with_trial();
  yaml.providers += "  lost: { plugin: test.trial, component: trial-provider }\n";
  yaml.openai_models = "      - { match: trial, provider: lost }\n";
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");
  host.start();

  const Answer failed = say(host, wire, "hello");
  say_often(host, wire, "hello", kFuse - 1);
  const Answer fused = say(host, wire, "hello");

  CHECK(failed.status == 502);
  CHECK_THAT(failed.body, ContainsSubstring(error_mark(wire, 502)));
  CHECK(fused.status == 503);
  CHECK_THAT(fused.body, ContainsSubstring("out of service"));
}

TEST_CASE("other calls are served while one handler is out of service", "[app][fault]") {
  Host host(with_trial());
  put_trial(host.dir() / "plugins", "1");
  host.start();
  const Asked asked = ask(openai_wire(), "echo", "still here", false);

  say_often(host, openai_wire(), "do-throw", kFuse);

  CHECK_THAT(host.post(asked.path, asked.body).body, ContainsSubstring("still here"));
  CHECK(host.get("/health").status == 200);
}

}  // namespace abv::test
