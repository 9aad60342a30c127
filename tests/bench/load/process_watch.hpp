#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace abv::bench {

// Reads what some processes use, summed over them. A process that is gone counts as nothing.
class ProcessWatch {
 public:
  // `pids` is a list with commas; dies when it is not. Empty watches nothing.
  explicit ProcessWatch(std::string_view pids);

  bool is_empty() const { return pids_.empty(); }

  // Resident memory in KiB. Pages that processes share count once for each.
  std::uint64_t rss_kib() const;

  // User and system time since their start; the kernel counts it in steps of 10 ms.
  std::uint64_t cpu_us() const;

 private:
  std::vector<pid_t> pids_;
};

}  // namespace abv::bench
