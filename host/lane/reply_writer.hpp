#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/lane/client_request.hpp"
#include "host/net/stream.hpp"

namespace abv::lane {

// How the client's connection is to be answered.
struct ReplyTerms {
  int minor_version = 1;   // of the request's HTTP/1.x
  bool is_head = false;    // no body may be sent
  bool keep_alive = true;  // the client and the server would keep the connection
  int keep_alive_seconds =
      5;  // told to the client, so that it does not reuse what is about to close
  AnswerSink* sink = nullptr;  // takes the answer in the connection's place
};

// Writes one HTTP answer to a client, and decides its framing.
//
// Nothing is sent before the first body byte or finish(): the head goes out together with them in
// one write, so an answer that comes at once costs one system call. One thread.
class ReplyWriter {
 public:
  // Both outlive the writer.
  ReplyWriter(net::Stream& stream, const Clock& clock, ReplyTerms terms);

  // Starts a head. `content_length` is a promise; without it the body is chunked for HTTP/1.1, and
  // ends with the connection for HTTP/1.0. May be called again as long as nothing was sent.
  void begin(int status, std::optional<std::uint64_t> content_length);

  // Adds a header of the answer. Framing and connection headers are the writer's own and left out.
  void header(std::string_view name, std::string_view value);

  // For the heads of 101 and 426: the protocol that is meant, static text.
  void upgrade(std::string_view protocol) { protocol_ = protocol; }

  // Writes body bytes; `is_last` says that they end the body, which saves a write. kInvalid when
  // they are more, or at the end fewer, than was promised: then nothing is written and the
  // connection will close.
  Result<void> write(std::string_view bytes, bool is_last = false);

  // Ends the answer: everything that was promised has been written.
  Result<void> finish();

  // Gives the answer up: the client must see that it is not complete, so the connection closes.
  void cut() { keep_alive_ = false; }

  // The same after `last_words`, which tell the client so.
  void end_badly(std::string_view last_words);

  // A sink takes an error at any time, in its own form: fail() tells it and gives the answer up.
  bool takes_errors() const { return terms_.sink != nullptr; }
  void fail(int status, std::string_view error);

  bool begun() const { return status_ != 0; }
  bool sent() const { return sent_; }  // the first byte is out
  bool finished() const { return finished_; }
  int status() const { return status_; }

  // Whether the connection may serve another request.
  bool keep_alive() const { return keep_alive_ && finished_; }

  std::uint64_t body_bytes() const { return body_bytes_; }
  Nanos write_time() const { return write_time_; }
  Nanos first_byte_at() const { return first_byte_at_; }

 private:
  enum class Framing { kNone, kLength, kChunked, kClose };

  void decide_framing(std::string_view first, bool is_last);
  void end_head();
  Result<void> pass_on(std::string_view bytes, bool is_last);
  Result<void> send(std::span<const std::string_view> pieces);
  Error break_promise(std::uint64_t bytes);

  net::Stream& stream_;
  const Clock& clock_;
  ReplyTerms terms_;
  int status_ = 0;
  std::optional<std::uint64_t> content_length_;
  Framing framing_ = Framing::kNone;
  std::string head_;
  std::string_view protocol_;
  bool sent_ = false;
  bool finished_ = false;
  bool keep_alive_;
  std::uint64_t body_bytes_ = 0;
  Nanos write_time_{0};
  Nanos first_byte_at_{0};
};

// The reason phrase of a status; "Unknown" for one without.
std::string_view reason_phrase(int status);

// Headers that belong to one connection or to framing, and so never pass through a proxy.
bool is_hop_by_hop(std::string_view name);

}  // namespace abv::lane
