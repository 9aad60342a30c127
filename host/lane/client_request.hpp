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
