// abv.host.log/1: the host's structured log. Lines carry the plugin's instance name without its
// help.
#ifndef ABV_HOST_LOG_H
#define ABV_HOST_LOG_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_HOST_LOG "abv.host.log/1"

#define ABV_LOG_TRACE 0
#define ABV_LOG_DEBUG 1
#define ABV_LOG_INFO 2
#define ABV_LOG_WARN 3
#define ABV_LOG_ERROR 4

typedef struct abv_host_log {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Would a line of this level be written?
  // [any-thread]
  int32_t(ABV_CALL* enabled)(void* ctx, int32_t level) ABV_NOEXCEPT;

  // Writes one line. `event` is a dotted word such as "token.refreshed"; fields are key and value
  // pairs with text values. Never log a secret.
  // [any-thread]
  void(ABV_CALL* write)(void* ctx, int32_t level, abv_str event, const abv_header* fields,
                        size_t field_count) ABV_NOEXCEPT;
} abv_host_log;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_HOST_LOG_H
