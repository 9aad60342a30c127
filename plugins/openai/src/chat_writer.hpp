#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer_parts.hpp"
#include "answer_writer.hpp"
#include "chat_client.hpp"

namespace abv::openai {

// Writes chat answers: chunks that end with [DONE], or one completion. Counts stand in a stream
// only when the request asked for them with stream_options.include_usage. Of signatures, those of
// tool calls have a form here, which is Google's; reasoning has none.
class ChatWriter : public AnswerWriter {
 public:
  explicit ChatWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& out) override;
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_stop(const sdk::Event& stop) override;
  void on_finish(sdk::Writer& out) override;

 private:
  // A call of a stream; the place is its index.
  struct ToolCall {
    std::uint32_t part = 0;
    bool is_custom = false;
    bool is_held = false;  // free text that comes as JSON, and can only be told when it is whole
    bool has_arguments = false;
    bool is_ended = false;
    std::string held;
  };

  struct Choice {
    std::uint32_t number = 0;
    std::optional<sdk::StopReason> stop;
    std::size_t characters = 0;  // of text so far
    std::size_t part_begin = 0;  // where its newest part begins, in characters
    std::string part_text;       // of its newest part
    std::optional<std::uint32_t> text_part;
    std::optional<std::uint32_t> refusal_part;
    std::string signature;  // of the call that comes next
    std::uint32_t signature_part = 0;
    std::vector<ToolCall> calls;                   // of a stream
    AnswerParts parts;                             // of a whole answer
    std::vector<std::string> annotations;          // of a whole answer
    std::string audio_id, audio_data, transcript;  // of a whole answer
    std::optional<std::int64_t> audio_expires_at;
  };

  Choice& choice(std::uint32_t number, sdk::Writer* out);
  void note_text(Choice& choice, const sdk::Event& event);
  bool has_calls(const Choice& choice) const;
  std::string_view finish_reason(const Choice& choice) const;
  std::string call_id(std::string_view given, const Choice& choice, std::size_t number) const;
  bool is_custom(std::string_view name, bool is_told) const;
  std::string annotation_of(const Choice& choice, const sdk::Event& citation) const;

  // chat_writer.cpp: a stream
  void stream_content(Choice& choice, const sdk::Event& event, sdk::Writer& out);
  void stream_text(const Choice& choice, std::string_view key, std::string_view text,
                   sdk::Writer& out);
  void stream_raw(const Choice& choice, std::string_view key, std::string_view raw,
                  sdk::Writer& out);
  void stream_logprobs(const Choice& choice, const sdk::Event& event, sdk::Writer& out);
  void begin_call(Choice& choice, const sdk::Event& event, sdk::Writer& out);
  void add_arguments(Choice& choice, const sdk::Event& event, sdk::Writer& out);
  void write_arguments(const Choice& choice, std::size_t number, std::string_view piece,
                       sdk::Writer& out);
  void end_call(Choice& choice, std::uint32_t part, sdk::Writer& out);
  void finish_stream(sdk::Writer& out);
  void begin_delta(const Choice& choice);
  void end_delta(std::string_view finish_reason, sdk::Writer& out);
  void write_chunk(sdk::Writer& out);

  // chat_completion.cpp: a whole answer
  void keep_content(Choice& choice, const sdk::Event& event);
  void keep_audio(Choice& choice, const sdk::Event& event);
  void finish_whole(sdk::Writer& out);
  void put_choice(const Choice& choice);
  void put_message(const Choice& choice);
  void put_audio(const Choice& choice);
  void put_calls(const Choice& choice);
  void put_call(const Choice& choice, const Part& call, std::size_t number);
  void put_logprobs(const Choice& choice);

  void put_head(std::string_view object);
  void put_signature(std::string_view signature);

  const ChatClient client_;
  std::vector<Choice> choices_;  // by their numbers
};

// {"type":"image_url","image_url":{"url":…}} of an image's URL, or of its media type and base64.
void put_chat_image(sdk::json::Writer& out, std::string_view url, std::string_view media_type,
                    std::string_view base64);

}  // namespace abv::openai
