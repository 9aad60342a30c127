// abv.host.info/1: facts about the running host.
#ifndef ABV_HOST_INFO_H
#define ABV_HOST_INFO_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_HOST_INFO "abv.host.info/1"

typedef struct abv_host_info {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // A fact by key, or empty: "version", "instance" (this instance's name in the YAML),
  // "listen.host", "listen.port", "listen.is_loopback" ("true"/"false"). Valid as long as the
  // abv_host.
  // [any-thread]
  abv_str(ABV_CALL* get)(void* ctx, abv_str key) ABV_NOEXCEPT;
} abv_host_info;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_HOST_INFO_H
