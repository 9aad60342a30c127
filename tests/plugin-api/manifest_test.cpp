#include <fstream>
#include <iterator>
#include <string>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace json = abv::sdk::json;
namespace kit = abv::sdk::testkit;

json::Value read_manifest(const std::string& name) {
  std::ifstream file(std::string(ABV_TEST_PLUGIN_DIR) + "/" + name + ".abv.json");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return json::parse(text).value_or(json::Value());
}

TEST_CASE("a built plugin's manifest says what its entry says") {
  const std::string name = GENERATE("auth", "echo", "request-id");
  CAPTURE(name);
  const kit::Library library(std::string(ABV_TEST_PLUGIN_DIR) + "/" + name + ".so");
  const abv_plugin& plugin = library.plugin();
  const json::Value manifest = read_manifest(name);
  CHECK(manifest["abv_manifest"].as_int() == 1);
  CHECK(manifest["id"].as_string() == plugin.id);
  CHECK(manifest["id"].as_string() == "abv." + name);
  CHECK(manifest["version"].as_string() == plugin.version);
  CHECK(manifest["abi"]["major"].as_int() == ABV_ABI_MAJOR);
  CHECK(manifest["abi"]["minor"].as_int() == plugin.abi_minor);
  CHECK(manifest["sha256"].as_string().size() == 64);
  REQUIRE(manifest["components"].size() == plugin.component_count);
  const json::Value component = manifest["components"][0];
  CHECK(component["kind"].as_string() == plugin.components[0]->kind);
  CHECK(component["name"].as_string() == plugin.components[0]->name);
  CHECK(component["summary"].as_string() == plugin.components[0]->summary);
  CHECK(component["config_schema"]["type"].as_string() == "object");
  CHECK_FALSE(component["config_schema"]["additionalProperties"].as_bool(true));
  CHECK(component["abilities"].is_object());
  CHECK(component["order"].exists());
  CHECK(component["flags"].as_int(-1) == 0);
}

TEST_CASE("the entry gives the same pointer each time") {
  const std::string path = std::string(ABV_TEST_PLUGIN_DIR) + "/echo.so";
  CHECK(&kit::Library(path).plugin() == &kit::Library(path).plugin());
}

}  // namespace
