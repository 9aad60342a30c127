// abv.host.store/1: a small key-value store per plugin instance, which survives restarts.
#ifndef ABV_HOST_STORE_H
#define ABV_HOST_STORE_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_HOST_STORE "abv.host.store/1"

// Keys are 1 to 512 bytes, values up to 1 MiB. Writes are durable when the function returns. Not
// for the data path: a write may take milliseconds.
typedef struct abv_host_store {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Writes the value of `key` to `out`, or returns ABV_E_NOT_FOUND.
  // [any-thread] [may-block]
  abv_status(ABV_CALL* get)(void* ctx, abv_str key, const abv_writer* out) ABV_NOEXCEPT;

  // [any-thread] [may-block]
  abv_status(ABV_CALL* put)(void* ctx, abv_str key, abv_str value) ABV_NOEXCEPT;

  // Removes a key; ABV_OK also when it was not there.
  // [any-thread] [may-block]
  abv_status(ABV_CALL* remove)(void* ctx, abv_str key) ABV_NOEXCEPT;

  // Calls `each` for every key that starts with `prefix`, in order, until it returns a failure.
  // [any-thread] [may-block]
  abv_status(ABV_CALL* keys)(void* ctx, abv_str prefix,
                             abv_status(ABV_CALL* each)(void* arg, abv_str key), void* arg)
      ABV_NOEXCEPT;
} abv_host_store;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_HOST_STORE_H
