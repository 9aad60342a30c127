#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "abv/sdk/sse.hpp"
#include "opaque_block.hpp"
#include "usage.hpp"

namespace abv::claude {

// Reads one answer of the Messages API, whole or streamed.
//
// A frame that can give no wanted event is told by its type alone and never parsed: observers of
// the raw lane want little, and most frames are content. Blocks that no event has a word for, such
// as those of tools that Anthropic runs, are opaque events; event types and fields that are not
// known are passed over. Not thread-safe.
class Decoder {
 public:
  explicit Decoder(const sdk::CodecParams& params);

  // Throws Stopped: ABV_E_INVALID for malformed JSON, ABV_E_LIMIT for a frame or body over 16 MiB.
  void decode(std::string_view bytes, sdk::EventSink& sink);

  // Throws Stopped ABV_E_INVALID when the answer has no end: no message_stop, or half a document.
  void finish(sdk::EventSink& sink);

 private:
  enum class Input : std::uint8_t { kStream, kMessage, kTokenCount, kIgnored };
  enum class Block : std::uint8_t { kNone, kText, kThinking, kTool, kOpaque };

  static Input input_of(const sdk::CodecParams& params);

  bool wants(std::uint32_t kind) const { return (wanted_ & ABV_EVENT_BIT(kind)) != 0; }
  void on_frame(const sdk::SseFrame& frame, sdk::EventSink& sink);
  void on_event(std::string_view type, const sdk::json::Value& event, sdk::EventSink& sink);
  void on_whole(const sdk::json::Value& body, sdk::EventSink& sink);

  void start(const sdk::json::Value& message, sdk::EventSink& sink);
  void start_if_missing(sdk::EventSink& sink);
  void open_block(std::uint32_t index, const sdk::json::Value& block, sdk::EventSink& sink);
  void add_delta(std::uint32_t index, const sdk::json::Value& delta, sdk::EventSink& sink);
  void close_block(std::uint32_t index, sdk::EventSink& sink);
  void count(const sdk::json::Value& usage, sdk::EventSink& sink);
  void stop(const sdk::json::Value& ending, const sdk::json::Value& around, sdk::EventSink& sink);
  std::string_view end_details(const sdk::json::Value& ending, const sdk::json::Value& around);
  void fail(const sdk::json::Value& error, sdk::EventSink& sink);

  void give_text(std::uint32_t kind, const sdk::json::Value& text, std::uint32_t index,
                 sdk::EventSink& sink);

  const std::uint64_t wanted_;
  const Input input_;
  sdk::SseReader frames_;
  std::string body_;  // of a whole answer
  sdk::json::Document document_;
  Usage usage_;
  Block block_ = Block::kNone;  // the block that is open
  OpaqueBlock opaque_;
  sdk::json::Writer details_;
  std::string tool_input_;  // arguments given at the tool's start, used when no delta follows
  std::string scratch_, more_scratch_, type_scratch_;
  bool is_started_ = false;
  bool is_ended_ = false;
};

}  // namespace abv::claude
