#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abv::bench {

// The length of the head (start line, header fields and the empty line) at the start of `bytes`;
// 0 when it is not all there.
std::size_t head_length(std::string_view bytes);

bool equal_ignoring_case(std::string_view left, std::string_view right);

// Walks through a head once: the start line, then field after field.
class HeadCursor {
 public:
  // `head` is what head_length measured. Views that come out point into it.
  explicit HeadCursor(std::string_view head);

  std::string_view start_line() const { return start_line_; }

  // The next field, with the blanks around its value removed. False at the end.
  bool next(std::string_view& name, std::string_view& value);

 private:
  std::string_view start_line_;
  std::string_view rest_;
};

// Takes the framing (content-length, chunked or until close) off a body as it arrives.
class BodyReader {
 public:
  struct Step {
    std::size_t used;          // bytes taken from the input, at least 1 when it was not empty
    std::string_view payload;  // the part of the input that belongs to the body; may be empty
  };

  void expect_length(std::uint64_t bytes);
  void expect_chunks();
  void expect_close();  // the body ends where the connection ends

  // Takes one step through `bytes`. Call it until the input is used up, or is_done, or is_broken.
  Step next(std::string_view bytes);

  bool is_done() const { return state_ == State::kDone; }
  bool is_broken() const { return state_ == State::kBroken; }
  bool ends_at_close() const { return state_ == State::kUntilClose; }

 private:
  enum class State {
    kDone,
    kLength,
    kUntilClose,
    kChunkSize,
    kChunkExtension,
    kChunkData,
    kChunkEnd,
    kTrailer,
    kBroken
  };

  void take_size_byte(char byte);
  void take_line_byte(char byte);
  void finish_size_line();

  State state_ = State::kDone;
  std::uint64_t left_ = 0;       // of the body or of the chunk
  std::size_t line_length_ = 0;  // of the size or trailer line so far, CR not counted
};

}  // namespace abv::bench
