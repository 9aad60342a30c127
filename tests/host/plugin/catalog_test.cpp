#include "host/plugin/catalog.hpp"

#include "tests/host/plugin/plugin_dir.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

TEST_CASE("manifests are listed without any library", "[plugin][catalog]") {
  PluginDir dir;
  dir.add("plain");
  std::filesystem::remove(dir.file("plain"));
  dir.write("notes.json", "{}");

  const Catalog catalog = Catalog::scan({dir.path()});

  REQUIRE(catalog.manifests().size() == 1);
  CHECK(catalog.problems().empty());
  CHECK(catalog.find("test.plain") == &catalog.manifests()[0]);
  CHECK(catalog.find("test.other") == nullptr);
  CHECK(catalog.manifests()[0].library == dir.file("plain"));
}

TEST_CASE("a broken manifest does not hide the others", "[plugin][catalog]") {
  PluginDir dir;
  dir.write("broken.abv.json", "[]");
  dir.add("plain");

  const Catalog catalog = Catalog::scan({dir.path()});

  CHECK(catalog.manifests().size() == 1);
  REQUIRE(catalog.problems().size() == 1);
  CHECK(catalog.problems()[0].message ==
        dir.manifest("broken").string() + ": expected a JSON object");
}

TEST_CASE("of two plugins with one id the first counts and the second is a problem",
          "[plugin][catalog]") {
  PluginDir first;
  PluginDir second;
  first.add("plain");
  second.add("plain", "copy");

  const Catalog catalog = Catalog::scan({first.path(), second.path()});

  REQUIRE(catalog.manifests().size() == 1);
  CHECK(catalog.manifests()[0].file == first.manifest("plain"));
  REQUIRE(catalog.problems().size() == 1);
  CHECK(catalog.problems()[0].message == second.manifest("copy").string() +
                                             ": id: \"test.plain\" is already in " +
                                             first.manifest("plain").string());
}

TEST_CASE("a directory that is not there is a problem", "[plugin][catalog]") {
  const Catalog catalog = Catalog::scan({"/nowhere/plugins"});

  REQUIRE(catalog.problems().size() == 1);
  CHECK_THAT(catalog.problems()[0].message,
             ContainsSubstring("/nowhere/plugins: cannot list the plugin directory"));
}

}  // namespace
}  // namespace abv::plugin
