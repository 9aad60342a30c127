#include "host/app/log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace abv::app {

LogFile::~LogFile() {
  if (fd_ != STDERR_FILENO) {
    ::close(fd_);
  }
}

Result<void> LogFile::open(const std::string& path) {
  int opened = STDERR_FILENO;
  if (!path.empty()) {
    opened = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (opened < 0) {
      return Error{Error::Code::kIo, "log.file: cannot open " + path + ": " + std::strerror(errno)};
    }
  }
  const std::lock_guard lock(mutex_);
  const int old = std::exchange(fd_, opened);
  if (old != STDERR_FILENO) {
    ::close(old);
  }
  return {};
}

void LogFile::write(std::string_view line) {
  const std::lock_guard lock(mutex_);
  FdLogSink(fd_).write(line);
}

}  // namespace abv::app
