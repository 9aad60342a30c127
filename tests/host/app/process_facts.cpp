#include "tests/host/app/process_facts.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace abv::test {
namespace {

namespace fs = std::filesystem;

std::size_t count_entries(const fs::path& directory) {
  const fs::directory_iterator entries(directory);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

std::size_t count_copies(const fs::path& directory) {
  const fs::recursive_directory_iterator entries(directory);
  return static_cast<std::size_t>(
      std::count_if(begin(entries), end(entries),
                    [](const auto& entry) { return entry.path().extension() == ".so"; }));
}

std::size_t resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t kib = 0;
  while (status >> word) {
    if (word == "VmRSS:") {
      status >> kib;
      break;
    }
  }
  return kib;
}

}  // namespace

ProcessFacts process_facts(const fs::path& host_dir) {
  return {count_entries("/proc/self/task"), count_entries("/proc/self/fd"),
          count_copies(host_dir / "data" / "run"), resident_kib()};
}

}  // namespace abv::test
