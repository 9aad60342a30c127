// Every kind of library that must not be loaded is refused, with a text that names file and rule.

#include <signal.h>

#include <filesystem>
#include <string>

#include "tests/host/plugin/plugin_dir.hpp"
#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

using std::filesystem::perms;

bool is_default(int signal_number) {
  struct sigaction action {};
  ::sigaction(signal_number, nullptr, &action);
  return action.sa_handler == SIG_DFL;
}

TEST_CASE("a library without an entry is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("no_entry", ManifestText{});

  CHECK(dir.refusal() ==
        dir.file("no_entry").string() + ": is no plugin: it does not export abv_plugin_entry_v1");
}

TEST_CASE("a library with two entries is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("two_entries", ManifestText{});

  const std::string refusal = dir.refusal();

  CHECK_THAT(refusal, ContainsSubstring(dir.file("two_entries").string() +
                                        ": exports more than one entry: "));
  CHECK_THAT(refusal, ContainsSubstring("abv_plugin_entry_v1"));
  CHECK_THAT(refusal, ContainsSubstring("abv_plugin_entry_v2"));
}

TEST_CASE("a library of another major is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("wrong_major", ManifestText{});

  CHECK(dir.refusal() == dir.file("wrong_major").string() +
                             ": is built for another major of the ABI: it exports "
                             "abv_plugin_entry_v2, this host loads abv_plugin_entry_v1");
}

TEST_CASE("a library that exports more than its entry is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("other_exports", ManifestText{});

  CHECK_THAT(dir.refusal(),
             ContainsSubstring(dir.file("other_exports").string() +
                               ": exports more than its entry: helpful_function; link it with"));
}

TEST_CASE("a file that is no ELF library is refused", "[plugin][refusal]") {
  PluginDir dir;
  const std::string text = GENERATE("", "#!/bin/sh\necho hello\n", std::string(4096, 'x'));
  dir.write("not_elf.so", text);
  ManifestText manifest;
  manifest.sha256 = dir.sha256("not_elf");
  manifest.id = "test.not-elf";
  dir.write("not_elf.abv.json", manifest.json());

  CHECK(dir.refusal("test.not-elf") ==
        dir.file("not_elf").string() + ": it is not a 64-bit ELF shared library");
}

TEST_CASE("an entry that gives nothing is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("entry_null", ManifestText{});

  CHECK(dir.refusal() == dir.file("entry_null").string() +
                             ": its entry gave nothing: the plugin cannot work on this machine");
}

TEST_CASE("an entry that gives another description each time is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("entry_changes");

  CHECK_THAT(dir.refusal(), ContainsSubstring(dir.file("entry_changes").string() +
                                              ": its entry gave two different descriptions"));
}

TEST_CASE("a list of components with a hole is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("null_component", ManifestText{});

  CHECK(dir.refusal() == dir.file("null_component").string() + ": component 1 is null");
}

TEST_CASE("two components of one name are refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("duplicate_component", ManifestText{});

  CHECK(dir.refusal() ==
        dir.file("duplicate_component").string() + ": has two components named \"plain\"");
}

TEST_CASE("a library whose init fails is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("init_fails");

  CHECK(dir.refusal() == dir.file("init_fails").string() + ": its init failed: io");
}

TEST_CASE("a library that changes a signal's handling is refused, and it is put back",
          "[plugin][refusal]") {
  PluginDir dir;
  dir.add("changes_signal_handler");

  CHECK(dir.refusal() == dir.file("changes_signal_handler").string() +
                             ": changed the handling of SIGUSR2 while it was loaded; signals are "
                             "the host's, it was put back");
  CHECK(is_default(SIGUSR2));
}

TEST_CASE("a library that is not what its manifest says is refused", "[plugin][refusal]") {
  PluginDir dir;
  ManifestText manifest;
  std::string rule;

  SECTION("another id") {
    manifest.id = "test.other";
    rule = "says that it is \"test.plain\", its manifest " + dir.manifest("plain").string() +
           " says \"test.other\"";
  }
  SECTION("another version") {
    manifest.version = "1.0.1";
    rule = "says that its version is \"1.0.0\", its manifest " + dir.manifest("plain").string() +
           " says \"1.0.1\"";
  }
  SECTION("a component that the library has not") {
    manifest.components = {"plain", "fancy"};
    rule = "has no component \"fancy\", but its manifest";
  }
  SECTION("a component that the manifest has not") {
    manifest.components = {"fancy"};
    rule = "does not name component 0, \"plain\"";
  }
  SECTION("another digest") {
    manifest.sha256 = std::string(64, 'a');
    rule = ", its manifest " + dir.manifest("plain").string() + " says " + manifest.sha256;
  }
  dir.add("plain", manifest);

  const std::string refusal = dir.refusal();

  CHECK_THAT(refusal, ContainsSubstring(dir.file("plain").string() + ": "));
  CHECK_THAT(refusal, ContainsSubstring(rule));
}

TEST_CASE("a library with another digest than the allow-list's is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  const std::string wanted(64, 'b');

  const auto library = dir.load(AllowedPlugin{"test.plain", wanted, "", ""});

  REQUIRE_FALSE(library.ok());
  CHECK(library.error().code == Error::Code::kDenied);
  CHECK(library.error().message == dir.file("plain").string() + ": its sha256 is " +
                                       dir.sha256("plain") + ", plugins.allow asks for " + wanted);
}

TEST_CASE("a library that others may write to is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  std::filesystem::permissions(dir.file("plain"), perms(0757));

  CHECK(dir.refusal() == dir.file("plain").string() +
                             ": can be written to by group or others; run: chmod go-w " +
                             dir.file("plain").string());
}

TEST_CASE("a library in a directory that others may write to is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  std::filesystem::permissions(dir.path(), perms(0775));

  CHECK(dir.refusal() == dir.path().string() +
                             ": can be written to by group or others; run: chmod go-w " +
                             dir.path().string());
}

TEST_CASE("a symbolic link is not followed to a library", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  const std::filesystem::path elsewhere = dir.path() / "elsewhere";
  std::filesystem::rename(dir.file("plain"), elsewhere);
  std::filesystem::create_symlink(elsewhere, dir.file("plain"));

  CHECK(dir.refusal() ==
        dir.file("plain").string() + ": is a symbolic link; a plugin has to be the file itself");
}

TEST_CASE("a directory in the place of a library is refused", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  std::filesystem::remove(dir.file("plain"));
  std::filesystem::create_directory(dir.file("plain"));

  CHECK(dir.refusal() == dir.file("plain").string() + ": is not a regular file");
}

TEST_CASE("a library that is missing beside its manifest is named", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  std::filesystem::remove(dir.file("plain"));

  const auto library = dir.load();

  REQUIRE_FALSE(library.ok());
  CHECK(library.error().code == Error::Code::kNotFound);
  CHECK_THAT(library.error().message, ContainsSubstring(dir.file("plain").string()));
}

TEST_CASE("a library without a manifest is not found", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  std::filesystem::remove(dir.manifest("plain"));

  CHECK(dir.refusal() ==
        "plugin test.plain was not found in plugins.dirs (" + dir.path().string() + ")");
}

TEST_CASE("a manifest that cannot be read is told when its plugin is asked for",
          "[plugin][refusal]") {
  PluginDir dir;
  dir.add("plain");
  dir.write("plain.abv.json", "{\"abv_manifest\":1,");

  const std::string refusal = dir.refusal();

  CHECK_THAT(refusal, ContainsSubstring("plugin test.plain was not found"));
  CHECK_THAT(refusal, ContainsSubstring(dir.manifest("plain").string() + ": not JSON"));
}

TEST_CASE("what was refused leaves no copy behind", "[plugin][refusal]") {
  PluginDir dir;
  dir.add("init_fails");
  dir.add("no_entry", ManifestText{});

  REQUIRE_FALSE(dir.refusal("test.init-fails").empty());
  REQUIRE_FALSE(dir.refusal("test.no-entry").empty());

  using Files = std::filesystem::recursive_directory_iterator;
  CHECK(std::count_if(Files(dir.run_dir()), Files(),
                      [](const auto& entry) { return entry.is_regular_file(); }) == 0);
}

}  // namespace
}  // namespace abv::plugin
