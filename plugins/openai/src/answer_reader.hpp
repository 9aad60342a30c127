#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"
#include "abv/sdk/sse.hpp"

namespace abv::openai {

// Reads the answers of one family of operations into events; the decoder owns framing and limits.
class AnswerReader {
 public:
  explicit AnswerReader(std::uint64_t wanted) : wanted_(wanted) {}
  AnswerReader(const AnswerReader&) = delete;
  AnswerReader& operator=(const AnswerReader&) = delete;
  virtual ~AnswerReader() = default;

  // True for a frame that can give no wanted event; told without parsing.
  virtual bool can_skip(const sdk::SseFrame& frame) = 0;

  // One frame of a stream.
  virtual void on_chunk(const sdk::json::Value& chunk, sdk::EventSink& sink) = 0;

  // The frame [DONE].
  virtual void on_done(sdk::EventSink& /*sink*/) {}

  // A whole document.
  virtual void on_whole(const sdk::json::Value& body, sdk::EventSink& sink) = 0;

  // True once STOP or ERROR was given.
  bool is_ended() const { return is_ended_; }

  // The input is over: gives what was held back. False when the answer has no end.
  virtual bool finish(sdk::EventSink& /*sink*/) { return is_ended_; }

 protected:
  bool wants(std::uint32_t kind) const { return (wanted_ & ABV_EVENT_BIT(kind)) != 0; }
  bool wants_any(std::uint64_t kinds) const { return (wanted_ & kinds) != 0; }

  // START, once; from the first object that names the answer.
  void start(const sdk::json::Value& answer, sdk::EventSink& sink);
  void give_text(std::uint32_t kind, std::string_view text, std::uint32_t index,
                 sdk::EventSink& sink);
  void give_usage(const abv_usage& counts, sdk::EventSink& sink);
  void give_stop(sdk::StopReason reason, std::string_view word, sdk::EventSink& sink);

  // ERROR, and the end. Takes an error object, or an error that is a mere text.
  void fail(const sdk::json::Value& error, sdk::EventSink& sink);

  const std::uint64_t wanted_;
  bool is_started_ = false;
  bool is_ended_ = false;
  std::string scratch_, more_scratch_;
};

inline constexpr std::uint64_t kContentEvents =
    ABV_EVENT_BIT(ABV_EVENT_TEXT) | ABV_EVENT_BIT(ABV_EVENT_REASONING) |
    ABV_EVENT_BIT(ABV_EVENT_SIGNATURE) | ABV_EVENT_BIT(ABV_EVENT_TOOL_START) |
    ABV_EVENT_BIT(ABV_EVENT_TOOL_ARGUMENTS) | ABV_EVENT_BIT(ABV_EVENT_TOOL_END) |
    ABV_EVENT_BIT(ABV_EVENT_IMAGE) | ABV_EVENT_BIT(ABV_EVENT_CITATION) |
    ABV_EVENT_BIT(ABV_EVENT_OPAQUE) | ABV_EVENT_BIT(ABV_EVENT_REFUSAL) |
    ABV_EVENT_BIT(ABV_EVENT_LOGPROBS);

}  // namespace abv::openai
