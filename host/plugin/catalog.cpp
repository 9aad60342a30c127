#include "host/plugin/catalog.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace abv::plugin {

Catalog Catalog::scan(const std::vector<std::filesystem::path>& dirs) {
  Catalog catalog;
  catalog.dirs_ = dirs;
  for (const std::filesystem::path& dir : dirs) {
    catalog.add_dir(dir);
  }
  return catalog;
}

void Catalog::add_dir(const std::filesystem::path& dir) {
  std::error_code failure;
  std::vector<std::filesystem::path> files;
  std::filesystem::directory_iterator entry(dir, failure);
  for (const std::filesystem::directory_iterator end; !failure && entry != end;
       entry.increment(failure)) {
    if (entry->path().filename().string().ends_with(".abv.json")) {
      files.push_back(entry->path());
    }
  }
  if (failure) {
    problems_.push_back(
        Error{Error::Code::kIo,
              dir.string() + ": cannot list the plugin directory: " + failure.message()});
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    add_file(file);
  }
}

void Catalog::add_file(const std::filesystem::path& file) {
  Result<Manifest> manifest = read_manifest(file);
  if (!manifest) {
    problems_.push_back(manifest.error());
    return;
  }
  if (const Manifest* known = find(manifest->id); known != nullptr) {
    problems_.push_back(Error{
        Error::Code::kInvalid,
        file.string() + ": id: \"" + manifest->id + "\" is already in " + known->file.string()});
    return;
  }
  manifests_.push_back(*std::move(manifest));
}

const Manifest* Catalog::find(std::string_view id) const {
  const auto found = std::find_if(manifests_.begin(), manifests_.end(),
                                  [&](const Manifest& known) { return known.id == id; });
  return found == manifests_.end() ? nullptr : &*found;
}

}  // namespace abv::plugin
