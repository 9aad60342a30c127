#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "abv/sdk/sse.hpp"

namespace abv::gemini {

// Cuts a stream into its chunks, each the text of one JSON object. A stream has one of two forms,
// told by its first byte: server-sent events (?alt=sse), or one JSON array that grows.
class ChunkReader {
 public:
  explicit ChunkReader(std::size_t max_chunk_bytes)
      : limit_(max_chunk_bytes), frames_(max_chunk_bytes) {}

  // Calls `on_chunk(std::string_view)` for every chunk that `bytes` completes; the view lives until
  // that returns. False once a chunk is larger than the limit.
  template <class OnChunk>
  bool feed(std::string_view bytes, OnChunk&& on_chunk) {
    if (form_ == Form::kUnknown) {
      const auto first = bytes.find_first_not_of(" \t\r\n");
      if (first == std::string_view::npos) return true;
      bytes.remove_prefix(first);
      form_ = bytes.front() == '[' ? Form::kArray : Form::kEvents;
    }
    if (form_ == Form::kArray) return feed_array(bytes, on_chunk);
    return frames_.feed(bytes, [&](const sdk::SseFrame& frame) { on_chunk(frame.data); });
  }

  // The stream is over: gives a last frame without its empty line.
  template <class OnChunk>
  bool finish(OnChunk&& on_chunk) {
    return frames_.finish([&](const sdk::SseFrame& frame) { on_chunk(frame.data); });
  }

 private:
  enum class Form : std::uint8_t { kUnknown, kEvents, kArray };

  template <class OnChunk>
  bool feed_array(std::string_view bytes, OnChunk&& on_chunk) {
    std::size_t begin = 0;  // of what belongs to the open object
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      if (!step(bytes[at])) continue;
      if (depth_ == 1) {
        begin = at;
        continue;
      }
      object_.append(bytes.substr(begin, at + 1 - begin));
      if (object_.size() > limit_) return false;
      on_chunk(std::string_view(object_));
      object_.clear();
    }
    if (depth_ > 0) object_.append(bytes.substr(begin));
    return object_.size() <= limit_;
  }

  // Takes one byte of the array. True where an object begins (depth 1 now) or ends (depth 0 now).
  bool step(char c);

  std::size_t limit_;
  sdk::SseReader frames_;
  Form form_ = Form::kUnknown;
  std::string object_;
  std::size_t depth_ = 0;  // of braces
  bool in_string_ = false;
  bool after_backslash_ = false;
};

}  // namespace abv::gemini
