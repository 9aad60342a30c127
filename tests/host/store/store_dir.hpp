#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace abv::store {

// A directory that goes with the test.
class StoreDir {
 public:
  StoreDir() {
    std::string path = (std::filesystem::temp_directory_path() / "abv-store-XXXXXX").string();
    path_ = ::mkdtemp(path.data());
  }
  StoreDir(const StoreDir&) = delete;
  StoreDir& operator=(const StoreDir&) = delete;
  ~StoreDir() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file() const { return path_ / "data" / "abv.db"; }

 private:
  std::filesystem::path path_;
};

}  // namespace abv::store
