// The host, as one instance of a component sees it.
#ifndef ABV_ABI_HOST_H
#define ABV_ABI_HOST_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// Given to `create`, one per instance; valid until `destroy` returns. A plugin must work, with
// less, when any service is missing.
typedef struct abv_host {
  uint32_t size;
  uint32_t abi_minor;  // of the host
  void* ctx;

  // A service of the host by id ("abv.host.log/1", see abv/host/), or null. The pointer is valid as
  // long as this abv_host.
  // [any-thread]
  const void*(ABV_CALL* get_extension)(void* ctx, abv_str id) ABV_NOEXCEPT;

  // Says why `create` or `start` is about to fail. The host copies the text and shows it together
  // with the place of the instance in the YAML.
  // [load-thread]
  void(ABV_CALL* set_create_error)(void* ctx, abv_str text) ABV_NOEXCEPT;
} abv_host;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_HOST_H
