#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/lane/call.hpp"
#include "host/lane/chain.hpp"
#include "host/lane/event_guard.hpp"
#include "host/lane/reply_writer.hpp"
#include "host/lane/site.hpp"
#include "host/plugin/dialect.hpp"
#include "host/plugin/reply_sink.hpp"

namespace abv::lane {

class CallAnswers;

// The one way out: every answer of a call, whoever makes it, passes here. It runs the middlewares'
// hook on the head, adds Server-Timing, and knows what has been sent already.
//
// As a ReplySink it takes the answers of handlers, of middlewares and of the event lane, raw or as
// events. Events are held to their grammar, pass the middlewares, and are written in the client's
// dialect. Nothing is sent before the first event that says something: until then a failure is
// still told as an answer with its own status. One thread.
class Reply final : public plugin::ReplySink {
 public:
  // All outlive the reply. `dialect` may be null: then errors are plain JSON, and events are
  // refused.
  Reply(Call& call, ReplyWriter& writer, Chain& chain, const Site& site);

  void set_dialect(const plugin::Dialect* dialect) { dialect_ = dialect; }

  // Who keeps the answer, if its dialect has asked for that; outlives the reply.
  void set_answers(CallAnswers* answers) { answers_ = answers; }

  // Starts an answer. Framing headers in `headers` are ignored. On failure (a middleware forbids
  // it) an error answer has been sent in its place.
  Result<void> start(int status, std::span<const abv_header> headers,
                     std::optional<std::uint64_t> content_length);

  // Body bytes after start().
  Result<void> send(std::string_view bytes, bool is_last = false);

  // A whole answer made by the host.
  Result<void> send_whole(int status, std::string_view content_type, std::string_view body);

  // Tells the client of a failure: as an answer when nothing was sent yet, else by an error at the
  // end of the stream where the dialect has one and the stream is between two of its frames. The
  // connection is cut in the second case, so that nobody takes it for a good end.
  void fail(const CallError& error);

  // For a stream whose upstream is silent: sends what keeps client and proxies in between from
  // giving up, in a form that the client's dialect has for it. Before the answer has begun only
  // after a grace, and only when may_commit() was called: from then on a failure can no longer be
  // told by its status.
  void keep_alive();
  Nanos keep_alive_every() const { return site_.streams.keep_alive; }

  // The answer will be one of events, whatever the upstream's head says.
  void may_commit() { may_commit_ = true; }

  // The answer must end here: a raw one is finished, one of events gets its end. False when it was
  // never begun, or its events stopped in the middle.
  bool complete();

  // Why the last emit() was refused, when it was for the grammar's sake.
  const std::string& event_fault() const { return guard_.fault(); }

  bool begun() const { return writer_.begun(); }
  bool sent() const { return writer_.sent(); }
  ReplyWriter& writer() { return writer_; }

  // ReplySink
  abv_status begin(std::int32_t http_status, std::span<const abv_header> headers) override;
  abv_status write(std::string_view bytes) override;
  abv_status emit(const abv_event& event) override;

 private:
  class EncoderSink;

  std::string error_body(const CallError& error, plugin::Form form) const;
  std::string stream_end(const CallError& error);
  void break_off(const CallError& error);
  std::string ping();
  bool is_between_frames() const;
  abv_status open_encoder();
  abv_status encode(const abv_event& event);
  void note_loss(const abv_event& event);
  abv_status forward_encoded();
  abv_status after_send(const Result<void>& result);

  Call& call_;
  ReplyWriter& writer_;
  Chain& chain_;
  const Site& site_;
  const plugin::Dialect* dialect_ = nullptr;
  CallAnswers* answers_ = nullptr;
  EventGuard guard_;
  plugin::Encoder encoder_;
  std::uint64_t lost_kinds_ = 0;  // mask of events that the dialect has no form for
  std::string encoded_;           // by the encoder, not sent yet
  bool is_event_stream_ = false;
  bool is_raw_ = false;       // begin was called
  bool has_content_ = false;  // an event came that is worth committing for
  bool may_commit_ = false;
  const Nanos began_;
  std::string tail_;  // the last bytes that were sent
};

}  // namespace abv::lane
