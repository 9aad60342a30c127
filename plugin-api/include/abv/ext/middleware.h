// abv.middleware/1: sees or changes requests and answers.
//
// Hooks, not next(): the host walks the list, times each hook, and knows whom to blame. Request
// hooks run in the YAML's order, answer hooks in reverse. `close` runs exactly once for every
// successful `open`, in reverse order, whatever happened in between; so accounting lives there.
//
// abilities_json of a middleware:
//   { "events": "none" | "observe" | "change" }
// "change" forces the event lane on the routes it stands in; "observe" gets a decoded side copy on
// the raw lane. Default "none".
//
// A failure of a hook fails the call (closed), unless the component has ABV_COMPONENT_FAIL_OPEN.
#ifndef ABV_EXT_MIDDLEWARE_H
#define ABV_EXT_MIDDLEWARE_H

#include "abv/abi/call.h"
#include "abv/abi/reply.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_KIND_MIDDLEWARE "abv.middleware/1"

// Changes the head of a request (before it is routed on) or of an answer (before it is sent).
typedef struct abv_edit {
  uint32_t size;
  int32_t http_status;  // of an answer's head; 0 for a request
  void* ctx;

  // Sets a header, replacing all of that name. Framing headers are the host's: ABV_E_DENIED.
  // [call-thread]
  abv_status(ABV_CALL* set_header)(void* ctx, abv_str name, abv_str value) ABV_NOEXCEPT;

  // [call-thread]
  abv_status(ABV_CALL* remove_header)(void* ctx, abv_str name) ABV_NOEXCEPT;

  // The value of a header of the head that is edited, or empty.
  // [call-thread]
  abv_str(ABV_CALL* header)(void* ctx, abv_str name) ABV_NOEXCEPT;

  // Gives the call another id, for the log, the answer and the upstream. Requests only; 1 to 128
  // printable ASCII characters.
  // [call-thread]
  abv_status(ABV_CALL* set_request_id)(void* ctx, abv_str id) ABV_NOEXCEPT;
} abv_edit;

// How a call ended, for `close`.
typedef struct abv_outcome {
  uint32_t size;
  int32_t http_status;  // as sent to the client; 0 when nothing was sent
  abv_status status;    // ABV_OK, ABV_E_CANCELLED, …
  uint32_t reserved;    // zero
  int64_t duration_ns;
  int64_t bytes_in;
  int64_t bytes_out;
  const abv_usage* usage;  // null when unknown
} abv_outcome;

typedef struct abv_middleware {
  uint32_t size;
  uint32_t reserved;  // zero

  // A call begins. `*state` may stay null. Optional.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* open)(void* self, const abv_call* call, void** state) ABV_NOEXCEPT;

  // The head of the request is there, with the client's credentials; the body has not been read,
  // and the route is known but not acted on. Returns ABV_OK to go on, ABV_RESPONDED after answering
  // through `reply`, or a failure after call->fail. Optional.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* on_head)(void* self, void* state, const abv_call* call, const abv_edit* edit,
                                const abv_reply* reply) ABV_NOEXCEPT;

  // The body is there too (or is going to be streamed), the model is known. Returns as on_head.
  // Optional.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* on_request)(void* self, void* state, const abv_call* call,
                                   const abv_edit* edit, const abv_reply* reply) ABV_NOEXCEPT;

  // The head of the answer is about to be sent. Optional.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* on_reply_head)(void* self, void* state, const abv_call* call,
                                      const abv_edit* edit) ABV_NOEXCEPT;

  // One event of the answer. A changing middleware passes on what it wants through `next`, zero,
  // one or several events; an observing one has no `next` (null). Optional.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* on_event)(void* self, void* state, const abv_event* event,
                                 const abv_event_sink* next) ABV_NOEXCEPT;

  // The call is over. Optional.
  // [call-thread] [must-not-block]
  void(ABV_CALL* close)(void* self, void* state, const abv_outcome* outcome) ABV_NOEXCEPT;
} abv_middleware;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_EXT_MIDDLEWARE_H
