#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/net/abort_handle.hpp"
#include "host/net/http1.hpp"
#include "host/net/url.hpp"
#include "host/upstream/pool.hpp"

namespace abv::upstream {

// What is sent, but for the body. All are views, which live until read_head() has returned.
//
// Host, content-length, transfer-encoding and the headers of the connection itself (connection,
// keep-alive, te, trailer, upgrade, expect, proxy-…) are set by the exchange; those in `headers`
// are left out.
struct Request {
  std::string_view method;
  net::Url url;
  std::span<const net::Header> headers;
};

// Gives the next piece of a body, valid until the next call; empty at the end. An error ends the
// exchange and is returned by start().
using BodySource = std::function<Result<std::string_view>()>;

// One request and its answer.
//
//   Exchange exchange(pool, abort);
//   exchange.start(request, body) → exchange.read_head() → exchange.read_body() until it is empty
//
// One thread; only abort() is for all. Dropping it closes the connection at once, unless the answer
// was read to its end and the server keeps the connection open: then it goes back to the pool.
// Errors name host, port and phase; codes: kTimeout, kCancelled, kDenied (certificate), kInvalid
// (the request, or an answer that is not HTTP), kLimit (head too big), kIo.
class Exchange {
 public:
  // Both outlive the exchange. `abort` may serve several exchanges of a call, one after the other.
  Exchange(Pool& pool, net::AbortHandle& abort);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  // Connects if need be, and sends head and body in one write. `body` and what it points to live
  // until read_head() has returned: a pooled connection that turns out to be dead before the first
  // byte of an answer is replaced once and the request sent again. That the upstream closed while
  // it was written to is reported by read_head(), since an answer that came early may explain it.
  Result<void> start(const Request& request, std::span<const std::string_view> body);

  // For bodies that are not in memory. Never sent twice. With a length the source has to give
  // exactly as many bytes (else kInvalid); without one the body is sent chunked.
  Result<void> start(const Request& request, const BodySource& source,
                     std::optional<std::uint64_t> length);

  // Waits for the final head; interim answers (1xx, but for 101) are skipped. Valid until the
  // exchange ends.
  Result<const net::ResponseHead*> read_head();

  // Waits for the next bytes of the body and returns all that have arrived, without chunk framing;
  // empty at the end. Valid until the next call. An answer that was cut off is an error, never an
  // end.
  Result<std::string_view> read_body();

  // While the exchange waits for the answer, `tell` runs on its thread whenever nothing has come
  // for `every`; 0, the default, asks for nothing. The time limits hold all the same.
  void while_waiting(Nanos every, std::function<void()> tell);

  // The most time from start() to the last byte where that is less than `timeouts.total`; 0, the
  // default, asks for nothing. Before start().
  void at_most(Nanos time) { at_most_ = time; }

  // True once read_body() has returned the last byte: another call would return empty at once.
  bool complete() const { return complete_; }

  // Has the answer come over a connection that was used before?
  bool reused_connection() const { return lease_.reused(); }

  // Any thread, until the exchange is destroyed. The same as aborting the handle.
  void abort() noexcept { abort_.abort(); }

  // Ends the exchange, as the destructor does.
  void close();

 private:
  // A time limit for one system call, and how to call it when it runs out.
  struct Limit {
    Nanos time;  // 0: none
    Nanos configured;
    const char* name;
  };

  Result<void> begin(const Request& request, Pool::Want want);
  void compose_head(std::optional<std::uint64_t> length, bool is_chunked);
  Result<void> send_segments();
  Result<void> send_source(const BodySource& source, std::optional<std::uint64_t> length);
  Result<void> send(std::span<const std::string_view> pieces);
  Result<void> send_again();
  Result<void> receive_head();
  Result<bool> receive(Limit limit);
  void take_framing();
  Result<std::string_view> take_from_buffer();
  Result<std::string_view> end_of_stream();
  Limit limit_for(Nanos configured, Nanos used, const char* name) const;
  Error explain_write(const Error& error, Limit limit) const;
  Error explain_read(const Error& error, Limit limit) const;
  std::string where() const;

  Pool& pool_;
  net::AbortHandle& abort_;
  Lease lease_;
  Request request_;
  std::span<const std::string_view> body_;
  std::optional<Error> send_error_;
  Nanos patience_{0};
  std::function<void()> tell_;
  Nanos at_most_{0};
  Nanos total_{0};  // what `deadline_` was made of
  Nanos deadline_ = Nanos::max();
  Nanos sent_at_{0};
  std::uint64_t left_ = 0;      // of a body with a content-length
  std::uint64_t received_ = 0;  // bytes of the body, without framing
  bool started_ = false;
  bool replayable_ = false;
  bool sent_ = false;        // the whole request
  bool has_answer_ = false;  // at least one byte of it
  bool head_read_ = false;
  bool complete_ = false;
};

}  // namespace abv::upstream
