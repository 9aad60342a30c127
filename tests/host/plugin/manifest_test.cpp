#include "host/plugin/manifest.hpp"

#include "tests/host/plugin/plugin_dir.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

const std::filesystem::path kFile = "/p/echo.abv.json";

std::string good() {
  ManifestText text;
  text.id = "test.plain";
  text.sha256 = std::string(64, '0');
  return text.json();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("a manifest is read with all its fields", "[plugin][manifest]") {
  const std::string json = replaced(good(), "\"order\":null,\"flags\":0",
                                    R"("order":{"after":[]},"flags":18,"later":{"is":"ignored"})");

  const Manifest manifest = parse_manifest(json, kFile).value();

  CHECK(manifest.id == "test.plain");
  CHECK(manifest.version == "1.0.0");
  CHECK(manifest.abi_major == 1);
  CHECK(manifest.abi_minor == 0);
  CHECK(manifest.platform == host_platform());
  CHECK(manifest.sha256 == std::string(64, '0'));
  CHECK(manifest.file == kFile);
  CHECK(manifest.library == "/p/echo.so");
  REQUIRE(manifest.components.size() == 1);
  CHECK(manifest.components[0].kind == "abv.handler/1");
  CHECK(manifest.components[0].summary == "answers ok");
  CHECK(manifest.components[0].config_schema_json == R"({"type":"object"})");
  CHECK(manifest.components[0].abilities_json == R"({"operations":["chat"]})");
  CHECK(manifest.components[0].order_json == R"({"after":[]})");
  CHECK(manifest.components[0].flags == 18);
  CHECK(manifest.find("plain") == &manifest.components[0]);
}

TEST_CASE("a manifest that breaks a rule is refused with file, field and rule",
          "[plugin][manifest]") {
  std::string json = good();
  std::string rule;
  SECTION("not JSON") {
    json = "{";
    rule = "not JSON: ";
  }
  SECTION("more than one document") {
    json += "{}";
    rule = "not JSON: ";
  }
  SECTION("another version of manifests") {
    json = replaced(json, "\"abv_manifest\":1", "\"abv_manifest\":2");
    rule = "abv_manifest: expected version 1, got 2";
  }
  SECTION("a missing field") {
    json = replaced(json, "\"version\":\"1.0.0\",", "");
    rule = "version: missing";
  }
  SECTION("a field of another type") {
    json = replaced(json, "\"1.0.0\"", "1");
    rule = "version: expected a string";
  }
  SECTION("an illegal id") {
    json = replaced(json, "test.plain", "Test Plain");
    rule = "id: expected 1 to 128 of a-z, 0-9, '.' and '-', got \"Test Plain\"";
  }
  SECTION("another major") {
    json = replaced(json, "\"major\":1", "\"major\":2");
    rule = "abi.major: this host loads plugins of major 1, got 2";
  }
  SECTION("a negative number") {
    json = replaced(json, "\"minor\":0", "\"minor\":-1");
    rule = "abi: minor: expected a number from 0 to 4294967295";
  }
  SECTION("another platform") {
    json = replaced(json, std::string(host_platform()), "windows-x86_64");
    rule = "platform: this host is " + std::string(host_platform()) + ", got \"windows-x86_64\"";
  }
  SECTION("a digest that is none") {
    json = replaced(json, std::string(64, '0'), "0");
    rule = "sha256: expected 64 lower-case hex digits";
  }
  SECTION("no components") {
    json = replaced(json, "\"components\":[", "\"components\":[],\"others\":[");
    rule = "components: expected at least one";
  }
  SECTION("an illegal kind") {
    json = replaced(json, "abv.handler/1", "handler");
    rule = "components[0]: kind: expected a kind such as abv.provider/1, got \"handler\"";
  }
  SECTION("abilities that are no object") {
    json = replaced(json, "{\"operations\":[\"chat\"]}", "[]");
    rule = "components[0]: abilities: expected an object";
  }
  SECTION("a component without flags") {
    json = replaced(json, ",\"flags\":0", "");
    rule = "components[0]: flags: missing";
  }

  const Result<Manifest> manifest = parse_manifest(json, kFile);

  REQUIRE_FALSE(manifest.ok());
  CHECK(manifest.error().code == Error::Code::kInvalid);
  CHECK_THAT(manifest.error().message, ContainsSubstring("/p/echo.abv.json: " + rule));
}

TEST_CASE("a component that is there twice is refused", "[plugin][manifest]") {
  ManifestText text;
  text.id = "test.plain";
  text.sha256 = std::string(64, '0');
  text.components = {"plain", "plain"};

  const Result<Manifest> manifest = parse_manifest(text.json(), kFile);

  REQUIRE_FALSE(manifest.ok());
  CHECK(manifest.error().message ==
        "/p/echo.abv.json: components[1]: name: \"plain\" is there twice");
}

TEST_CASE("a manifest that is missing is not found", "[plugin][manifest]") {
  const Result<Manifest> manifest = read_manifest("/nowhere/x.abv.json");

  REQUIRE_FALSE(manifest.ok());
  CHECK(manifest.error().code == Error::Code::kNotFound);
}

TEST_CASE("a manifest stands beside its library", "[plugin][manifest]") {
  CHECK(manifest_path_of("/p/echo.so") == "/p/echo.abv.json");
}

}  // namespace
}  // namespace abv::plugin
