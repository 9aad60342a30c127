#include "tests/bench/load/process_watch.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/bench/wire/arguments.hpp"
#include "tests/bench/wire/program.hpp"

namespace abv::bench {
namespace {

std::string proc_line(pid_t pid, std::string_view file) {
  std::ifstream input("/proc/" + std::to_string(pid) + '/' + std::string(file));
  std::string line;
  std::getline(input, line);
  return line;
}

}  // namespace

ProcessWatch::ProcessWatch(std::string_view pids) {
  while (!pids.empty()) {
    const std::size_t comma = pids.find(',');
    const auto pid = parse_number(pids.substr(0, comma));
    if (!pid) die("--watch-pids: expected numbers with commas, got \"" + std::string(pids) + '"');
    pids_.push_back(static_cast<pid_t>(*pid));
    pids.remove_prefix(comma == std::string_view::npos ? pids.size() : comma + 1);
  }
}

std::uint64_t ProcessWatch::rss_kib() const {
  std::uint64_t pages = 0;
  for (const pid_t pid : pids_) {
    std::istringstream fields(proc_line(pid, "statm"));
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    if (fields >> total >> resident) pages += resident;
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

std::uint64_t ProcessWatch::cpu_us() const {
  std::uint64_t ticks = 0;
  for (const pid_t pid : pids_) {
    const std::string line = proc_line(pid, "stat");
    // The name in parentheses may hold blanks; utime and stime are the 12th and 13th after it.
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) continue;
    std::istringstream fields(line.substr(name_end + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
      fields >> skipped;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    if (fields >> user >> system) ticks += user + system;
  }
  return ticks * 1'000'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
}

}  // namespace abv::bench
