// Says that it cannot work here.
#define PLAIN_NO_ENTRY
#include "plain.h"

const abv_plugin* abv_plugin_entry_v1(void) {
  return NULL;
}
