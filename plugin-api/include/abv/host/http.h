// abv.host.http/1: HTTP requests of a plugin's own, through the host's connection pool, TLS and
// proxy settings. For handlers and middlewares; providers need none.
#ifndef ABV_HOST_HTTP_H
#define ABV_HOST_HTTP_H

#include "abv/abi/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_HOST_HTTP "abv.host.http/1"

typedef struct abv_http_request {
  uint32_t size;
  uint32_t reserved;  // zero
  abv_str method;
  abv_str url;  // http or https
  const abv_header* headers;
  size_t header_count;
  abv_str body;
  int64_t timeout_ms;  // for each wait: connect, first byte, next byte; 0 = the host's default
} abv_http_request;

typedef struct abv_http_head {
  uint32_t size;
  int32_t http_status;
  const abv_header* headers;  // valid until close
  size_t header_count;
} abv_http_head;

typedef struct abv_http_stream abv_http_stream;  // handle of one exchange

typedef struct abv_host_http {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Sends a request and waits for the head of the answer. `call` may be null for work that belongs
  // to no call; otherwise a cancelled call aborts the exchange. On failure `*stream` is null and
  // `error` (may be null) gets a line for people.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* open)(void* ctx, const abv_call* call, const abv_http_request* request,
                             abv_http_stream** stream, const abv_writer* error) ABV_NOEXCEPT;

  // Fills `head`, whose `size` the caller has set. Its views live until close.
  // [call-thread]
  abv_status(ABV_CALL* head)(abv_http_stream* stream, abv_http_head* head) ABV_NOEXCEPT;

  // Reads what has arrived of the body, at most `capacity` bytes; `*n` = 0 with ABV_OK is the end.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* read)(abv_http_stream* stream, char* buffer, size_t capacity, size_t* n)
      ABV_NOEXCEPT;

  // Ends the exchange; exactly once for every successful open.
  // [call-thread]
  void(ABV_CALL* close)(abv_http_stream* stream) ABV_NOEXCEPT;
} abv_host_http;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_HOST_HTTP_H
