// Gives another description each time.
#define PLAIN_NO_ENTRY
#include "plain.h"

const abv_plugin* abv_plugin_entry_v1(void) {
  static abv_plugin copies[2];
  static unsigned asked;
  abv_plugin* copy = &copies[asked++ % 2];
  *copy = kPlugin;
  return copy;
}
