// The words that every other header of the ABI uses: calling convention, status, views.
//
// Three kinds of struct stand in these headers:
//   * frozen structs (abv_str, abv_header): never change, may be held in arrays;
//   * tables and records: begin with `size`, grow at the end only, are passed by pointer, and are
//     held in arrays of pointers only;
//   * handles: incomplete, never looked into.
// Read a field of a record only after ABV_HAS says that the maker knew it.
#ifndef ABV_ABI_BASE_H
#define ABV_ABI_BASE_H

#include <stddef.h>
#include <stdint.h>

#define ABV_ABI_MAJOR 1
#define ABV_ABI_MINOR 0

#if defined(_WIN32)
#define ABV_CALL __cdecl
#define ABV_EXPORT __declspec(dllexport)
#else
#define ABV_CALL
#define ABV_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define ABV_NOEXCEPT noexcept
#else
#define ABV_NOEXCEPT
#endif

// True when the maker of `*ptr` knew `member`: the struct reaches to its end.
#ifdef __cplusplus
#define ABV_HAS(type, ptr, member) ((ptr)->size >= offsetof(type, member) + sizeof(type::member))
#else
#define ABV_HAS(type, ptr, member) \
  ((ptr)->size >= offsetof(type, member) + sizeof(((const type*)0)->member))
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Zero is success, positive is progress of a special kind, negative is failure.
typedef int32_t abv_status;

#define ABV_OK 0
#define ABV_PENDING 1    // not finished: the rest comes later, as the function's comment says
#define ABV_RESPONDED 2  // a middleware has answered the call itself

#define ABV_E_INVALID (-1)      // the caller broke a rule of this API, or the input is malformed
#define ABV_E_UNSUPPORTED (-2)  // not offered; the caller may use its fallback
#define ABV_E_PANIC (-3)        // an exception was caught; never a reason for a fallback
#define ABV_E_CANCELLED (-4)    // the client is gone: stop, release, return this same status
#define ABV_E_DEADLINE (-5)     // a time limit passed
#define ABV_E_NO_MEMORY (-6)
#define ABV_E_NOT_FOUND (-7)
#define ABV_E_DENIED (-8)  // policy forbids it
#define ABV_E_IO (-9)      // the system or a peer failed
#define ABV_E_LIMIT (-10)  // a size or count limit was exceeded
#define ABV_E_INTERNAL (-11)

// A view of bytes, mostly UTF-8 text. Frozen. It belongs to its maker and is valid until the
// function that received it returns, if nothing else is said. `ptr` may be null only when `len` is
// 0. There is no terminating zero to rely on.
typedef struct abv_str {
  const char* ptr;
  size_t len;
} abv_str;

// One HTTP header field. Frozen. Names compare without regard to case.
typedef struct abv_header {
  abv_str name;
  abv_str value;
} abv_header;

// Where a function puts bytes that it makes. The host copies at once.
typedef struct abv_writer {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Appends bytes. Returns ABV_E_LIMIT when the host's limit for this output is exceeded; give up
  // then.
  // [any-thread] [must-not-block]
  abv_status(ABV_CALL* write)(void* ctx, abv_str bytes) ABV_NOEXCEPT;
} abv_writer;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_BASE_H
