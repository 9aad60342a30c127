#pragma once

#include <filesystem>

#include "tests/support/temp_dir.hpp"

namespace abv::store {

// A directory that goes with the test, and the database in it.
class StoreDir : public test::TempDir {
 public:
  std::filesystem::path file() const { return path() / "data" / "abv.db"; }
};

}  // namespace abv::store
