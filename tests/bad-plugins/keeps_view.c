// Keeps a view of its first call, and reads it during the second.
#include "abv/abv.h"

static abv_str kept;

#define PLAIN_HANDLE                                                 \
  if (kept.len > 0) {                                                \
    const abv_status begun = reply->begin(reply->ctx, 200, NULL, 0); \
    return begun < ABV_OK ? begun : reply->write(reply->ctx, kept);  \
  }                                                                  \
  kept = call->id;
#include "plain.h"
