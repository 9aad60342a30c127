#include "host/plugin/library_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "abv/abi/entry.h"
#include "host/plugin/exported_symbols.hpp"

namespace abv::plugin {
namespace {

constexpr std::size_t kMaxLibraryBytes = std::size_t{256} << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error refused(const std::filesystem::path& file, const std::string& rule) {
  return Error{Error::Code::kDenied, file.string() + ": " + rule};
}

Error system_error(const std::filesystem::path& file, const std::string& doing, int number) {
  return Error{number == ENOENT ? Error::Code::kNotFound : Error::Code::kIo,
               file.string() + ": " + doing + ": " + std::system_category().message(number)};
}

// Whoever can write to a plugin can run code as this user.
Result<void> check_owner(const std::filesystem::path& path, const struct stat& status) {
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    return refused(path, "belongs to user " + std::to_string(status.st_uid) +
                             ", expected root or the user that runs the host");
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return refused(path, "can be written to by group or others; run: chmod go-w " + path.string());
  }
  return {};
}

Result<void> check_descriptor(const Descriptor& descriptor, const std::filesystem::path& path,
                              mode_t type, const char* expected) {
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) {
    return system_error(path, "cannot examine it", errno);
  }
  if ((status.st_mode & S_IFMT) != type) {
    return refused(path, expected);
  }
  return check_owner(path, status);
}

Result<std::string> read_all(const Descriptor& descriptor, const std::filesystem::path& file) {
  std::string bytes;
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    const ssize_t n = ::read(descriptor.get(), buffer.data(), buffer.size());
    if (n == 0) {
      return bytes;
    }
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return system_error(file, "cannot read it", errno);
    }
    bytes.append(buffer.data(), static_cast<std::size_t>(n));
    if (bytes.size() > kMaxLibraryBytes) {
      return Error{Error::Code::kLimit, file.string() + ": a plugin may have 256 MiB"};
    }
  }
}

bool is_entry(std::string_view symbol) {
  return symbol.starts_with("abv_plugin_entry_v");
}

std::string join(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kShown; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > kShown ? text + ", …" : text;
}

}  // namespace

Result<std::string> read_library_file(const std::filesystem::path& file) {
  const std::filesystem::path dir = file.parent_path().empty() ? "." : file.parent_path();
  const Descriptor parent(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.is_open()) {
    return system_error(dir, "cannot open the plugin directory", errno);
  }
  if (Result<void> checked = check_descriptor(parent, dir, S_IFDIR, "is not a directory");
      !checked) {
    return checked.error();
  }
  // O_NONBLOCK, because opening a FIFO would wait for a writer.
  const Descriptor library(::openat(parent.get(), file.filename().c_str(),
                                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!library.is_open() && errno == ELOOP) {
    return refused(file, "is a symbolic link; a plugin has to be the file itself");
  }
  if (!library.is_open()) {
    return system_error(file, "cannot open the plugin", errno);
  }
  if (Result<void> checked = check_descriptor(library, file, S_IFREG, "is not a regular file");
      !checked) {
    return checked.error();
  }
  return read_all(library, file);
}

Result<void> check_exports(std::string_view bytes, const std::filesystem::path& file) {
  const auto invalid = [&](const std::string& rule) {
    return Error{Error::Code::kInvalid, file.string() + ": " + rule};
  };
  Result<std::vector<std::string>> symbols = exported_symbols(bytes);
  if (!symbols) {
    return invalid(symbols.error().message);
  }
  std::vector<std::string> entries;
  std::vector<std::string> others;
  for (std::string& symbol : *symbols) {
    (is_entry(symbol) ? entries : others).push_back(std::move(symbol));
  }
  if (entries.empty()) {
    return invalid("is no plugin: it does not export " ABV_ENTRY_SYMBOL);
  }
  if (entries.size() > 1) {
    return invalid("exports more than one entry: " + join(entries));
  }
  if (entries.front() != ABV_ENTRY_SYMBOL) {
    return invalid("is built for another major of the ABI: it exports " + entries.front() +
                   ", this host loads " ABV_ENTRY_SYMBOL);
  }
  if (!others.empty()) {
    return invalid("exports more than its entry: " + join(others) +
                   "; link it with a version script that keeps all else local");
  }
  return {};
}

Result<void> write_copy(std::string_view bytes, const std::filesystem::path& copy) {
  const Descriptor out(::open(copy.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500));
  if (!out.is_open()) {
    return system_error(copy, "cannot make the copy that is loaded", errno);
  }
  while (!bytes.empty()) {
    const ssize_t n = ::write(out.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      return system_error(copy, "cannot write the copy that is loaded", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace abv::plugin
