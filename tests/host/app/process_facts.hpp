#pragma once

#include <cstddef>
#include <filesystem>

namespace abv::test {

// What this process holds.
struct ProcessFacts {
  std::size_t threads = 0;
  std::size_t descriptors = 0;
  std::size_t library_copies = 0;  // that a host with its files in that directory has loaded
  std::size_t resident_kib = 0;
};

ProcessFacts process_facts(const std::filesystem::path& host_dir);

}  // namespace abv::test
