// A component: one thing that a library can be. Static data, readable without creating anything.
#ifndef ABV_ABI_COMPONENT_H
#define ABV_ABI_COMPONENT_H

#include "abv/abi/host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_COMPONENT_ASYNC 1u       // may return ABV_PENDING and complete later
#define ABV_COMPONENT_SERIAL 2u      // the host never runs two functions of one instance together
#define ABV_COMPONENT_PERMANENT 4u   // the library must stay mapped for ever
#define ABV_COMPONENT_UNLOADABLE 8u  // the library may be unmapped when it is drained
#define ABV_COMPONENT_FAIL_OPEN 16u  // an observing middleware whose failure lets the call go on

// One component of a plugin. The strings are static and zero-terminated; they stay valid as long as
// the library is loaded.
//
// The life of an instance: create, start, calls, drain, stop, destroy. A failed create leaves
// nothing behind; after a failed start only destroy follows.
typedef struct abv_component {
  uint32_t size;
  uint32_t flags;       // ABV_COMPONENT_*
  const char* kind;     // "abv.provider/1"
  const char* name;     // unique within the plugin, such as "openai-chat"
  const char* summary;  // one line for people
  const char*
      config_schema_json;  // JSON Schema 2020-12 of its settings: an object without unknown keys
  const char* abilities_json;  // what it offers; the shape is the kind's (abv/ext/)
  const char* order_json;  // {"after":[{"id","reason"}],"before":[…]} for middlewares, or null

  // Makes an instance from finished, validated config (defaults filled in). Does no I/O, starts no
  // thread. `host` stays valid until destroy returns.
  // [load-thread]
  abv_status(ABV_CALL* create)(const abv_host* host, abv_str config_json, void** self) ABV_NOEXCEPT;

  // Starts what the instance needs besides being called (threads, timers). Optional.
  // [load-thread]
  abv_status(ABV_CALL* start)(void* self) ABV_NOEXCEPT;

  // No new call will come; calls in flight go on. Optional.
  // [load-thread]
  void(ABV_CALL* drain)(void* self) ABV_NOEXCEPT;

  // The last call is over: join threads, close everything. Optional.
  // [load-thread]
  void(ABV_CALL* stop)(void* self) ABV_NOEXCEPT;

  // Frees the instance.
  // [load-thread]
  void(ABV_CALL* destroy)(void* self) ABV_NOEXCEPT;

  // The table of functions of `kind` or of a further ability, by id; null for an id that is not
  // offered. The table is static. Its functions take `self`.
  // [any-thread]
  const void*(ABV_CALL* get_interface)(void* self, abv_str id) ABV_NOEXCEPT;
} abv_component;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_COMPONENT_H
