#include "host/account/atomic_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace abv::account {
namespace {

constexpr std::uintmax_t kMostBytes = 16u << 20;

Error failed(const char* what, const std::filesystem::path& file) {
  return Error{Error::Code::kIo,
               file.string() + ": cannot be " + what + ": " + std::strerror(errno)};
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

// Without it a rename may be undone by a power cut.
bool sync_directory(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return false;
  }
  const bool is_synced = ::fsync(fd) == 0;
  ::close(fd);
  return is_synced;
}

// A name that no other write uses, and that no reader of the directory takes for a file of its own.
std::filesystem::path temporary_name(const std::filesystem::path& file) {
  static std::atomic<unsigned> last{0};
  return file.parent_path() / ("." + file.filename().string() + "." + std::to_string(::getpid()) +
                               "-" + std::to_string(++last) + ".tmp");
}

// Removes what a failed write leaves behind.
class Temporary {
 public:
  explicit Temporary(std::filesystem::path path) : path_(std::move(path)) {}
  ~Temporary() {
    if (fd >= 0) {
      ::close(fd);
    }
    if (!is_renamed) {
      ::unlink(path_.c_str());
    }
  }
  const std::filesystem::path& path() const { return path_; }

  int fd = -1;
  bool is_renamed = false;

 private:
  const std::filesystem::path path_;
};

}  // namespace

Result<void> write_atomically(const std::filesystem::path& file, std::string_view content,
                              const std::function<void(WriteStep)>& before) {
  const auto step = [&](WriteStep what) {
    if (before) {
      before(what);
    }
  };
  step(WriteStep::kCreate);
  Temporary temporary(temporary_name(file));
  temporary.fd = ::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (temporary.fd < 0) {
    return failed("created", temporary.path());
  }
  step(WriteStep::kWrite);
  if (!write_all(temporary.fd, content)) {
    return failed("written", temporary.path());
  }
  step(WriteStep::kSync);
  if (::fsync(temporary.fd) != 0) {
    return failed("written", temporary.path());
  }
  step(WriteStep::kRename);
  if (::rename(temporary.path().c_str(), file.c_str()) != 0) {
    return failed("replaced", file);
  }
  temporary.is_renamed = true;
  step(WriteStep::kSyncDirectory);
  if (!sync_directory(file.parent_path())) {
    return failed("written", file.parent_path());
  }
  return {};
}

Result<std::string> read_small_file(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > kMostBytes) {
    return Error{Error::Code::kLimit, file.string() + ": is larger than 16 MiB"};
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf() || size == 0)) {
    return failed("read", file);
  }
  return std::move(text).str();
}

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / ".lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return failed("locked", file);
  }
  while (::flock(fd, LOCK_EX) != 0) {
    if (errno != EINTR) {
      ::close(fd);
      return failed("locked", file);
    }
  }
  return DirectoryLock(fd);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

}  // namespace abv::account
