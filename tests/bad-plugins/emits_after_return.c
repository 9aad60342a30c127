// Keeps the reply of its first call, and writes to it during the second.
#include "abv/abv.h"

static abv_reply kept;

#define PLAIN_HANDLE                            \
  if (kept.ctx != NULL) {                       \
    kept.write(kept.ctx, text("of yesterday")); \
  }                                             \
  kept = *reply;
#include "plain.h"
