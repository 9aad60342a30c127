// Offers two majors, so that it is not clear what it is.
#include "plain.h"

ABV_EXPORT const abv_plugin* abv_plugin_entry_v2(void);
const abv_plugin* abv_plugin_entry_v2(void) {
  return &kPlugin;
}
