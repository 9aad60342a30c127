// Which kinds of account a provider takes, as the command line tells.

#include <fstream>
#include <sstream>

#include "host/app/accounts_command.hpp"
#include "tests/host/app/host_fixture.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProviders =
    "  echo: { plugin: abv.echo }\n"
    "  claude: { plugin: abv.claude }\n"
    "  gemini: { plugin: abv.gemini }\n"
    "  assist: { plugin: abv.gemini, transport: code_assist }\n"
    "  codex: { plugin: abv.codex }\n";

Yaml with_providers() {
  Yaml yaml;
  yaml.allow += "    - { id: abv.codex }\n";
  yaml.providers = kProviders;
  return yaml;
}

struct Fixture {
  // What the command said, and with which code it ended.
  std::string run(const std::vector<std::string>& words, const std::string& input = "secret\n") {
    const config::MapEnvironment environment{};
    const auto configuration =
        app::Configuration::load((host.dir() / "abv.yaml").string(), environment);
    if (!configuration) {
      throw std::runtime_error(configuration.error().message);
    }
    std::istringstream in(input);
    std::ostringstream out;
    const int code = app::run_accounts_command(**configuration, words, SystemClock(), in, out, out);
    return std::to_string(code) + ": " + out.str();
  }

  Host host{with_providers()};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an account of a kind that its provider takes is added",
                 "[app][accounts]") {
  CHECK_THAT(run({"add", "codex", "--kind", "codex", "--id", "me"}),
             Catch::Matchers::StartsWith("0: added me"));
  CHECK_THAT(run({"add", "gemini", "--kind", "oauth", "--id", "g"}),
             Catch::Matchers::StartsWith("0: added g"));
  CHECK_THAT(run({"add", "assist", "--kind", "oauth", "--id", "h"}),
             Catch::Matchers::StartsWith("0: added h"));
  CHECK_THAT(run({"check"}), Catch::Matchers::StartsWith("0: 3 accounts in files, 0 faults"));
}

TEST_CASE_METHOD(Fixture, "an account of a kind that its provider does not take is refused",
                 "[app][accounts]") {
  CHECK(run({"add", "claude", "--kind", "codex"}) ==
        "1: kind: provider \"claude\" takes accounts of the kind api_key, got \"codex\"\n");
  CHECK(run({"add", "gemini", "--kind", "bearer"}) ==
        "1: kind: provider \"gemini\" takes accounts of the kind api_key or oauth, got "
        "\"bearer\"\n");
  CHECK(run({"add", "assist"}) ==
        "1: kind: provider \"assist\" takes accounts of the kind oauth, got \"api_key\"\n");
  CHECK(run({"add", "echo"}) == "1: kind: provider \"echo\" takes no accounts, got \"api_key\"\n");
}

TEST_CASE_METHOD(Fixture, "a login of Codex is imported for the provider that takes it",
                 "[app][accounts]") {
  const fs::path file = host.dir() / "auth.json";
  std::ofstream(file) << R"({"tokens":{"access_token":"a","refresh_token":"r","id_token":"i",)"
                         R"("account_id":"acc"}})";

  CHECK_THAT(
      run({"import", file.string(), "--provider", "claude"}),
      Catch::Matchers::EndsWith("kind: provider \"claude\" takes accounts of the kind api_key, got "
                                "\"codex\"\n"));
  CHECK_THAT(run({"import", file.string()}), Catch::Matchers::StartsWith("0: imported codex-acc"));
}

TEST_CASE_METHOD(Fixture, "a check names files whose kind their provider does not take",
                 "[app][accounts]") {
  const fs::path file = host.dir() / "data" / "accounts" / "x.json";
  fs::create_directories(file.parent_path());
  std::ofstream(file)
      << R"({"version":1,"provider":"claude","kind":"oauth","secrets":{"refresh_token":"r"}})";

  const std::string said = run({"check"});

  CHECK_THAT(said, ContainsSubstring("x.json: kind: provider \"claude\" takes accounts of the "
                                     "kind api_key, got \"oauth\"\n"));
  CHECK_THAT(said, Catch::Matchers::EndsWith("1 accounts in files, 1 faults\n"));
}

}  // namespace abv::test
