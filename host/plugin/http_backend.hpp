#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "abv/abi/base.h"
#include "host/base/result.hpp"
#include "host/plugin/call_handle.hpp"

namespace abv::plugin {

// One HTTP exchange of a plugin's own. One thread; dropping it closes it.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;

  virtual std::int32_t http_status() const = 0;

  // Valid as long as the exchange.
  virtual std::span<const abv_header> headers() const = 0;

  // Reads what has arrived, at most the buffer's size; 0 is the end. May block.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
};

// What abv.host.http/1 stands on: the host's connections. Any thread.
class HttpBackend {
 public:
  // All are views, valid until open returns.
  struct Request {
    std::string_view method;
    std::string_view url;
    std::span<const abv_header> headers;
    std::string_view body;
    std::chrono::milliseconds timeout{0};  // for each wait; 0 = the default
  };

  virtual ~HttpBackend() = default;

  // Sends the request and waits for the head of the answer. `call` may be null; otherwise
  // cancelling it aborts the exchange, in open and in read, with kCancelled. It outlives the
  // exchange.
  virtual Result<std::unique_ptr<HttpExchange>> open(const Request& request, CallHandle* call) = 0;
};

}  // namespace abv::plugin
