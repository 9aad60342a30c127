// Is slow to see that the client is gone, and then pretends that all is well.
#include <sched.h>

#define PLAIN_HANDLE                        \
  while (call->cancelled(call->ctx) == 0) { \
    sched_yield();                          \
  }                                         \
  (void)reply;                              \
  return ABV_OK;
#include "plain.h"
