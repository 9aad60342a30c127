// Server-sent events: cuts a byte stream into frames, as the HTML standard says.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace abv::sdk {
inline namespace v1 {

// One frame. The views live until the function that received the frame returns.
struct SseFrame {
  std::string_view event;  // empty when the stream named none
  std::string_view data;   // lines joined by "\n"
};

// Fed with bytes cut anywhere, gives whole frames. Memory is kept from frame to frame.
class SseReader {
 public:
  // `max_frame_bytes` bounds what one unfinished frame may hold.
  explicit SseReader(std::size_t max_frame_bytes = kDefaultLimit) : limit_(max_frame_bytes) {}

  // Calls `on_frame(const SseFrame&)` for every frame that `bytes` completes. False once a frame is
  // larger than the limit; the reader is of no use afterwards.
  template <class OnFrame>
  bool feed(std::string_view bytes, OnFrame&& on_frame) {
    while (!bytes.empty() && !overflowed_) {
      // Two memchr are five times as fast as one find_first_of, and this runs for every chunk.
      const auto feed_at = bytes.find('\n');
      const auto return_at = bytes.substr(0, feed_at).find('\r');
      const auto end = return_at == std::string_view::npos ? feed_at : return_at;
      if (end == std::string_view::npos) {
        keep(bytes);
        break;
      }
      if (skip_line_feed_ && bytes.front() == '\n') {
        skip_line_feed_ = false;
        bytes.remove_prefix(1);
        continue;
      }
      take_line(bytes.substr(0, end), on_frame);
      skip_line_feed_ = bytes[end] == '\r';
      bytes.remove_prefix(end + 1);
    }
    return !overflowed_;
  }

  // The stream is over. A last frame without its empty line is given all the same, because there
  // are servers that leave it out; the standard would drop it.
  template <class OnFrame>
  bool finish(OnFrame&& on_frame) {
    if (!line_.empty()) take_line({}, on_frame);
    dispatch(on_frame);
    return !overflowed_;
  }

 private:
  static constexpr std::size_t kDefaultLimit = std::size_t{16} << 20U;

  void keep(std::string_view piece) {
    skip_line_feed_ = false;
    line_.append(piece);
    overflowed_ = line_.size() + data_.size() > limit_;
  }

  template <class OnFrame>
  void take_line(std::string_view rest, OnFrame&& on_frame) {
    if (line_.empty()) return read_line(rest, on_frame);
    keep(rest);
    if (!overflowed_) read_line(line_, on_frame);
    line_.clear();
  }

  template <class OnFrame>
  void read_line(std::string_view line, OnFrame&& on_frame) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (std::exchange(at_start_, false) && line.substr(0, 3) == kByteOrderMark) {
      line.remove_prefix(3);
    }
    if (line.empty()) return dispatch(on_frame);
    const auto colon = line.find(':');
    const auto field = line.substr(0, colon);
    auto value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    if (field == "event") event_ = value;
    if (field != "data") return;
    if (has_data_) data_.push_back('\n');
    has_data_ = true;
    data_.append(value);
    overflowed_ = data_.size() > limit_;
  }

  template <class OnFrame>
  void dispatch(OnFrame&& on_frame) {
    if (has_data_ && !overflowed_) on_frame(SseFrame{event_, data_});
    has_data_ = false;
    data_.clear();
    event_.clear();
  }

  std::size_t limit_;
  std::string line_;  // the start of a line whose end has not come
  std::string event_;
  std::string data_;
  bool has_data_ = false;
  bool at_start_ = true;
  bool skip_line_feed_ = false;  // the last byte was CR: a LF now belongs to it
  bool overflowed_ = false;
};

}  // namespace v1
}  // namespace abv::sdk
