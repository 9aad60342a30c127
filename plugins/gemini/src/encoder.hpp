#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "answer_parts.hpp"
#include "embeddings_writer.hpp"
#include "grounding.hpp"

namespace abv::gemini {

// Writes events as an answer of the Gemini API: one document, or a stream of them as server-sent
// events when the query says alt=sse and as a growing JSON array when it does not; for the
// operations "count_tokens" and "embeddings", the answers of countTokens, embedContent and
// batchEmbedContents. Throws Stopped ABV_E_UNSUPPORTED for others. Not thread-safe.
//
// A function call is written when its arguments are complete, because the wire has them as an
// object; one whose arguments are no object is left out and told by the finishReason
// MALFORMED_FUNCTION_CALL. The chunk with the finishReason of every candidate is held until finish,
// so that late token counts stand in it.
//
// The wrapped signature of another vendor's reasoning stands on its thought, and once more on the
// turn's first call when that has none: some clients drop thoughts, but bring calls back whole.
class Encoder {
 public:
  explicit Encoder(const sdk::CodecParams& params);

  void encode(const sdk::Event& event, sdk::Writer& out);

  // Throws Stopped ABV_E_INVALID when neither STOP nor ERROR came, of any choice: an answer that is
  // not complete must not look so.
  void finish(sdk::Writer& out);

 private:
  enum class Shape : std::uint8_t { kDocument, kEvents, kArray, kCount, kEmbeddings };
  struct Ending {
    sdk::StopReason reason = sdk::StopReason::kOther;
    std::string word;
  };
  // One of several answers.
  struct Candidate {
    Candidate(std::uint32_t number, bool joins) : choice(number), parts(joins) {}

    std::uint32_t choice;
    AnswerParts parts;
    std::vector<Cited> citations;
    SaidText said;
    std::string logprobs;                         // entries, without brackets
    std::map<std::string, std::string> metadata;  // of Gemini's own kind, by name
    std::optional<Ending> ending;
    bool has_malformed_call = false;
  };

  static Shape shape_of(const sdk::CodecParams& params);

  bool is_stream() const { return shape_ == Shape::kEvents || shape_ == Shape::kArray; }

  void ping(sdk::Writer& out) const;
  void begin(const sdk::Event& start);
  Candidate& candidate(std::uint32_t choice);
  void encode_content(const sdk::Event& event, sdk::Writer& out);
  bool take_metadata(const sdk::Event& event, Candidate& to);
  void take_feedback(const sdk::Event& stop);
  void fail(const sdk::Event& error, sdk::Writer& out);
  void write_parts(Candidate& from, sdk::Writer& out);
  void write_last(sdk::Writer& out);
  void write_count(sdk::Writer& out);
  void write_chunk(std::string_view chunk, sdk::Writer& out);
  void put_candidates();
  void put_last_content(Candidate& from);
  void put_metadata(const Candidate& from);
  void put_tail();
  static std::string_view finish_reason(const Candidate& of);

  const Shape shape_;
  EmbeddingsWriter embeddings_;
  std::string id_;
  std::string model_;
  std::optional<abv_usage> usage_;
  bool is_failed_ = false;
  bool has_written_ = false;
  std::map<std::uint32_t, Candidate> candidates_;  // by choice
  std::string feedback_;                           // of Gemini's own, on a prompt that it blocked
  sdk::json::Writer json_;
};

}  // namespace abv::gemini
