// Configurations with which the host does not start: each refusal names the place and the reason.

#include <fstream>
#include <functional>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

// The words with which a start fails; "" when it does not.
std::string refusal(Host& host) {
  const Result<void> started = host.try_start();
  return started ? "" : started.error().message;
}

Yaml with_trial(const std::string& settings) {
  Yaml yaml;
  yaml.dirs = "    - plugins\n";
  yaml.allow += "    - { id: test.trial }\n";
  yaml.providers += "  trial: { plugin: test.trial, component: trial" + settings + " }\n";
  return yaml;
}

void append_byte(const std::filesystem::path& file) {
  std::ofstream(file, std::ios::binary | std::ios::app) << '\0';
}

}  // namespace

TEST_CASE("a plugin that is not in plugins.allow is refused where it is used", "[app][refusal]") {
  Yaml yaml;
  yaml.allow =
      "    - { id: abv.openai }\n    - { id: abv.claude }\n    - { id: abv.gemini }\n"
      "    - { id: abv.request-id }\n    - { id: abv.auth }\n";
  Host host(yaml);

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("abv.echo }")));
  CHECK_THAT(words, ContainsSubstring("plugins.allow"));
}

TEST_CASE("a library with another digest than the YAML pins is refused", "[app][refusal]") {
  Yaml yaml = with_trial("");
  yaml.allow = Yaml().allow + "    - { id: test.trial, sha256: " + std::string(64, 'a') + " }\n";
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("{ plugin: test.trial")));
  CHECK_THAT(words, ContainsSubstring("sha256"));
}

TEST_CASE("a library that was changed after its manifest was written is refused",
          "[app][refusal]") {
  Host host(with_trial(""));
  put_trial(host.dir() / "plugins", "1");
  append_byte(host.dir() / "plugins" / "trial.so");

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("{ plugin: test.trial")));
  CHECK_THAT(words, ContainsSubstring("sha256"));
}

TEST_CASE("a plugin that is nowhere is refused, and the directories that were searched are named",
          "[app][refusal]") {
  Host host(with_trial(""));

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("test.trial, component")));
  CHECK_THAT(words, ContainsSubstring((host.dir() / "plugins").string()));
}

TEST_CASE("a manifest without its library is refused", "[app][refusal]") {
  Host host(with_trial(""));
  put_trial(host.dir() / "plugins", "1");
  std::filesystem::remove(host.dir() / "plugins" / "trial.so");

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("{ plugin: test.trial")));
  CHECK_THAT(words, ContainsSubstring("trial.so"));
}

TEST_CASE("a plugin that does not like its settings stops the start in its own words",
          "[app][refusal]") {
  Host host(with_trial(", refuse: \"it is monday\""));
  put_trial(host.dir() / "plugins", "1");

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("{ plugin: test.trial")));
  CHECK_THAT(words, ContainsSubstring("it is monday"));
}

TEST_CASE("a setting that the plugin does not know is refused at its place", "[app][refusal]") {
  Host host(with_trial(", gaet: 3"));
  put_trial(host.dir() / "plugins", "1");

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("gaet")));
  CHECK_THAT(words, ContainsSubstring("\"gate\""));
}

TEST_CASE("a plugin with several components has to be told which is meant", "[app][refusal]") {
  Yaml yaml = with_trial("");
  yaml.providers = "  vague: { plugin: test.trial }\n" + Yaml().providers;
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("{ plugin: test.trial }")));
  CHECK_THAT(words, ContainsSubstring("providers.vague.component: is required"));
}

TEST_CASE("an order of middlewares that breaks what one says of itself is refused with the reason",
          "[app][refusal]") {
  Yaml yaml;
  yaml.middlewares =
      "  - { name: auth, plugin: abv.auth, mode: off }\n"
      "  - { name: request-id, plugin: abv.request-id }\n";
  Host host(yaml);

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("{ name: auth")));
  CHECK_THAT(words, ContainsSubstring("abv.request-id"));
  CHECK_THAT(words, ContainsSubstring("a refused call needs an id too"));
}

TEST_CASE("a provider is refused an operation that its dialect does not have", "[app][refusal]") {
  Yaml yaml = proxy_to("http://127.0.0.1:1", "convert_to: respones");
  Host host(yaml);

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("{ plugin: abv.openai")));
  CHECK_THAT(words,
             ContainsSubstring("providers.openai: its dialect has no operation \"respones\""));
  CHECK_THAT(words, ContainsSubstring("did you mean \"responses\""));
}

TEST_CASE("a model is refused a provider that speaks what nobody can convert to",
          "[app][refusal]") {
  Yaml yaml = with_trial("");
  yaml.providers += "  foreign: { plugin: test.trial, component: trial-foreign }\n";
  yaml.openai_models = "      - { match: x, provider: foreign }\n";
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");

  CHECK(refusal(host) == host.place_of("{ match: x, provider: foreign }") +
                             ": provider \"foreign\" does not speak \"openai-chat\", and no "
                             "allowed plugin converts it to what the provider speaks");
}

TEST_CASE("an unknown dialect is refused with the one that was meant", "[app][refusal]") {
  Yaml yaml;
  yaml.routes =
      "  - name: other\n    dialect: openai-chta\n    models: [ { match: x, provider: echo } ]\n";
  Host host(yaml);

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("openai-chta")));
  CHECK_THAT(words, ContainsSubstring("did you mean \"openai-chat\""));
}

TEST_CASE("an unknown provider is refused with the one that was meant", "[app][refusal]") {
  Yaml yaml;
  yaml.openai_models = "      - { match: x, provider: ehco }\n";
  Host host(yaml);

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("ehco")));
  CHECK_THAT(words, ContainsSubstring("did you mean \"echo\""));
}

TEST_CASE("an operation that a dialect does not have is refused with the one that was meant",
          "[app][refusal]") {
  Yaml yaml;
  yaml.routes =
      "  - name: other\n    dialect: gemini\n    endpoints: [ embedings ]\n"
      "    models: [ { match: x, provider: echo } ]\n";
  Host host(yaml);

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring(host.place_of("name: other")));
  CHECK_THAT(words, ContainsSubstring("did you mean \"embeddings\""));
}

TEST_CASE("two routes for the same path are refused, and both are named", "[app][refusal]") {
  Yaml yaml;
  yaml.routes =
      "  - name: twin\n    dialect: gemini\n    models: [ { match: x, provider: echo } ]\n";
  Host host(yaml);

  const std::string words = refusal(host);

  CHECK_THAT(words, ContainsSubstring("\"twin\""));
  CHECK_THAT(words, ContainsSubstring("\"gemini\""));
}

TEST_CASE("an address that is taken stops the start with the address", "[app][refusal]") {
  Host first((Yaml()));
  first.start();
  Yaml yaml;
  yaml.listen = "{ port: " + std::to_string(first.port()) + " }";
  Host second(yaml);

  CHECK_THAT(refusal(second), ContainsSubstring("127.0.0.1:" + std::to_string(first.port())));
}

TEST_CASE("a file that is no YAML is refused at the place where it stops being one",
          "[app][refusal]") {
  Yaml yaml;
  yaml.limits = "{ body: 1MiB";
  Host host(yaml);

  CHECK_THAT(refusal(host), ContainsSubstring("abv.yaml:"));
}

TEST_CASE("a start that failed can be tried again in the same process", "[app][refusal]") {
  Host broken(with_trial(", refuse: no"));
  put_trial(broken.dir() / "plugins", "1");
  Host good(with_trial(""));
  put_trial(good.dir() / "plugins", "1");

  CHECK(refusal(broken) != "");
  CHECK(refusal(good) == "");
}

}  // namespace abv::test
