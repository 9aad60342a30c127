#include "host/lane/arena.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace abv::lane {

void* Arena::alloc(std::size_t size, std::size_t align) {
  const bool is_power_of_two = align != 0 && (align & (align - 1)) == 0;
  if (!is_power_of_two || align > kBlock) {
    return nullptr;
  }
  void* place = at_;
  if (at_ == nullptr || std::align(align, size, place, free_) == nullptr) {
    if (size > left_) {
      return nullptr;
    }
    const std::size_t block = std::max(kBlock, size + align);
    left_ -= std::min(left_, block);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
    at_ = blocks_.back().get();
    free_ = block;
    place = at_;
    std::align(align, size, place, free_);
  }
  at_ = static_cast<std::byte*>(place) + size;
  free_ -= size;
  return place;
}

std::string_view Arena::keep(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  void* place = alloc(text.size(), 1);
  if (place == nullptr) {
    throw std::bad_alloc();
  }
  std::memcpy(place, text.data(), text.size());
  return {static_cast<const char*>(place), text.size()};
}

}  // namespace abv::lane
