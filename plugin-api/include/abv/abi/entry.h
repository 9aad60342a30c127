// The one symbol that a plugin exports.
#ifndef ABV_ABI_ENTRY_H
#define ABV_ABI_ENTRY_H

#include "abv/abi/plugin.h"

// The symbol's name carries the major version: a host that knows only a newer major refuses the
// file by its symbol list, before any of its code runs.
#define ABV_ENTRY_SYMBOL "abv_plugin_entry_v1"

#ifdef __cplusplus
extern "C" {
#endif

// Gives the library's description. Pure: no side effects, the same pointer each time, never null
// unless the library cannot work on this machine at all.
// [load-thread]
typedef const abv_plugin*(ABV_CALL* abv_plugin_entry_fn)(void) ABV_NOEXCEPT;

ABV_EXPORT const abv_plugin* ABV_CALL abv_plugin_entry_v1(void) ABV_NOEXCEPT;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_ENTRY_H
