// Refuses its config, and says why.
#define PLAIN_CREATE                 \
  say_why(host, "the moon is full"); \
  return ABV_E_INVALID;
#include "plain.h"
