#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "candidate_reader.hpp"
#include "chunk_reader.hpp"
#include "transcript_reader.hpp"

namespace abv::gemini {

// Reads one answer of the Gemini API, whole or streamed in either form: of generateContent, be it
// for a chat, images ("images.generations") or a transcript ("audio.transcriptions"), of predict,
// of the embedding methods and of countTokens.
//
// Every chunk carries token counts, of which the last are those that count; so an observer that
// wants no content has chunks kept unread, and the last one read when the counts are asked for.
// USAGE is given with the first chunk and before STOP. Each candidate is a choice. A whole answer
// without candidates is legal and ends for another reason; one for images that has none is an
// ERROR, and so is a transcript that was cut before it could be read. Not thread-safe.
class Decoder {
 public:
  explicit Decoder(const sdk::CodecParams& params);

  // Throws Stopped: ABV_E_INVALID for malformed JSON, ABV_E_LIMIT for a chunk or body over 16 MiB,
  // or 128 MiB for images and embeddings.
  void decode(std::string_view bytes, sdk::EventSink& sink);

  // Throws Stopped ABV_E_INVALID when the answer has no end: a candidate without finishReason, or
  // half a document.
  void finish(sdk::EventSink& sink);

 private:
  enum class Input : std::uint8_t { kStream, kWhole, kPlain, kIgnored };
  enum class Task : std::uint8_t { kOther, kImages, kTranscript };
  static Input input_of(const sdk::CodecParams& params);
  static Task task_of(const sdk::CodecParams& params);

  bool wants(std::uint32_t kind) const { return (wanted_ & ABV_EVENT_BIT(kind)) != 0; }
  bool can_skip(std::string_view chunk);
  void on_chunk(std::string_view text, sdk::EventSink& sink);
  void on_answer(const sdk::json::Value& answer, sdk::EventSink& sink);
  void on_plain(const sdk::json::Value& body, sdk::EventSink& sink);
  void on_predictions(const sdk::json::Value& body, sdk::EventSink& sink);
  void give_embeddings(const sdk::json::Value& body, sdk::EventSink& sink);

  void start(const sdk::json::Value& answer, sdk::EventSink& sink);
  void read_candidate(const sdk::json::Value& candidate, sdk::EventSink& sink);
  void read_transcript(const sdk::json::Value& candidate, sdk::EventSink& sink);
  void read_no_candidate(const sdk::json::Value& answer, sdk::EventSink& sink);
  CandidateReader* reader_of(std::int64_t choice);
  void count_kept_chunk();
  void give_counts(sdk::EventSink& sink);
  void stop(sdk::StopReason reason, std::string_view word, sdk::EventSink& sink,
            std::string_view raw = {});
  void fail(const sdk::json::Value& error, sdk::EventSink& sink);
  void fail(int http_status, std::string_view type, std::string_view message, sdk::EventSink& sink);
  void fail_transcript(std::string_view word, sdk::EventSink& sink);
  void fail_without_image(bool is_refused, std::string_view reason, std::string_view told,
                          sdk::EventSink& sink);

  const std::uint64_t wanted_;
  const Input input_;
  const Task task_;
  const std::size_t most_bytes_;
  ChunkReader chunks_;
  std::string body_;        // of a whole answer
  std::string kept_chunk_;  // the last one that was not parsed and has counts
  sdk::json::Document document_;
  std::optional<abv_usage> counts_;  // known, but not given yet
  std::string id_;
  std::deque<CandidateReader> candidates_;  // those seen so far
  TranscriptReader transcript_;
  std::string scratch_, more_scratch_;
  bool is_started_ = false;
  bool is_ended_ = false;   // all candidates seen so far are
  bool is_closed_ = false;  // nothing may follow
};

}  // namespace abv::gemini
