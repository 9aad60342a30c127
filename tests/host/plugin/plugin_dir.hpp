#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/base/log.hpp"
#include "host/plugin/loader.hpp"
#include "tests/support/log_sinks.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::plugin {

// What a manifest says; by default it is right for the plugins of tests/bad-plugins.
struct ManifestText {
  std::string id{};  // empty: that of the plugin
  std::string version = "1.0.0";
  std::string platform = std::string(host_platform());
  std::string sha256{};  // empty: that of the library
  std::string major = "1";
  std::vector<std::string> components{"plain"};

  std::string json() const;
};

// A directory with plugins, and a host that loads from it. It goes with the test.
class PluginDir {
 public:
  PluginDir();
  PluginDir(const PluginDir&) = delete;
  PluginDir& operator=(const PluginDir&) = delete;

  // Puts a plugin of tests/bad-plugins there, under `as` if that is given, with its own manifest.
  void add(const std::string& name, const std::string& as = "");

  // The same with another manifest.
  void add(const std::string& name, ManifestText manifest);

  void write(const std::string& file_name, const std::string& content);

  std::filesystem::path path() const { return root_.path() / "plugins"; }
  std::filesystem::path file(const std::string& name) const { return path() / (name + ".so"); }
  std::filesystem::path manifest(const std::string& name) const {
    return path() / (name + ".abv.json");
  }
  std::filesystem::path run_dir() const { return root_.path() / "run"; }
  std::string sha256(const std::string& name) const;

  // Of the plugin that is built as `name`.
  static std::string id_of(const std::string& name);

  // Scans the directory and loads; without an id, what was added last.
  Result<std::shared_ptr<Library>> load(const std::string& id = "");
  Result<std::shared_ptr<Library>> load(const AllowedPlugin& allowed);

  // The text of the refusal; empty when it was loaded after all.
  std::string refusal(const std::string& id = "");

  Loader& loader() { return *loader_; }
  Log& log() { return log_; }
  const std::string& log_text() const { return lines_.text(); }
  test::VirtualClock& clock() { return clock_; }

 private:
  test::TempDir root_;
  test::VirtualClock clock_;
  test::TextSink lines_;
  Log log_{lines_, clock_};
  std::unique_ptr<Loader> loader_;
  std::string last_id_;
};

}  // namespace abv::plugin
