// HTTP requests of a plugin's own, through the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/host/http.h"
#include "abv/sdk/call.hpp"
#include "abv/sdk/event.hpp"
#include "abv/sdk/reply.hpp"

namespace abv::sdk {
inline namespace v1 {

// One exchange; closed when it goes out of scope. Used on the thread that opened it.
class HttpExchange {
 public:
  HttpExchange(const abv_host_http* service, abv_http_stream* stream)
      : service_(service), stream_(stream) {
    head_.size = sizeof head_;
    const abv_status status = service_->head(stream_, &head_);
    if (status >= ABV_OK) return;
    service_->close(stream_);
    throw Stopped{status};
  }
  HttpExchange(HttpExchange&& other) noexcept
      : service_(other.service_),
        stream_(std::exchange(other.stream_, nullptr)),
        head_(other.head_) {}
  HttpExchange& operator=(HttpExchange&&) = delete;
  ~HttpExchange() {
    if (stream_ != nullptr) service_->close(stream_);
  }

  int http_status() const { return head_.http_status; }
  std::span<const abv_header> headers() const { return {head_.headers, head_.header_count}; }
  std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers(), name);
  }

  // Reads what has arrived; 0 is the end. Throws Stopped on failure.
  std::size_t read(char* buffer, std::size_t capacity) {
    std::size_t n = 0;
    throw_unless_ok(service_->read(stream_, buffer, capacity, &n));
    return n;
  }

  // The rest of the body. Throws Stopped{ABV_E_LIMIT} when it is longer than `max_bytes`.
  std::string read_all(std::size_t max_bytes) {
    std::string body;
    char buffer[16384];
    while (const std::size_t n = read(buffer, sizeof buffer)) {
      if (n > max_bytes - body.size()) throw Stopped{ABV_E_LIMIT};
      body.append(buffer, n);
    }
    return body;
  }

 private:
  const abv_host_http* service_;
  abv_http_stream* stream_;
  abv_http_head head_{};
};

struct HttpRequest {
  std::string_view method = "GET";
  std::string_view url;
  std::vector<Header> headers = {};
  std::string_view body = {};
  std::int64_t timeout_ms = 0;
};

// The service; false when the host does not offer it.
class Http {
 public:
  explicit Http(const abv_host_http* raw) : raw_(raw) {}

  explicit operator bool() const { return raw_ != nullptr; }

  // Sends a request and waits for the head of the answer. `call` may be null for work that belongs
  // to no call. Throws Failure (502, or 501 without the service), or Stopped when the call was
  // cancelled.
  HttpExchange open(const Call* call, const HttpRequest& request) const {
    if (raw_ == nullptr) throw Failure{501, "unsupported", "the host offers no HTTP service"};
    std::vector<abv_header> headers;
    headers.reserve(request.headers.size());
    for (const Header& header : request.headers) {
      headers.push_back({str(header.name), str(header.value)});
    }
    abv_http_request abi{};
    abi.size = sizeof abi;
    abi.method = str(request.method);
    abi.url = str(request.url);
    abi.headers = headers.data();
    abi.header_count = headers.size();
    abi.body = str(request.body);
    abi.timeout_ms = request.timeout_ms;
    StringWriter error;
    abv_http_stream* stream = nullptr;
    const abv_call* for_call = call == nullptr ? nullptr : call->raw();
    const abv_status status = raw_->open(raw_->ctx, for_call, &abi, &stream, error.raw());
    if (status == ABV_E_CANCELLED) throw Stopped{status};
    if (status < ABV_OK) throw Failure{.http_status = 502, .message = error.text(), .code = status};
    return {raw_, stream};
  }

 private:
  const abv_host_http* raw_;
};

}  // namespace v1
}  // namespace abv::sdk
