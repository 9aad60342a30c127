// A failure as it is told to the client, in no dialect yet.
#ifndef ABV_ABI_ERROR_H
#define ABV_ABI_ERROR_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// What went wrong with one call. The host copies it and writes it in the client's dialect. No field
// may hold a secret.
typedef struct abv_error {
  uint32_t size;
  int32_t http_status;     // 400..599; 0 lets the host choose by `code`
  abv_status code;         // one of ABV_E_*
  uint32_t reserved;       // zero
  int64_t retry_after_ms;  // -1 when unknown; becomes a Retry-After header
  abv_str type;            // a stable word, such as "rate_limit"; may be empty
  abv_str message;         // for people, in plain text
  abv_str param;           // the request field at fault, or empty
  abv_str detail_json;     // the upstream's own error object, or empty
} abv_error;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_ERROR_H
