#include "tests/bench/upstream/body_scan.hpp"

#include <algorithm>
#include <optional>

#include "tests/bench/wire/dialect.hpp"

namespace abv::bench {
namespace {

constexpr std::size_t kTailBytes = 512;

// The value of the first key "stream" in `text`; nothing when it, or the start of its value, is
// not there.
std::optional<bool> find_stream_key(std::string_view text) {
  constexpr std::string_view kKey = "\"stream\"";
  constexpr std::string_view kBlanks = " \t\r\n";
  for (std::size_t at = text.find(kKey); at != std::string_view::npos;
       at = text.find(kKey, at + 1)) {
    const std::size_t colon = text.find_first_not_of(kBlanks, at + kKey.size());
    if (colon == std::string_view::npos || text[colon] != ':') continue;
    const std::size_t value = text.find_first_not_of(kBlanks, colon + 1);
    if (value != std::string_view::npos) return text[value] == 't';
  }
  return std::nullopt;
}

std::optional<std::string_view> find_marker(std::string_view text) {
  const std::size_t at = text.find(kMarker);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t begin = at + kMarker.size();
  const std::size_t end = text.find('"', begin);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(begin, end - begin);
}

}  // namespace

void BodyScan::restart(bool wants_stream_key, bool wants_marker) {
  wants_stream_key_ = wants_stream_key;
  wants_marker_ = wants_marker;
  asks_for_stream_ = false;
  options_.clear();
  tail_.clear();
}

void BodyScan::feed(std::string_view piece) {
  if (!wants_stream_key_ && !wants_marker_) return;
  if (tail_.empty()) {
    search(piece);
    if (wants_stream_key_ || wants_marker_) {
      tail_ = piece.substr(piece.size() - std::min(piece.size(), kTailBytes));
    }
    return;
  }
  tail_ += piece;
  search(tail_);
  if (tail_.size() > kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
}

void BodyScan::search(std::string_view window) {
  if (wants_stream_key_) {
    if (const auto value = find_stream_key(window)) {
      asks_for_stream_ = *value;
      wants_stream_key_ = false;
    }
  }
  if (wants_marker_) {
    if (const auto options = find_marker(window)) {
      options_ = *options;
      wants_marker_ = false;
    }
  }
}

}  // namespace abv::bench
