// abv.host.secret/1: secrets that the YAML granted to this instance.
#ifndef ABV_HOST_SECRET_H
#define ABV_HOST_SECRET_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_HOST_SECRET "abv.host.secret/1"

// Config settings whose schema says "format": "secret" do not reach `create` in clear text: the
// config holds the setting's name as "secret:<name>", or "" when it is not set. The text is asked
// for here.
typedef struct abv_host_secret {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Writes the secret called `name` to `out`. ABV_E_NOT_FOUND when the instance has no such secret.
  // Each use is counted.
  // [any-thread]
  abv_status(ABV_CALL* read)(void* ctx, abv_str name, const abv_writer* out) ABV_NOEXCEPT;

  // Is `given` equal to the secret called `name`? Takes a time that does not depend on where they
  // differ. 1 equal, 0 different or unknown.
  // [any-thread]
  int32_t(ABV_CALL* equals)(void* ctx, abv_str name, abv_str given) ABV_NOEXCEPT;
} abv_host_secret;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_HOST_SECRET_H
