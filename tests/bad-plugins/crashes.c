// Writes to where it may not.
#include <stdint.h>

#define PLAIN_HANDLE                                               \
  volatile char* nowhere = (volatile char*)(uintptr_t)UINT8_C(16); \
  *nowhere = 1;
#include "plain.h"
