// abv.handler/1: answers calls by itself, from one endpoint or as the target of routes.
//
// abilities_json of a handler:
//   { "operations": ["chat"],                  what it answers when it stands in a route's models
//     "paths": [ { "method": "POST",           or endpoints of its own
//                  "path": "/mcp", "operation": "mcp" } ] }
// Both are optional. As a target of a route it gets the client's body in the client's dialect and
// may answer with events, which the host writes in that dialect.
#ifndef ABV_EXT_HANDLER_H
#define ABV_EXT_HANDLER_H

#include "abv/abi/call.h"
#include "abv/abi/reply.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_KIND_HANDLER "abv.handler/1"

typedef struct abv_handler {
  uint32_t size;
  uint32_t reserved;  // zero

  // Answers one call. Returns ABV_OK when the answer is complete; ABV_PENDING when `complete` of
  // the call will follow (ABV_COMPONENT_ASYNC); a failure after call->fail. A failure after the
  // first byte ends the stream in the client's grammar.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* handle)(void* self, const abv_call* call, const abv_reply* reply)
      ABV_NOEXCEPT;

  // {"models":[{"id":…}]} (schema/models.schema.json): the models that it answers for. Optional.
  // [any-thread]
  abv_status(ABV_CALL* models)(void* self, const abv_writer* json) ABV_NOEXCEPT;
} abv_handler;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_EXT_HANDLER_H
