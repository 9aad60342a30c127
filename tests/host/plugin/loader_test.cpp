#include "host/plugin/loader.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "tests/host/plugin/instance_host.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 0777U;
}

Handler start_handler(InstanceHost& host, const std::shared_ptr<Library>& library) {
  auto instance = Instance::create(host.spec(library), host.services()).value();
  REQUIRE(instance->start().ok());
  return Handler::of(instance).value();
}

TEST_CASE("a good library is loaded from a copy of its own", "[plugin][loader]") {
  PluginDir dir;
  dir.add("plain");

  const auto library = dir.load().value();

  CHECK(library->id() == "test.plain");
  CHECK(library->version() == "1.0.0");
  CHECK(library->sha256() == dir.sha256("plain"));
  CHECK(library->find("plain") != nullptr);
  CHECK(library->find("fancy") == nullptr);
  CHECK(library->copy() != library->file());
  CHECK(library->copy().filename() == "1-" + dir.sha256("plain").substr(0, 12) + "-plain.so");
  CHECK(mode_of(library->copy()) == 0500);
  CHECK(mode_of(library->copy().parent_path()) == 0700);
  CHECK_THAT(dir.log_text(), ContainsSubstring("plugin.loaded id=test.plain version=1.0.0"));
}

TEST_CASE("a stripped library can be loaded", "[plugin][loader]") {
  PluginDir dir;
  dir.add("stripped");

  CHECK(dir.load().ok());
}

TEST_CASE("a plugin that is not in the allow-list is never opened", "[plugin][loader]") {
  PluginDir dir;
  dir.add("plain");

  const auto library = dir.loader().load(Catalog::scan({dir.path()}), AllowList(), "test.plain");

  REQUIRE_FALSE(library.ok());
  CHECK(library.error().code == Error::Code::kDenied);
  CHECK(library.error().message ==
        "plugin test.plain is not allowed; to allow it, add { id: test.plain } to plugins.allow in "
        "the YAML");
}

TEST_CASE("the allow-list may name the file", "[plugin][loader]") {
  PluginDir dir;
  PluginDir elsewhere;
  elsewhere.add("plain");

  const auto library =
      dir.load(AllowedPlugin{"test.plain", elsewhere.sha256("plain"), elsewhere.file("plain"), ""});

  REQUIRE(library.ok());
  CHECK((*library)->file() == elsewhere.file("plain"));
}

TEST_CASE("a file of another plugin than the allow-list says is refused", "[plugin][loader]") {
  PluginDir dir;
  dir.add("plain");

  const auto library = dir.load(AllowedPlugin{"test.other", "", dir.file("plain"), ""});

  REQUIRE_FALSE(library.ok());
  CHECK(library.error().message == dir.manifest("plain").string() +
                                       ": id: plugins.allow names test.other, got \"test.plain\"");
}

TEST_CASE("the same bytes are the same library", "[plugin][loader]") {
  PluginDir dir;
  dir.add("plain");
  const auto first = dir.load().value();

  dir.add("plain");

  CHECK(dir.load().value() == first);
  CHECK(dir.loader().loaded_count() == 1);
}

TEST_CASE("a changed library gives the new code while the old one stays in use",
          "[plugin][loader]") {
  InstanceHost host;
  host.dir().add("reloaded_v1", "reloaded");
  const Handler before = start_handler(host, host.dir().load("test.reloaded").value());
  REQUIRE(answer(before) == "old first");

  host.dir().add("reloaded_v2", "reloaded");
  const Handler after = start_handler(host, host.dir().load("test.reloaded").value());

  CHECK(answer(after) == "new first");
  CHECK(answer(before) == "old");
  CHECK(answer(after) == "new");
  CHECK(host.dir().loader().loaded_count() == 2);
}

TEST_CASE("a library is retired when nobody uses it, and is loaded afresh when it comes back",
          "[plugin][loader]") {
  InstanceHost host;
  host.dir().add("reloaded_v1");
  std::filesystem::path first_copy;
  {
    const auto library = host.dir().load("test.reloaded").value();
    first_copy = library->copy();
    CHECK(answer(start_handler(host, library)) == "old first");
    host.dir().loader().retire_unused();
    CHECK(host.dir().loader().retired().empty());
  }

  host.dir().loader().retire_unused();

  REQUIRE(host.dir().loader().retired().size() == 1);
  CHECK(host.dir().loader().retired()[0].id == "test.reloaded");
  CHECK(host.dir().loader().loaded_count() == 0);
  const auto again = host.dir().load("test.reloaded").value();
  CHECK(again->copy() != first_copy);
  CHECK(answer(start_handler(host, again)) == "old first");
}

TEST_CASE("copies that a crash left behind are removed, those of a living process are not",
          "[plugin][loader]") {
  PluginDir dir;
  const std::filesystem::path plugins = dir.run_dir() / "plugins";
  const std::filesystem::path dead = plugins / "run-2147483646-abcdef";
  const std::filesystem::path living = plugins / "run-1-abcdef";
  std::filesystem::create_directories(dead / "something");
  std::filesystem::create_directories(living);

  const auto loader = Loader::make(dir.run_dir(), dir.log(), dir.clock());

  REQUIRE(loader.ok());
  CHECK_FALSE(std::filesystem::exists(dead));
  CHECK(std::filesystem::exists(living));
}

TEST_CASE("a loader takes its copies with it", "[plugin][loader]") {
  PluginDir dir;
  dir.add("plain");
  std::filesystem::path copy;
  {
    auto loader = Loader::make(dir.run_dir(), dir.log(), dir.clock()).value();
    const AllowList allowed = AllowList::build({{"test.plain", "", "", ""}}).value();
    copy = loader->load(Catalog::scan({dir.path()}), allowed, "test.plain").value()->copy();
    REQUIRE(std::filesystem::exists(copy));
  }

  CHECK_FALSE(std::filesystem::exists(copy.parent_path()));
}

}  // namespace
}  // namespace abv::plugin
