#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace abv::lane {

// Memory that lives as long as its call. One thread.
class Arena {
 public:
  explicit Arena(std::size_t limit_bytes = std::size_t{16} << 20) : left_(limit_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Null when the limit is reached, or `align` is no power of two up to 4096.
  void* alloc(std::size_t size, std::size_t align);

  // A copy of `text` that lives as long as the arena. For the host's own, bounded texts: it throws
  // std::bad_alloc where alloc gives null.
  std::string_view keep(std::string_view text);

 private:
  static constexpr std::size_t kBlock = 4096;

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* at_ = nullptr;
  std::size_t free_ = 0;
  std::size_t left_;
};

}  // namespace abv::lane
