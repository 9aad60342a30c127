#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "abv/sdk/sse.hpp"
#include "answer_reader.hpp"
#include "plain_reader.hpp"

namespace abv::openai {

// Reads one answer of any operation. Frames that can give no wanted event are told by a search for
// a few keys and never parsed. Answers that hold neither text nor counts (files, batches, speech)
// are passed over. Not thread-safe.
class Decoder {
 public:
  explicit Decoder(const sdk::CodecParams& params);

  // Throws Stopped: ABV_E_INVALID for malformed JSON, ABV_E_LIMIT for a frame or a conversation's
  // body over 16 MiB, or for embeddings over 128 MiB that are wanted themselves.
  void decode(std::string_view bytes, sdk::EventSink& sink);

  // Throws Stopped ABV_E_INVALID when the answer has no end: neither a finish_reason nor [DONE], or
  // half a document.
  void finish(sdk::EventSink& sink);

 private:
  void on_frame(const sdk::SseFrame& frame, sdk::EventSink& sink);
  void finish_whole(sdk::EventSink& sink);

  const bool is_stream_;
  const bool keeps_embeddings_;
  std::unique_ptr<AnswerReader> reader_;  // null when the answer is passed over
  PlainReader* plain_ = nullptr;          // the same, when it is one
  sdk::SseReader frames_;
  std::string body_;  // of a whole conversation, or of embeddings
  BodyEnds ends_;     // of everything else that is whole
  sdk::json::Document document_;
};

}  // namespace abv::openai
