// Built for a later major of the ABI.
#define PLAIN_NO_ENTRY
#include "plain.h"

ABV_EXPORT const abv_plugin* abv_plugin_entry_v2(void);
const abv_plugin* abv_plugin_entry_v2(void) {
  return &kPlugin;
}
