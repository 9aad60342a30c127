// A search that is quick on long texts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abv::sdk {
inline namespace v1 {

// A short text that is looked for again and again, such as a key in every frame of a stream.
// Horspool's search: it reads about one byte in as many as the text is long, which
// std::string_view::find does not.
class Needle {
 public:
  // `text` is a literal of 1 to 255 bytes.
  constexpr explicit Needle(std::string_view text) : text_(text) {
    const auto size = static_cast<std::uint8_t>(text.size());
    skip_.fill(size);
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      skip_[static_cast<unsigned char>(text[i])] = static_cast<std::uint8_t>(size - 1 - i);
    }
  }

  bool is_in(std::string_view hay) const { return find(hay) != std::string_view::npos; }

  // Where it begins first, or npos.
  std::size_t find(std::string_view hay) const {
    const std::size_t last = text_.size() - 1;
    for (std::size_t end = last; end < hay.size();) {
      const auto byte = static_cast<unsigned char>(hay[end]);
      if (hay[end] == text_[last] && hay.substr(end - last, text_.size()) == text_) {
        return end - last;
      }
      end += skip_[byte];
    }
    return std::string_view::npos;
  }

 private:
  std::string_view text_;
  std::array<std::uint8_t, 256> skip_{};
};

}  // namespace v1
}  // namespace abv::sdk
