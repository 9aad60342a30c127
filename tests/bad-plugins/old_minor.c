// Built against a header whose tables ended before `models`, and whose description ended before
// `init`.
#include <stddef.h>

#define PLAIN_PLUGIN_SIZE offsetof(abv_plugin, init)
#define PLAIN_TABLE_SIZE offsetof(abv_handler, models)
#define PLAIN_INIT return ABV_E_INTERNAL;
#include "plain.h"
