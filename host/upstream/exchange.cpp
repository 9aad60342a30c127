#include "host/upstream/exchange.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "host/upstream/connection.hpp"
#include "host/upstream/connector.hpp"
#include "host/upstream/request_writer.hpp"

namespace abv::upstream {
namespace {

constexpr const char* kIdle = "timeouts.idle";
constexpr const char* kFirstByte = "timeouts.first_byte";
constexpr const char* kTotal = "timeouts.total";
constexpr const char* kAtMost = "the most that such a request may take";

// Servers answer some methods without a length as if the body were missing.
bool expects_body(std::string_view method) {
  return method != "GET" && method != "HEAD";
}

}  // namespace

Exchange::Exchange(Pool& pool, net::AbortHandle& abort) : pool_(pool), abort_(abort) {}

Exchange::~Exchange() {
  close();
}

void Exchange::close() {
  if (!lease_) {
    return;
  }
  const Connection& connection = *lease_;
  // Bytes after the end of an answer belong to no request: such a connection is not to be trusted.
  const bool is_reusable = complete_ && sent_ && connection.parser.head().keep_alive &&
                           connection.parser.head().status != 101 &&
                           connection.begin == connection.end;
  lease_.release(is_reusable);
}

std::string Exchange::where() const {
  return net::host_and_port(request_.url.host, request_.url.port);
}

Exchange::Limit Exchange::limit_for(Nanos configured, Nanos used, const char* name) const {
  // A limit that has just passed must not turn into 0, which is none.
  constexpr Nanos kLeast{1};
  const Nanos own = configured.count() == 0 ? Nanos{0} : std::max(configured - used, kLeast);
  if (deadline_ == Nanos::max()) {
    return {own, configured, name};
  }
  const Nanos left = std::max(deadline_ - pool_.clock().now(), kLeast);
  if (own.count() != 0 && own <= left) {
    return {own, configured, name};
  }
  return {left, total_, total_ == pool_.settings().timeouts.total ? kTotal : kAtMost};
}

Error Exchange::explain_write(const Error& error, Limit limit) const {
  if (error.code == Error::Code::kTimeout) {
    return {error.code, where() + " did not take the request within " + in_words(limit.configured) +
                            " (" + limit.name + ")"};
  }
  return {error.code, "sending the request to " + where() + ": " + error.message};
}

Error Exchange::explain_read(const Error& error, Limit limit) const {
  if (error.code != Error::Code::kTimeout) {
    return {error.code, "reading the answer of " + where() + ": " + error.message};
  }
  const std::string time = in_words(limit.configured) + " (" + limit.name + ")";
  if (!head_read_) {
    return {error.code, "no answer from " + where() + " within " + time};
  }
  return {error.code, limit.name != kIdle
                          ? "answer of " + where() + " was not complete within " + time
                          : "no data from " + where() + " for " + time};
}

Result<void> Exchange::begin(const Request& request, Pool::Want want) {
  if (started_) {
    return Error{Error::Code::kInternal, "an exchange was started twice"};
  }
  started_ = true;
  request_ = request;
  if (auto checked = check_request(request); !checked) {
    return checked;
  }
  total_ = pool_.settings().timeouts.total;
  if (at_most_.count() != 0 && (total_.count() == 0 || at_most_ < total_)) {
    total_ = at_most_;
  }
  if (total_.count() != 0) {
    deadline_ = pool_.clock().now() + total_;
  }
  auto lease = pool_.acquire(request.url, deadline_, abort_, want);
  if (!lease) {
    return std::move(lease.error());
  }
  lease_ = std::move(*lease);
  return {};
}

void Exchange::compose_head(std::optional<std::uint64_t> length, bool is_chunked) {
  const bool is_absolute = pool_.has_proxy() && !request_.url.is_https();
  const Secret& authorization = pool_.proxy_authorization();
  HeadStyle style;
  style.is_absolute = is_absolute;
  style.proxy_authorization = is_absolute && !authorization.empty() ? &authorization : nullptr;
  style.length = length;
  style.is_chunked = is_chunked;
  write_head(lease_->request_head, request_, style);
}

Result<void> Exchange::start(const Request& request, std::span<const std::string_view> body) {
  if (auto begun = begin(request, Pool::Want::kAny); !begun) {
    return begun;
  }
  body_ = body;
  replayable_ = true;
  return send_segments();
}

Result<void> Exchange::start(const Request& request, const BodySource& source,
                             std::optional<std::uint64_t> length) {
  if (auto begun = begin(request, Pool::Want::kProven); !begun) {
    return begun;
  }
  compose_head(length, !length);
  return send_source(source, length);
}

Result<void> Exchange::send_segments() {
  std::uint64_t size = 0;
  for (const std::string_view segment : body_)
    size += segment.size();
  const bool says_length = size != 0 || expects_body(request_.method);
  compose_head(says_length ? std::optional(size) : std::nullopt, false);

  auto& pieces = lease_->pieces;
  pieces.assign(1, lease_->request_head);
  pieces.insert(pieces.end(), body_.begin(), body_.end());
  auto sent = send(pieces);
  sent_ = sent.ok() && !send_error_;
  sent_at_ = pool_.clock().now();
  return sent;
}

// What the peer refused to take, because it closed or has answered already, is left to read_head().
Result<void> Exchange::send(std::span<const std::string_view> pieces) {
  const Limit limit = limit_for(pool_.settings().timeouts.idle, Nanos{0}, kIdle);
  lease_->stream.set_write_timeout(limit.time);
  auto written = lease_->stream.write_unless_refused(pieces);
  if (!written && written.error().code != Error::Code::kIo) {
    Error error = explain_write(written.error(), limit);
    lease_.release(false);
    return error;
  }
  if (!written) {
    send_error_ = explain_write(written.error(), limit);
  } else if (!*written) {
    send_error_ = Error{Error::Code::kIo, where() + " stopped reading the request"};
  }
  return {};
}

Result<void> Exchange::send_source(const BodySource& source, std::optional<std::uint64_t> length) {
  std::uint64_t size = 0;
  bool is_first = true;
  const auto give_up = [&](Error error) -> Result<void> {
    lease_.release(false);
    return error;
  };
  for (bool at_end = false; !at_end && !send_error_;) {
    auto piece = source();
    if (!piece) {
      return give_up(std::move(piece.error()));
    }
    at_end = piece->empty();
    size += piece->size();
    if (length && (size > *length || (at_end && size < *length))) {
      return give_up({Error::Code::kInvalid, "the body has " + std::to_string(size) +
                                                 " bytes instead of the " +
                                                 std::to_string(*length) + " announced"});
    }
    auto& pieces = lease_->pieces;
    pieces.clear();
    if (is_first) pieces.push_back(lease_->request_head);
    is_first = false;
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), piece->size(), 16).ptr;
    const std::string_view size_text(digits.data(), static_cast<std::size_t>(end - digits.begin()));
    if (length) {
      pieces.push_back(*piece);
    } else {
      pieces.insert(pieces.end(), {size_text, "\r\n", *piece, "\r\n"});
    }
    if (auto sent = send(pieces); !sent) return sent;
  }
  sent_ = !send_error_;
  sent_at_ = pool_.clock().now();
  return {};
}

// The pooled connection was dead: the same once more, on a new one.
Result<void> Exchange::send_again() {
  send_error_.reset();
  lease_.release(false);
  auto lease = pool_.acquire(request_.url, deadline_, abort_, Pool::Want::kFresh);
  if (!lease) {
    return std::move(lease.error());
  }
  lease_ = std::move(*lease);
  return send_segments();
}

Result<const net::ResponseHead*> Exchange::read_head() {
  if (head_read_ && lease_) {
    return &lease_->parser.head();
  }
  if (!lease_) {
    return Error{Error::Code::kInternal, "an exchange without a request has no answer"};
  }
  auto received = receive_head();
  const bool is_stale = !received && received.error().code == Error::Code::kIo && !has_answer_ &&
                        replayable_ && lease_.reused();
  if (is_stale) {
    if (auto sent = send_again(); !sent) return std::move(sent.error());
    received = receive_head();
  }
  if (!received) {
    Error error = send_error_ && received.error().code == Error::Code::kIo
                      ? *send_error_
                      : std::move(received.error());
    lease_.release(false);
    return error;
  }
  head_read_ = true;
  take_framing();
  return &lease_->parser.head();
}

Result<void> Exchange::receive_head() {
  Connection& connection = *lease_;
  connection.begin = connection.end = 0;
  const bool to_head_request = request_.method == "HEAD";
  connection.parser.reset(to_head_request);
  for (bool is_first = true;; is_first = false) {
    if (connection.begin == connection.end) {
      const Nanos configured = pool_.settings().timeouts.first_byte;
      const Nanos used = is_first ? Nanos{0} : pool_.clock().now() - sent_at_;
      auto got = receive(limit_for(configured, used, kFirstByte));
      if (!got) return std::move(got.error());
      if (!*got) {
        return Error{Error::Code::kIo,
                     where() + (has_answer_ ? " closed the connection in the head of the answer"
                                            : " closed the connection without an answer")};
      }
    }
    const std::string_view unread(connection.buffer.get() + connection.begin,
                                  connection.end - connection.begin);
    auto taken = connection.parser.feed(unread);
    if (!taken) {
      return Error{taken.error().code, "answer of " + where() + ": " + taken.error().message};
    }
    connection.begin += *taken;
    if (!connection.parser.done()) {
      continue;
    }
    const int status = connection.parser.head().status;
    if (status >= 200 || status == 101) {
      return {};
    }
    connection.parser.reset(to_head_request);
  }
}

void Exchange::while_waiting(Nanos every, std::function<void()> tell) {
  patience_ = every;
  tell_ = std::move(tell);
}

// Replaces the empty buffer by what arrives next; false at the end of the stream.
Result<bool> Exchange::receive(Limit limit) {
  Connection& connection = *lease_;
  Nanos waited{0};
  const auto step = [&] {
    const bool is_short =
        patience_.count() > 0 && (limit.time.count() == 0 || patience_ < limit.time - waited);
    return is_short ? patience_ : limit.time.count() == 0 ? limit.time : limit.time - waited;
  };
  Nanos now_waiting = step();
  connection.stream.set_read_timeout(now_waiting);
  auto got = connection.stream.read_some(connection.buffer.get(), Connection::kBufferSize);
  while (!got && got.error().code == Error::Code::kTimeout && now_waiting == patience_ &&
         patience_.count() > 0) {
    waited += now_waiting;
    tell_();
    now_waiting = step();
    connection.stream.set_read_timeout(now_waiting);
    got = connection.stream.read_some(connection.buffer.get(), Connection::kBufferSize);
  }
  if (!got) {
    return explain_read(got.error(), limit);
  }
  connection.begin = 0;
  connection.end = *got;
  has_answer_ = has_answer_ || *got > 0;
  return *got > 0;
}

void Exchange::take_framing() {
  const net::ResponseHead& head = lease_->parser.head();
  left_ = head.content_length;
  lease_->decoder.reset();
  complete_ =
      head.framing == net::Framing::kNone || (head.framing == net::Framing::kLength && left_ == 0);
}

Result<std::string_view> Exchange::read_body() {
  if (complete_) {
    return std::string_view();
  }
  if (!lease_ || !head_read_) {
    return Error{Error::Code::kInternal, "an exchange without a head has no body"};
  }
  for (;;) {
    if (lease_->begin == lease_->end) {
      auto got = receive(limit_for(pool_.settings().timeouts.idle, Nanos{0}, kIdle));
      if (!got) {
        lease_.release(false);
        return std::move(got.error());
      }
      if (!*got) return end_of_stream();
    }
    auto bytes = take_from_buffer();
    if (!bytes) {
      lease_.release(false);
      return bytes;
    }
    received_ += bytes->size();
    if (!bytes->empty() || complete_) return bytes;
  }
}

Result<std::string_view> Exchange::take_from_buffer() {
  Connection& connection = *lease_;
  char* const start = connection.buffer.get() + connection.begin;
  const std::size_t size = connection.end - connection.begin;
  switch (connection.parser.head().framing) {
    case net::Framing::kLength: {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
      left_ -= taken;
      connection.begin += taken;
      complete_ = left_ == 0;
      return std::string_view(start, taken);
    }
    case net::Framing::kChunked: {
      auto content = connection.decoder.decode({start, size});
      if (!content) {
        return Error{content.error().code, "answer of " + where() + ": " + content.error().message};
      }
      connection.begin = connection.end - connection.decoder.unused();
      complete_ = connection.decoder.done();
      return content;
    }
    case net::Framing::kClose:
    case net::Framing::kNone:
      break;
  }
  connection.begin = connection.end;
  return std::string_view(start, size);
}

Result<std::string_view> Exchange::end_of_stream() {
  const net::ResponseHead& head = lease_->parser.head();
  if (head.framing == net::Framing::kClose) {
    complete_ = true;
    return std::string_view();
  }
  const std::string expected = head.framing == net::Framing::kLength
                                   ? "of " + std::to_string(head.content_length) + " bytes"
                                   : "bytes of an unknown number";
  lease_.release(false);
  return Error{Error::Code::kIo, "upstream " + where() +
                                     " closed the connection in the middle of the answer (got " +
                                     std::to_string(received_) + " " + expected + ")"};
}

}  // namespace abv::upstream
