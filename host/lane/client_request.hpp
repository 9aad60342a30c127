#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/net/http1.hpp"
#include "host/net/stream.hpp"
#include "host/plugin/abilities.hpp"

namespace abv::lane {

// The body of a client's request, still on the wire.
class BodySource {
 public:
  virtual ~BodySource() = default;

  // What the client announced; nothing for a chunked body. 0 when there is no body.
  virtual std::optional<std::uint64_t> length() const = 0;

  // Reads what has arrived; 0 is the end. Errors: kInvalid (framing), kTimeout, kIo, kCancelled.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
};

// Tells when the client leaves while its call is in progress.
class Departure {
 public:
  virtual ~Departure() = default;

  // From now until forget(), `gone` runs at most once, on another thread, when the client leaves;
  // or at once and on this thread, when it has left already. It must not block.
  virtual void expect(std::function<void()> gone) = 0;

  // When it returns, `gone` is not running and will not run. May be called without expect().
  virtual void forget() = 0;
};

// Takes an answer that does not go out as an HTTP answer of its own. One thread, the call's.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;

  // Starts an answer. May come again as long as nothing was written.
  virtual void begin(int status) = 0;
  virtual void header(std::string_view name, std::string_view value) = 0;

  virtual Result<void> write(std::string_view bytes, bool is_last) = 0;

  // In place of what is missing of an answer that breaks off: the error, as the body of an answer
  // with that status.
  virtual void fail(int status, std::string_view error) = 0;

  // What was written ends the answer, though it is not complete.
  virtual void settle() = 0;
};

// A request's wish for a WebSocket, and what becomes of it.
struct Upgrade {
  // Set when the client was let in: it has been told, and the connection is no HTTP any more.
  std::optional<plugin::WebSocketWords> granted;
};

struct CallError;

// One client request, as the HTTP server hands it in. Everything in it outlives the call.
struct ClientRequest {
  std::string_view method;
  std::string_view target;  // path and query, as sent
  int minor_version = 1;
  bool is_secure = false;
  bool keep_alive = true;
  int keep_alive_seconds = 5;
  std::string peer;  // address without port
  std::vector<net::Header> headers;
  BodySource* body = nullptr;
  net::Stream* stream = nullptr;
  Departure* departure = nullptr;

  // What only requests of a WebSocket have: where the answer goes instead of `stream`; the id of
  // the connection, which no client knows; an error that is the answer; and whether an answer is to
  // be made at all, or just the form of one.
  AnswerSink* sink = nullptr;
  std::string_view session;
  const CallError* refusal = nullptr;
  bool wants_output = true;

  Upgrade* upgrade = nullptr;  // when the request asks for a WebSocket

  // The first header of that name, or "".
  std::string_view header(std::string_view name) const {
    for (const net::Header& one : headers) {
      if (net::equal_ignoring_case(one.name, name)) {
        return one.value;
      }
    }
    return {};
  }
};

}  // namespace abv::lane
