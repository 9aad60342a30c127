#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "answer_parts.hpp"

namespace abv::gemini {

// Writes events as an answer of the Gemini API: one document, or a stream of them as server-sent
// events when the query says alt=sse and as a growing JSON array when it does not. Throws Stopped
// ABV_E_UNSUPPORTED for operations other than "chat". Not thread-safe.
//
// A function call is written when its arguments are complete, because the wire has them as an
// object; one whose arguments are no object is left out and told by the finishReason
// MALFORMED_FUNCTION_CALL. The chunk with the finishReason is held until finish, so that late token
// counts stand in it.
class Encoder {
 public:
  explicit Encoder(const sdk::CodecParams& params);

  void encode(const sdk::Event& event, sdk::Writer& out);

  // Throws Stopped ABV_E_INVALID when neither STOP nor ERROR came: an answer that is not complete
  // must not look so.
  void finish(sdk::Writer& out);

 private:
  enum class Shape { kDocument, kEvents, kArray };
  struct Ending {
    sdk::StopReason reason = sdk::StopReason::kOther;
    std::string word;
  };

  static Shape shape_of(const sdk::CodecParams& params);

  void begin(const sdk::Event& start);
  void encode_content(const sdk::Event& event, sdk::Writer& out);
  void end_call(std::uint32_t index, sdk::Writer& out);
  void end_all_calls(sdk::Writer& out);
  void fail(const sdk::Event& error, sdk::Writer& out);
  void write_document(sdk::Writer& out);
  void write_part(const Part& part, sdk::Writer& out);
  void write_chunk(std::string_view chunk, sdk::Writer& out);
  void put_part(const Part& part);
  void put_signature(const Part& part);
  void put_tail(bool is_last);
  std::string_view finish_reason() const;

  const Shape shape_;
  std::string id_;
  std::string model_;
  std::optional<abv_usage> usage_;
  std::optional<Ending> ending_;
  bool is_failed_ = false;
  bool has_written_ = false;
  bool has_malformed_call_ = false;
  AnswerParts parts_;             // of a document
  std::vector<Part> open_calls_;  // of a stream
  sdk::json::Writer json_;
};

}  // namespace abv::gemini
