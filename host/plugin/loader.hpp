#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/plugin/allow_list.hpp"
#include "host/plugin/catalog.hpp"
#include "host/plugin/library.hpp"

namespace abv::plugin {

// A library that is mapped, but not in use any more.
struct RetiredLibrary {
  std::string id;
  std::string version;
  std::string sha256;
  std::int64_t retired_unix_ms = 0;
};

// Loads libraries and keeps them over generations: the same bytes are the same Library, changed
// bytes are a fresh load beside the old one.
//
// load() and retire_unused() are for the load thread; the lists may be read from any thread. It
// outlives every Library's use.
class Loader {
 public:
  // Makes `<runtime_dir>/plugins/` and a directory of its own in it, both 0700, for the copies that
  // are loaded; it goes with the loader. Directories of processes that are gone are removed.
  static Result<std::unique_ptr<Loader>> make(const std::filesystem::path& runtime_dir, Log& log,
                                              const Clock& clock);

  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  ~Loader();

  // The library of the plugin `id`: from the catalog, or from the file that the allow-list names.
  // kDenied when it is not allowed, kNotFound when it is not there.
  Result<std::shared_ptr<Library>> load(const Catalog& catalog, const AllowList& allowed,
                                        std::string_view id);

  // Retires the libraries that only the loader holds: to be called when an old generation is gone.
  void retire_unused();

  std::vector<RetiredLibrary> retired() const;
  std::size_t loaded_count() const;

 private:
  Loader(std::filesystem::path copy_dir, Log& log, const Clock& clock);

  static Result<Manifest> manifest_for(const Catalog& catalog, const AllowedPlugin& entry);
  void retire(Library& library);

  const std::filesystem::path copy_dir_;
  Log& log_;
  const Clock& clock_;
  unsigned last_number_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Library>> libraries_;
  std::vector<RetiredLibrary> retired_;
};

}  // namespace abv::plugin
