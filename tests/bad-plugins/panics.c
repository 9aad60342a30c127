// Fails as an SDK does that caught an exception.
#define PLAIN_HANDLE \
  (void)reply;       \
  return ABV_E_PANIC;
#include "plain.h"
