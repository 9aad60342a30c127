#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "answer_writer.hpp"

namespace abv::openai {

// Writes the answer of /v1/embeddings, with numbers or, where the client asked for it (OpenAI's own
// SDKs do), with 32-bit floats in base64.
class EmbeddingsWriter : public AnswerWriter {
 public:
  explicit EmbeddingsWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& /*out*/) override {}
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  // Throws Stopped ABV_E_INVALID when there is no embedding, or one of no numbers.
  void on_finish(sdk::Writer& out) override;

 private:
  bool is_base64_ = false;
  std::map<std::uint32_t, std::string> vectors_;  // arrays of numbers, by input
};

}  // namespace abv::openai
