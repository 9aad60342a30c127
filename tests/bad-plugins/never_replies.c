// Says that the answer is complete, without one.
#define PLAIN_HANDLE \
  (void)reply;       \
  return ABV_OK;
#include "plain.h"
