#include "host/http/inbox.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace abv::http {
namespace {

// A small request in one system call; pages that are never touched cost nothing.
constexpr std::size_t kFirstCapacity = std::size_t{16} * 1024;

}  // namespace

void Inbox::make_room(std::size_t bytes) {
  if (capacity_ - end_ >= bytes) {
    return;
  }
  const std::size_t capacity = std::max({kFirstCapacity, 2 * capacity_, end_ + bytes});
  auto grown = std::make_unique_for_overwrite<char[]>(capacity);
  if (end_ > 0) {
    std::memcpy(grown.get(), buffer_.get(), end_);
  }
  buffer_ = std::move(grown);
  capacity_ = capacity;
}

void Inbox::settle() {
  if (begin_ > 0 && begin_ < end_) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  }
  end_ -= begin_;
  begin_ = 0;
  if (!put_back_.empty()) {
    make_room(put_back_.size());
    std::memcpy(buffer_.get() + end_, put_back_.data(), put_back_.size());
    end_ += put_back_.size();
    put_back_.clear();
  }
}

Result<std::size_t> Inbox::fill() {
  make_room(1);
  Result<std::size_t> got = stream_.read_some(buffer_.get() + end_, capacity_ - end_);
  if (got) {
    end_ += *got;
  }
  return got;
}

Result<std::size_t> Inbox::read(std::span<char> out) {
  read_from_buffer_ = begin_ < end_;
  if (read_from_buffer_) {
    const std::size_t bytes = std::min(end_ - begin_, out.size());
    std::memcpy(out.data(), buffer_.get() + begin_, bytes);
    begin_ += bytes;
    return bytes;
  }
  return stream_.read_some(out.data(), out.size());
}

void Inbox::put_back(std::string_view rest) {
  if (read_from_buffer_) {
    begin_ -= rest.size();
  } else {
    // The buffer still holds the head that the call's views point into.
    put_back_.assign(rest);
  }
}

}  // namespace abv::http
