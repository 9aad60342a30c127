#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "answer_parts.hpp"
#include "block_writer.hpp"

namespace abv::claude {

// Writes events as an answer of the Messages API, a message or a stream of one. Throws Stopped
// ABV_E_UNSUPPORTED for operations other than "chat". Not thread-safe.
//
// message_start is held until the first event after START that says more, so that early token
// counts stand in it; message_delta is held until finish, so that late ones do.
class Encoder {
 public:
  explicit Encoder(const sdk::CodecParams& params);

  void encode(const sdk::Event& event, sdk::Writer& out);

  // Throws Stopped ABV_E_INVALID when neither STOP nor ERROR came: an answer that is not complete
  // must not look so. Throws Failure when a whole answer holds a tool call whose arguments are no
  // object.
  void finish(sdk::Writer& out);

 private:
  struct Ending {
    sdk::StopReason reason = sdk::StopReason::kOther;
    std::string sequence;
  };

  void begin(const sdk::Event& start);
  void fail(const sdk::Event& error, sdk::Writer& out);
  void encode_content(const sdk::Event& event, sdk::Writer& out);
  void write_start(sdk::Writer& out);
  void write_end(sdk::Writer& out);
  void write_message(sdk::Writer& out);
  void put_part(const Part& part);
  void put_stop(bool has_tool_calls);

  const bool is_stream_;
  std::string request_id_;
  std::string model_;
  std::string id_;
  abv_usage usage_ = sdk::make_usage();
  std::optional<Ending> ending_;
  bool is_started_ = false;
  bool is_failed_ = false;
  AnswerParts parts_;   // of a whole answer
  BlockWriter blocks_;  // of a stream
  sdk::json::Writer json_;
};

}  // namespace abv::claude
