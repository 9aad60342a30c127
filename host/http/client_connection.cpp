#include "host/http/client_connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "host/http/web_socket.hpp"
#include "host/lane/reply_writer.hpp"

namespace abv::http {
namespace {

// Clients are told how long a connection is kept and use it up to then; a request that is on its
// way at that moment must not meet a closed door.
Nanos idle_grace(Nanos keep_alive) {
  constexpr Nanos kMost = std::chrono::seconds(2);
  return std::min(keep_alive, kMost);
}

constexpr int kRequestTimeout = 408;

// How much of a refused body is read and thrown away, so that the client gets to read the answer.
constexpr std::uint64_t kDiscardedBytes = 256u << 20;
constexpr Nanos kDiscardTime = std::chrono::seconds(5);
constexpr Nanos kLingerTime = std::chrono::seconds(2);

// The path and query of a request target, also of one in absolute form.
std::string_view origin_form(std::string_view target) {
  if (target.empty() || target.front() == '/') {
    return target;
  }
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos) {
    return target;
  }
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

ClientConnection::ClientConnection(Shared& shared, const Poco::Net::StreamSocket& socket,
                                   OpenSockets::Entry& entry)
    : shared_(shared),
      entry_(entry),
      stream_(socket),
      inbox_(stream_),
      watched_(shared.watch, stream_.fd()) {
  stream_.set_write_timeout(shared.settings.client_write);
  client_.is_secure = socket.secure();
  client_.keep_alive_seconds = static_cast<int>(
      std::chrono::duration_cast<std::chrono::seconds>(shared.settings.keep_alive).count());
  client_.peer = socket.peerAddress().host().toString();
  client_.stream = &stream_;
  client_.departure = &watched_;
}

void ClientConnection::serve() {
  Heard heard = hear(shared_.settings.header_timeout);
  while (heard == Heard::kRequest && answer()) {
    heard = hear(shared_.settings.keep_alive + idle_grace(shared_.settings.keep_alive));
  }
  if (upgrade_.granted) {
    serve_websocket();
    linger();
    return;
  }
  // The kernel answers bytes that nobody read with a reset, which may overtake the last answer.
  if (heard == Heard::kRefused || !inbox_.unread().empty()) {
    linger();
  }
}

void ClientConnection::serve_websocket() {
  WebSocket socket(shared_, stream_, client_, *std::move(upgrade_.granted), inbox_.unread());
  entry_.tell(&socket);
  socket.serve();
  entry_.tell(nullptr);
}

// Waits for the next head. `patience` is for its first byte.
ClientConnection::Heard ClientConnection::hear(Nanos patience) {
  inbox_.settle();
  parser_.reset();
  stream_.set_read_timeout(patience);
  for (;;) {
    // Some clients end a body with an empty line that belongs to nothing.
    while (inbox_.unread().starts_with("\r\n")) {
      inbox_.take(2);
    }
    if (!inbox_.unread().empty() && inbox_.unread() != "\r") {
      return hear_rest();
    }
    inbox_.settle();
    const Result<std::size_t> got = inbox_.fill();
    if (!got || *got == 0) {
      return Heard::kNothing;
    }
  }
}

// The first byte is there; the whole head has to come within the header timeout.
ClientConnection::Heard ClientConnection::hear_rest() {
  const Nanos limit = shared_.settings.header_timeout;
  std::optional<Nanos> end;
  for (;;) {
    switch (parser_.parse(inbox_.unread())) {
      case net::RequestParser::State::kComplete:
        return Heard::kRequest;
      case net::RequestParser::State::kRefused:
        return refuse(parser_.status(), parser_.fault());
      case net::RequestParser::State::kIncomplete:
        break;
    }
    if (limit.count() != 0) {
      const Nanos now = shared_.clock.now();
      end = end.value_or(now + limit);
      stream_.set_read_timeout(std::max(*end - now, Nanos{1}));
    } else {
      stream_.set_read_timeout(limit);
    }
    const Result<std::size_t> got = inbox_.fill();
    if (!got && got.error().code == Error::Code::kTimeout) {
      return refuse(kRequestTimeout, "not complete within listen.header_timeout");
    }
    if (!got || *got == 0) {
      return Heard::kNothing;
    }
  }
}

ClientConnection::Heard ClientConnection::refuse(int status, const std::string& fault) {
  lane::ReplyWriter writer(stream_, shared_.clock, lane::ReplyTerms{1, false, false, 0});
  writer.begin(status, std::nullopt);
  writer.header("content-type", "text/plain");
  (void)writer.write("request head: " + fault + "\n", true);
  return Heard::kRefused;
}

// Serves the request that was heard. True when the connection may be used again.
bool ClientConnection::answer() {
  const net::RequestHead& head = parser_.head();
  inbox_.take(parser_.size());
  RequestBody body(head, inbox_);
  if (body.length().value_or(UINT64_MAX) > inbox_.unread().size()) {
    stream_.set_read_timeout(shared_.settings.header_timeout);
  }
  client_.method = head.method;
  client_.target = origin_form(head.target);
  client_.minor_version = head.minor_version;
  client_.headers = head.headers;
  client_.body = &body;
  client_.upgrade = head.wants_websocket ? &upgrade_ : nullptr;
  client_.keep_alive = head.keep_alive && shared_.settings.keep_alive.count() > 0 &&
                       !shared_.is_stopping.load(std::memory_order_relaxed);
  bool is_reusable = false;
  try {
    const std::shared_ptr<const lane::Site> site = shared_.sites();
    if (head.expects_continue && !body.at_end()) {
      client_.keep_alive &= invite_body(body, site->limits.body_bytes);
    }
    is_reusable = shared_.runner.run(*site, client_);
  } catch (const std::exception& fault) {
    shared_.log.error("call.fault", {{"error", fault.what()}});
  }
  if (!body.at_end()) {
    if (!is_reusable) {
      end_sending();
    }
    body.discard(stream_, kDiscardedBytes, shared_.clock, kDiscardTime);
  }
  return is_reusable && body.at_end();
}

// Asks for a body that the client holds back. False when it had better not be sent, since it is
// going to be refused for its size; whether it comes nevertheless is unknown.
bool ClientConnection::invite_body(const RequestBody& body, std::uint64_t most) {
  if (body.length().value_or(0) > most) {
    return false;
  }
  // That the client has gone shows when its body is read.
  (void)stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n");
  return true;
}

// Tells the client that nothing more comes, while what it sends can still be read. TLS does
// without: its alert would end both directions.
void ClientConnection::end_sending() {
  if (!stream_.is_secure()) {
    ::shutdown(stream_.fd(), SHUT_WR);
  }
}

// Reads what the client still sends, until it has seen the end.
void ClientConnection::linger() {
  end_sending();
  const Nanos end = shared_.clock.now() + kLingerTime;
  std::array<char, 16 * 1024> scratch;
  stream_.set_read_timeout(kLingerTime);
  std::uint64_t discarded = 0;
  while (discarded < kDiscardedBytes && shared_.clock.now() < end) {
    const Result<std::size_t> got = stream_.read_some(scratch.data(), scratch.size());
    if (!got || *got == 0) {
      return;
    }
    discarded += *got;
  }
}

}  // namespace abv::http
