// Exports nothing.
#define PLAIN_NO_ENTRY
#include "plain.h"
