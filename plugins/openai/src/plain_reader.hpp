#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "answer_reader.hpp"

namespace abv::openai {

// Reads answers that are no conversation, for their counts: embeddings, images, transcriptions. Of
// embeddings that are told as numbers, it gives these too.
class PlainReader : public AnswerReader {
 public:
  using AnswerReader::AnswerReader;

  bool can_skip(const sdk::SseFrame& frame) override;
  void on_chunk(const sdk::json::Value& chunk, sdk::EventSink& sink) override;
  void on_done(sdk::EventSink& sink) override;
  void on_whole(const sdk::json::Value& body, sdk::EventSink& sink) override;

  // A whole document that is too large to be kept: its first and its last bytes. Counts stand in
  // one of the two, because the bulk is one array or string.
  void on_ends(std::string_view head, std::string_view tail, sdk::EventSink& sink);

 private:
  void give_embeddings(const sdk::json::Value& body, sdk::EventSink& sink);
};

// The first and the last bytes of a document of any size.
class BodyEnds {
 public:
  static constexpr std::size_t kEndBytes = 32 * 1024;

  void append(std::string_view bytes);

  // The whole document, when it is small.
  bool is_whole() const { return size_ <= kEndBytes; }
  std::string_view head() const { return head_; }
  std::string_view tail() const;

 private:
  std::string head_;
  std::string tail_;  // up to twice kEndBytes, so that it is moved seldom
  std::size_t size_ = 0;
};

}  // namespace abv::openai
