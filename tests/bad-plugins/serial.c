// Must not be called twice at once: counts without a lock.
#include "abv/abv.h"

static int calls;

#define PLAIN_FLAGS ABV_COMPONENT_SERIAL
#define PLAIN_HANDLE ++calls;
#include "plain.h"
