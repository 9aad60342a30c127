// A plugin: what one shared library brings.
#ifndef ABV_ABI_PLUGIN_H
#define ABV_ABI_PLUGIN_H

#include "abv/abi/component.h"

#ifdef __cplusplus
extern "C" {
#endif

// Static data of a library; the same pointer each time the entry is asked.
typedef struct abv_plugin {
  uint32_t size;
  uint32_t abi_minor;   // ABV_ABI_MINOR that it was built with
  uint32_t flags;       // zero
  uint32_t reserved;    // zero
  const char* id;       // "abv.openai": reverse-domain or vendor.name, [a-z0-9.-]
  const char* version;  // semantic version
  const abv_component* const* components;
  size_t component_count;

  // Called once after loading, with the path that the library was loaded from. Optional.
  // [load-thread]
  abv_status(ABV_CALL* init)(const char* library_path) ABV_NOEXCEPT;

  // Called once when the last instance is destroyed and no other will be made. Optional.
  // [load-thread]
  void(ABV_CALL* deinit)(void) ABV_NOEXCEPT;
} abv_plugin;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_PLUGIN_H
