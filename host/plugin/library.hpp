#pragma once

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "abv/abi/plugin.h"
#include "host/base/result.hpp"
#include "host/plugin/manifest.hpp"

namespace abv::plugin {

// A loaded plugin library. Its code is never unmapped: a `thread_local` or a thread that it left
// behind would crash the host otherwise. What ends is its use (retire).
class Library {
 public:
  struct Want {
    const Manifest& manifest;
    std::filesystem::path file;      // of the library
    std::string sha256;              // that the allow-list asks for, or empty
    std::filesystem::path copy_dir;  // 0700, of this process; the copy is made in it
    unsigned number = 0;             // of the copy; never given twice for one copy_dir
  };

  // Opens, checks, copies and loads. Nothing of the library runs before all that can be checked
  // from outside has been. Every error names the file and the rule. Load thread.
  static Result<std::shared_ptr<Library>> load(const Want& want);

  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library();

  const Manifest& manifest() const { return manifest_; }
  const std::string& id() const { return manifest_.id; }
  const std::string& version() const { return manifest_.version; }
  const std::string& sha256() const { return manifest_.sha256; }
  const std::filesystem::path& file() const { return file_; }

  // The file that is mapped.
  const std::filesystem::path& copy() const { return copy_; }

  // Null when there is none of that name. Valid for ever.
  const abv_component* find(std::string_view component) const;

  // Tells the library (deinit) that no instance will be made of it again. Once; load thread, with
  // no instance alive.
  void retire();

 private:
  Library(Manifest manifest, std::filesystem::path file, std::filesystem::path copy);

  Result<void> open_copy();
  Result<void> read_entry();
  Result<void> check_description() const;
  Result<void> check_component(std::size_t index) const;
  Result<void> initialise();

  const Manifest manifest_;
  const std::filesystem::path file_;
  const std::filesystem::path copy_;
  boost::dll::shared_library handle_;
  const abv_plugin* plugin_ = nullptr;
  bool initialised_ = false;
};

}  // namespace abv::plugin
