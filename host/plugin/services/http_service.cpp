#include "host/plugin/services/http_service.hpp"

#include <utility>

#include "host/plugin/border.hpp"
#include "host/plugin/status.hpp"

// The handle that plugins hold; incomplete for them.
struct abv_http_stream {
  abv::plugin::HttpService* service;
  std::unique_ptr<abv::plugin::HttpExchange> exchange;
};

namespace abv::plugin {
namespace {

bool is_valid_request(const abv_http_request* request) noexcept {
  return request != nullptr && ABV_HAS(abv_http_request, request, timeout_ms) &&
         is_valid(request->method) && request->method.len > 0 && is_valid(request->url) &&
         request->url.len > 0 && is_valid(request->headers, request->header_count) &&
         is_valid(request->body) && request->timeout_ms >= 0;
}

}  // namespace

HttpService::HttpService(HttpBackend* backend)
    : backend_(backend), table_{sizeof(abv_host_http), 0, this, open, head, read, close} {}

HttpService::~HttpService() = default;

abv_status ABV_CALL HttpService::open(void* ctx, const abv_call* call,
                                      const abv_http_request* request, abv_http_stream** stream,
                                      const abv_writer* error) noexcept {
  return at_border([&]() -> abv_status {
    if (stream == nullptr) {
      return ABV_E_INVALID;
    }
    *stream = nullptr;
    CallHandle* handle = call_of(call);
    if (!is_valid_request(request) || (call != nullptr && handle == nullptr)) {
      return ABV_E_INVALID;
    }
    const HttpBackend::Request wanted{text(request->method),
                                      text(request->url),
                                      {request->headers, request->header_count},
                                      text(request->body),
                                      std::chrono::milliseconds(request->timeout_ms)};
    return static_cast<HttpService*>(ctx)->open_exchange(wanted, handle, stream, error);
  });
}

abv_status HttpService::open_exchange(const HttpBackend::Request& request, CallHandle* call,
                                      abv_http_stream** stream, const abv_writer* error) {
  Result<std::unique_ptr<HttpExchange>> exchange = backend_->open(request, call);
  if (!exchange) {
    if (error != nullptr && ABV_HAS(abv_writer, error, write)) {
      error->write(error->ctx, view(exchange.error().message));
    }
    return status_of(exchange.error().code);
  }
  auto opened = std::make_unique<abv_http_stream>();
  opened->service = this;
  opened->exchange = *std::move(exchange);
  abv_http_stream* handle = opened.get();
  const std::lock_guard lock(mutex_);
  streams_.emplace(handle, std::move(opened));
  *stream = handle;
  return ABV_OK;
}

abv_status ABV_CALL HttpService::head(abv_http_stream* stream, abv_http_head* head) noexcept {
  return at_border([&]() -> abv_status {
    if (stream == nullptr || head == nullptr || !ABV_HAS(abv_http_head, head, header_count)) {
      return ABV_E_INVALID;
    }
    const std::span<const abv_header> headers = stream->exchange->headers();
    head->http_status = stream->exchange->http_status();
    head->headers = headers.data();
    head->header_count = headers.size();
    return ABV_OK;
  });
}

abv_status ABV_CALL HttpService::read(abv_http_stream* stream, char* buffer, size_t capacity,
                                      size_t* n) noexcept {
  return at_border([&]() -> abv_status {
    if (stream == nullptr || buffer == nullptr || capacity == 0 || n == nullptr) {
      return ABV_E_INVALID;
    }
    *n = 0;
    const Result<std::size_t> count = stream->exchange->read({buffer, capacity});
    if (!count) {
      return status_of(count.error().code);
    }
    *n = *count;
    return ABV_OK;
  });
}

void ABV_CALL HttpService::close(abv_http_stream* stream) noexcept {
  visit_border([&] {
    if (stream != nullptr) {
      stream->service->forget(stream);
    }
  });
}

void HttpService::forget(abv_http_stream* stream) {
  std::unique_ptr<abv_http_stream> closed;  // its end may take a while: outside of the lock
  const std::lock_guard lock(mutex_);
  if (const auto found = streams_.find(stream); found != streams_.end()) {
    closed = std::move(found->second);
    streams_.erase(found);
  }
}

}  // namespace abv::plugin
