#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "host/base/log.hpp"
#include "host/base/result.hpp"

namespace abv::app {

// Writes log lines to stderr, or to a file that can be opened anew after it was rotated away.
class LogFile final : public LogSink {
 public:
  LogFile() = default;
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
  ~LogFile() override;

  // Appends to `path` from now on, or writes to stderr when it is empty. On failure everything
  // stays as it was. Any thread.
  Result<void> open(const std::string& path);

  void write(std::string_view line) override;

 private:
  std::mutex mutex_;
  int fd_ = 2;
};

}  // namespace abv::app
