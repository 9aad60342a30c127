// Built twice, with two versions of the same code, to be loaded one after the other.
#include <stddef.h>
#include "abv/abv.h"

static int calls;

#define PLAIN_HANDLE                                               \
  ++calls;                                                         \
  const abv_status begun = reply->begin(reply->ctx, 200, NULL, 0); \
  if (begun < ABV_OK) {                                            \
    return begun;                                                  \
  }                                                                \
  return reply->write(reply->ctx, text(calls == 1 ? RELOADED_VERSION " first" : RELOADED_VERSION));
#include "plain.h"
