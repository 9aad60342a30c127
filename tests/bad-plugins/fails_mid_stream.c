// Fails after the first bytes of its answer.
#define PLAIN_HANDLE                                 \
  emit_kind(reply, ABV_EVENT_START, "");             \
  emit_kind(reply, ABV_EVENT_TEXT, "half of a wor"); \
  return ABV_E_IO;
#include "plain.h"
