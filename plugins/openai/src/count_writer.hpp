#pragma once

#include "answer_writer.hpp"

namespace abv::openai {

// Writes the answer of /v1/responses/input_tokens, which is one number. Throws Stopped
// ABV_E_INVALID when no event told it.
class CountWriter : public AnswerWriter {
 public:
  explicit CountWriter(const sdk::CodecParams& params) : AnswerWriter(params, {}) {}

 protected:
  void on_start(sdk::Writer& /*out*/) override {}
  void on_content(const sdk::Event& /*event*/, sdk::Writer& /*out*/) override {}
  void on_finish(sdk::Writer& out) override;
};

}  // namespace abv::openai
