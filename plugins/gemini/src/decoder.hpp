#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "chunk_reader.hpp"

namespace abv::gemini {

// Reads one answer of the Gemini API, whole or streamed in either form.
//
// Every chunk carries token counts, of which the last are those that count; so an observer that
// wants no content has chunks kept unread, and the last one read when the counts are asked for.
// USAGE is given with the first chunk and before STOP. Of several candidates the first is read. Not
// thread-safe.
class Decoder {
 public:
  explicit Decoder(const sdk::CodecParams& params);

  // Throws Stopped: ABV_E_INVALID for malformed JSON, ABV_E_LIMIT for a chunk or body over 16 MiB.
  void decode(std::string_view bytes, sdk::EventSink& sink);

  // Throws Stopped ABV_E_INVALID when the answer has no end: no finishReason, or half a document.
  void finish(sdk::EventSink& sink);

 private:
  enum class Input : std::uint8_t { kStream, kWhole, kPlain, kIgnored };
  enum class PartKind : std::uint8_t { kNone, kText, kReasoning };

  static Input input_of(const sdk::CodecParams& params);

  bool wants(std::uint32_t kind) const { return (wanted_ & ABV_EVENT_BIT(kind)) != 0; }
  bool can_skip(std::string_view chunk);
  void on_chunk(std::string_view text, sdk::EventSink& sink);
  void on_answer(const sdk::json::Value& answer, sdk::EventSink& sink);
  void on_plain(const sdk::json::Value& body, sdk::EventSink& sink);

  void start(const sdk::json::Value& answer, sdk::EventSink& sink);
  void read_part(const sdk::json::Value& part, sdk::EventSink& sink);
  void read_text(const sdk::json::Value& part, sdk::EventSink& sink);
  void read_call(const sdk::json::Value& part, sdk::EventSink& sink);
  void read_image(const sdk::json::Value& data, sdk::EventSink& sink);
  void sign(const sdk::json::Value& part, sdk::EventSink& sink);
  void count_kept_chunk();
  void give_counts(sdk::EventSink& sink);
  void stop(std::string_view word, sdk::EventSink& sink);
  void fail(const sdk::json::Value& error, sdk::EventSink& sink);

  const std::uint64_t wanted_;
  const Input input_;
  ChunkReader chunks_;
  std::string body_;        // of a whole answer
  std::string kept_chunk_;  // the last one that was not parsed and has counts
  sdk::json::Document document_;
  std::optional<abv_usage> counts_;  // known, but not given yet
  PartKind part_kind_ = PartKind::kNone;
  std::uint32_t next_part_ = 0;
  std::string scratch_, more_scratch_;
  bool has_calls_ = false;
  bool is_started_ = false;
  bool is_ended_ = false;
};

}  // namespace abv::gemini
