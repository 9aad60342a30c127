#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/plugin/manifest.hpp"

namespace abv::plugin {

// The plugins that are there, by their manifests: no library is opened for it.
class Catalog {
 public:
  // Reads all `*.abv.json` of the directories, in order, each directory by file name. What cannot
  // be read is in problems(), and so is an id that was seen before (the first one counts).
  static Catalog scan(const std::vector<std::filesystem::path>& dirs);

  const std::vector<Manifest>& manifests() const { return manifests_; }
  const std::vector<Error>& problems() const { return problems_; }
  const std::vector<std::filesystem::path>& dirs() const { return dirs_; }

  // Null when there is no such plugin.
  const Manifest* find(std::string_view id) const;

 private:
  void add_dir(const std::filesystem::path& dir);
  void add_file(const std::filesystem::path& file);

  std::vector<std::filesystem::path> dirs_;
  std::vector<Manifest> manifests_;
  std::vector<Error> problems_;
};

}  // namespace abv::plugin
