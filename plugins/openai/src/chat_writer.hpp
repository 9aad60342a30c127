#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "answer_parts.hpp"
#include "answer_writer.hpp"

namespace abv::openai {

// Writes chat answers: chunks that end with [DONE], or one completion. Counts stand in a stream
// only when the request asked for them with stream_options.include_usage. Signatures have no form
// here.
class ChatWriter : public AnswerWriter {
 public:
  explicit ChatWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& out) override;
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_finish(sdk::Writer& out) override;

 private:
  struct ToolCall {
    std::uint32_t part;
    bool has_arguments;
  };

  void start_call(const sdk::Event& event, sdk::Writer& out);
  void write_arguments(std::uint32_t part, std::string_view piece, sdk::Writer& out);
  void end_call(std::uint32_t part, sdk::Writer& out);
  void finish_stream(sdk::Writer& out);
  void finish_whole(sdk::Writer& out);
  void put_head(std::string_view object);
  void begin_delta();
  void end_delta(std::string_view finish_reason, sdk::Writer& out);
  void write_chunk(sdk::Writer& out);

  const bool gives_usage_;
  AnswerParts parts_;            // of a whole answer
  std::vector<ToolCall> calls_;  // of a stream; the place is the call's index
};

// Writes answers of the older completions, which know text only.
class CompletionWriter : public AnswerWriter {
 public:
  explicit CompletionWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& out) override;
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_finish(sdk::Writer& out) override;

 private:
  void put(std::string_view text, std::string_view finish_reason);
  void write_chunk(sdk::Writer& out);

  const bool gives_usage_;
  std::string text_;  // of a whole answer
};

}  // namespace abv::openai
