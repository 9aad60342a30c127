// Sends content before START, which the grammar of events forbids.
#define PLAIN_HANDLE return emit_kind(reply, ABV_EVENT_TEXT, "too early");
#include "plain.h"
