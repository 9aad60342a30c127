// One client request, as plugins see it.
#ifndef ABV_ABI_CALL_H
#define ABV_ABI_CALL_H

#include "abv/abi/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_CALL_STREAM 1u   // the client asked for a stream
#define ABV_CALL_UPGRADE 2u  // the client asked for a protocol upgrade (WebSocket)
#define ABV_CALL_TLS 4u      // the client's connection is encrypted

// One call. The host owns it; every view in it is valid until the call ends. Fields that are not
// known yet when a hook runs are empty: in `on_head` the body has not been read, so `body`, `model`
// and ABV_CALL_STREAM are not set.
//
// Credentials that the client sent (authorization, x-api-key, x-goog-api-key, cookie, ?key=) are in
// `headers` and `query` during `on_head` only; the host takes them out afterwards.
typedef struct abv_call {
  uint32_t size;
  uint32_t flags;  // ABV_CALL_*
  void* ctx;
  abv_str id;         // the request id
  abv_str method;     // "POST"
  abv_str path;       // normalised, percent-encoding kept, no query
  abv_str query;      // without "?"
  abv_str operation;  // "chat", "embeddings", "models", "health", …; empty when no route matched
  abv_str dialect;    // the client's dialect; guessed from path and headers when no route matched
  abv_str route;      // the route's name in the YAML, or empty
  abv_str model;      // the model that the client asked for, or empty
  abv_str peer;       // the TCP peer's address, without port
  const abv_header* headers;
  size_t header_count;
  abv_str body;         // the whole body, or empty when it has to be pulled by read_body
  int64_t deadline_ns;  // on the host's monotonic clock; 0 = none

  // Is the client gone, or the call over its deadline? One atomic load: ask as often as you like.
  // [any-thread] [in-call]
  int32_t(ABV_CALL* cancelled)(void* ctx) ABV_NOEXCEPT;

  // Asks to be told of a cancellation: `fn(arg)` runs once, on a host thread, and must not block.
  // The host forgets it when the call ends. If the call is cancelled already, fn runs before this
  // returns.
  // [call-thread]
  abv_status(ABV_CALL* on_cancel)(void* ctx, void(ABV_CALL* fn)(void* arg), void* arg) ABV_NOEXCEPT;

  // Memory from the call's arena, freed when the call ends. `align` is a power of two. Null when
  // the arena's limit is reached.
  // [call-thread]
  void*(ABV_CALL* alloc)(void* ctx, size_t size, size_t align) ABV_NOEXCEPT;

  // Pulls the next piece of a body that is not in `body`. `*n` = 0 with ABV_OK is its end.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* read_body)(void* ctx, char* buffer, size_t capacity, size_t* n) ABV_NOEXCEPT;

  // Says why the function that is about to return a failure fails. The host copies the error.
  // [call-thread]
  void(ABV_CALL* fail)(void* ctx, const abv_error* error) ABV_NOEXCEPT;

  // Ends a call for which a handler returned ABV_PENDING; exactly once. Only components with the
  // flag ABV_COMPONENT_ASYNC may do that.
  // [any-thread]
  void(ABV_CALL* complete)(void* ctx, abv_status status) ABV_NOEXCEPT;

  // Reads a fact that the host or a middleware attached to the call, such as "principal",
  // "provider", "account", "model.resolved"; from `on_request` on also "model.mapped", the model by
  // the operator's rules, and "session.key", which tells the conversation from others. Empty when
  // absent. Valid until the call ends or the fact is set again.
  // [call-thread]
  abv_str(ABV_CALL* get)(void* ctx, abv_str key) ABV_NOEXCEPT;

  // Attaches a fact. Keys of plugins start with the plugin's id; middlewares may
  // also set "principal" and, in `on_request`, "model.choice" (the model or alias to use instead of
  // "model.mapped") with "model.choice.reason" for people. Facts go into the call record: no secrets.
  // [call-thread]
  abv_status(ABV_CALL* set)(void* ctx, abv_str key, abv_str value) ABV_NOEXCEPT;

  // More abilities of this call, by id; null when absent.
  // [call-thread]
  const void*(ABV_CALL* get_extension)(void* ctx, abv_str id) ABV_NOEXCEPT;
} abv_call;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_CALL_H
