#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

namespace abv::openai {

// Writes the answers of one family of operations. What every family has in common stands here: the
// names in an answer, and the counts and the STOP, which are held until finish because counts may
// come last.
class AnswerWriter {
 public:
  // `id_prefix` begins the ids of this family: "chatcmpl-".
  AnswerWriter(const sdk::CodecParams& params, std::string_view id_prefix);
  AnswerWriter(const AnswerWriter&) = delete;
  AnswerWriter& operator=(const AnswerWriter&) = delete;
  virtual ~AnswerWriter() = default;

  void encode(const sdk::Event& event, sdk::Writer& out);
  void finish(sdk::Writer& out);

  // The media type of the answer where it is neither JSON nor server-sent events, else null.
  virtual const char* answer_type() const { return nullptr; }

 protected:
  // An event with a part of the answer.
  virtual void on_content(const sdk::Event& event, sdk::Writer& out) = 0;
  // START, in a stream; called before any content, with or without such an event.
  virtual void on_start(sdk::Writer& out) = 0;
  // STOP of a choice; that of the first is kept in stop_.
  virtual void on_stop(const sdk::Event& /*stop*/) {}
  // Something that says no more than that the answer goes on, in a stream; it may come before
  // START.
  virtual void on_ping(sdk::Writer& out);
  virtual void on_error(const sdk::Event& error, sdk::Writer& out);
  // The end of a complete answer.
  virtual void on_finish(sdk::Writer& out) = 0;

  const bool is_stream_;
  const std::string id_prefix_;
  std::string request_id_;
  const bool is_kept_;  // by the host, so every id has to be found again by the request's
  std::string id_;
  std::string model_;
  std::int64_t created_ = 0;  // seconds since 1970
  std::optional<abv_usage> usage_;
  std::optional<sdk::StopReason> stop_;
  sdk::json::Writer json_;

 private:
  void start(sdk::Writer& out);

  bool is_started_ = false;
  bool is_failed_ = false;
};

// The error of an event in `form`.
std::string encode_error_event(sdk::Form form, const sdk::Event& error);

}  // namespace abv::openai
