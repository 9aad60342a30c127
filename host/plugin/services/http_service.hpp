#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "abv/host/http.h"
#include "host/plugin/http_backend.hpp"

namespace abv::plugin {

// abv.host.http/1 of one instance. Exchanges that the plugin never closed are closed with the
// instance.
class HttpService {
 public:
  // `backend` may be null; then the table must not be given away.
  explicit HttpService(HttpBackend* backend);
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;
  ~HttpService();

  const abv_host_http* table() const { return &table_; }

 private:
  static abv_status ABV_CALL open(void* ctx, const abv_call* call, const abv_http_request* request,
                                  abv_http_stream** stream, const abv_writer* error) noexcept;
  static abv_status ABV_CALL head(abv_http_stream* stream, abv_http_head* head) noexcept;
  static abv_status ABV_CALL read(abv_http_stream* stream, char* buffer, size_t capacity,
                                  size_t* n) noexcept;
  static void ABV_CALL close(abv_http_stream* stream) noexcept;

  abv_status open_exchange(const HttpBackend::Request& request, CallHandle* call,
                           abv_http_stream** stream, const abv_writer* error);
  void forget(abv_http_stream* stream);

  HttpBackend* backend_;
  std::mutex mutex_;
  std::unordered_map<abv_http_stream*, std::unique_ptr<abv_http_stream>> streams_;
  abv_host_http table_;
};

}  // namespace abv::plugin
