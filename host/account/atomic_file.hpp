#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace abv::account {

// The steps of a write, in order. Whatever ends the process between two of them, the file holds
// either its old content or the new one, whole.
enum class WriteStep { kCreate, kWrite, kSync, kRename, kSyncDirectory };

// Replaces `file` with a new one of mode 0600 in the same directory. When it returns, the content
// is on disk. `before` is called before each step, for tests.
Result<void> write_atomically(const std::filesystem::path& file, std::string_view content,
                              const std::function<void(WriteStep)>& before = {});

Result<std::string> read_small_file(const std::filesystem::path& file);

// Keeps other processes that take the same lock out of a directory, for reading and writing back.
class DirectoryLock {
 public:
  static Result<DirectoryLock> take(const std::filesystem::path& directory);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace abv::account
