#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "answer_parts.hpp"
#include "block_writer.hpp"
#include "frame_writer.hpp"
#include "usage.hpp"

namespace abv::claude {

// Writes events as an answer of the Messages API: a message, a stream of one, or a count of tokens.
// Throws Stopped ABV_E_UNSUPPORTED for operations other than "chat" and "count_tokens". Of several
// answers it writes the first, because the API has one. Not thread-safe.
//
// message_start is held until the first event after START that says more, so that early token
// counts stand in it; message_delta is held until finish, so that late ones do.
class Encoder {
 public:
  explicit Encoder(const sdk::CodecParams& params);

  void encode(const sdk::Event& event, sdk::Writer& out);

  // Throws Stopped ABV_E_INVALID when neither STOP nor ERROR came: an answer that is not complete
  // must not look so. Throws Failure when a whole answer holds a tool call whose arguments are no
  // object, and when tokens were counted and the count did not come.
  void finish(sdk::Writer& out);

 private:
  enum class Output : std::uint8_t { kStream, kMessage, kTokenCount };

  struct Ending {
    sdk::StopReason reason = sdk::StopReason::kOther;
    std::string word;
    std::string sequence;
    std::string raw;  // the end in the API's own form, with what events have no field for
  };

  static Output output_of(const sdk::CodecParams& params);

  void begin(const sdk::Event& start);
  void end(const sdk::Event& stop, sdk::Writer& out);
  void fail(const sdk::Event& error, sdk::Writer& out);
  void encode_content(const sdk::Event& event, sdk::Writer& out);
  void write_start(sdk::Writer& out);
  void write_end(sdk::Writer& out);
  void write_message(sdk::Writer& out);
  void write_token_count(sdk::Writer& out);
  void put_stop(sdk::json::Writer& json, bool has_tool_calls) const;
  void put_details(sdk::json::Writer& json, bool is_of_message) const;

  const Output output_;
  std::string request_id_;
  std::string model_;
  std::string id_;
  std::string start_details_;  // the message as the API began it, or empty
  abv_usage usage_ = sdk::make_usage();
  UsageDetails usage_details_;
  std::optional<Ending> ending_;
  bool has_begun_ = false;   // START has come
  bool is_started_ = false;  // message_start is written
  bool is_failed_ = false;
  bool has_refused_ = false;
  AnswerParts parts_;  // of a whole answer
  FrameWriter frames_;
  BlockWriter blocks_;  // of a stream
};

}  // namespace abv::claude
