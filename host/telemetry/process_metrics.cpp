#include "host/telemetry/process_metrics.hpp"

#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace abv::telemetry {
namespace {

metrics::Series* gauge(metrics::Registry& registry, const char* name, const char* unit,
                       const char* help, std::vector<metrics::Label> labels = {}) {
  auto defined = registry.define({metrics::Kind::kGauge, name, unit, help, std::move(labels), {}});
  return defined ? *defined : nullptr;
}

void set(metrics::Series* series, double value) {
  if (series != nullptr) {
    series->record(value);
  }
}

// A number of /proc/self/status, such as "VmRSS:"; -1 when it is not there.
long status_number(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, key.size(), key) == 0) {
      return std::strtol(line.c_str() + key.size(), nullptr, 10);
    }
  }
  return -1;
}

}  // namespace

ProcessMetrics::ProcessMetrics(metrics::Registry& registry)
    : memory_(gauge(registry, "process_resident_memory", "By", "Resident memory.")),
      threads_(gauge(registry, "process_threads", "", "Threads.")),
      files_(gauge(registry, "process_open_fds", "", "Open file descriptors.")),
      max_files_(gauge(registry, "process_max_fds", "", "Most open file descriptors.")) {}

void ProcessMetrics::update() {
  if (const long kib = status_number("VmRSS:"); kib >= 0) {
    set(memory_, static_cast<double>(kib) * 1024);
  }
  if (const long threads = status_number("Threads:"); threads >= 0) {
    set(threads_, static_cast<double>(threads));
  }
  std::error_code error;
  double files = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++files;
  }
  if (!error) {
    set(files_, files);
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    set(max_files_, static_cast<double>(limit.rlim_cur));
  }
}

void set_gauge(metrics::Registry& registry, const char* name, const char* unit, const char* help,
               std::vector<metrics::Label> labels, double value) {
  set(gauge(registry, name, unit, help, std::move(labels)), value);
}

}  // namespace abv::telemetry
