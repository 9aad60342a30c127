// Where the answer to one call goes.
#ifndef ABV_ABI_REPLY_H
#define ABV_ABI_REPLY_H

#include "abv/abi/event.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where a handler, or a middleware that answers by itself, sends the answer. The host owns it. It
// is valid from the start of the function that received it until that function returns (or, after
// ABV_PENDING, until `complete`).
//
// An answer is either raw (begin, then any number of write) or made of events (any number of emit,
// START first); the two are not mixed.
//
// Rationale: a push sink, because an answer arrives as a loop, and a loop that pushes stays a loop.
// A pull interface would turn every producer into a state machine.
typedef struct abv_reply {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Sends the status line and headers. Call it once, before the first write. The host sets framing
  // headers (content-length, transfer-encoding, connection) itself; those in `headers` are ignored,
  // but for content-length, which then is a promise. Returns ABV_E_INVALID when called twice.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* begin)(void* ctx, int32_t http_status, const abv_header* headers,
                              size_t header_count) ABV_NOEXCEPT;

  // Sends bytes as they are. Blocks while the client reads slowly; that is the back-pressure.
  // Returns ABV_E_CANCELLED once the client is gone, ABV_E_INVALID before begin.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* write)(void* ctx, abv_str bytes) ABV_NOEXCEPT;

  // Sends one event, which the host writes in the client's dialect. Returns ABV_E_UNSUPPORTED when
  // the call has no dialect, ABV_E_INVALID when the event's order is illegal, ABV_E_CANCELLED as
  // write.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* emit)(void* ctx, const abv_event* event) ABV_NOEXCEPT;

  // More abilities of this reply, by id; null when absent. Reserved: "abv.reply.tunnel/1" (bytes
  // both ways after an upgrade, such as WebSocket), "abv.reply.async/1" (non-blocking emit).
  // [call-thread]
  const void*(ABV_CALL* get_extension)(void* ctx, abv_str id) ABV_NOEXCEPT;
} abv_reply;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_REPLY_H
