// Writes to where it may not.
#include <stdint.h>

// Volatile, so that no compiler sees what is coming.
static volatile uintptr_t nowhere = 16;

#define PLAIN_HANDLE *(volatile char*)nowhere = 1;
#include "plain.h"
