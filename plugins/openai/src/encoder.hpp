#pragma once

#include <memory>

#include "abv/sdk/dialect.hpp"
#include "answer_writer.hpp"

namespace abv::openai {

// Writes events as an answer of "chat", "completions", "responses", of images or audio, whole or
// streamed, or of "embeddings", "responses.compact" or "count_tokens". Throws Stopped
// ABV_E_UNSUPPORTED for other operations. Not thread-safe.
class Encoder {
 public:
  explicit Encoder(const sdk::CodecParams& params);

  void encode(const sdk::Event& event, sdk::Writer& out) { writer_->encode(event, out); }

  // Throws Stopped ABV_E_INVALID when neither STOP nor ERROR came: an answer that is not complete
  // must not look so.
  void finish(sdk::Writer& out) { writer_->finish(out); }

  const char* answer_type() const { return writer_->answer_type(); }

 private:
  std::unique_ptr<AnswerWriter> writer_;
};

}  // namespace abv::openai
