// A plugin in which nothing is wrong: one handler that answers "ok". Each file of this folder
// changes one thing of it, by defining one of these macros before it includes this file. PLAIN_ID,
// the plugin's id, comes from CMake.
//
//   PLAIN_CREATE        statements at the start of create
//   PLAIN_START         statements at the start of start
//   PLAIN_INIT          statements at the start of init
//   PLAIN_HANDLE        statements at the start of handle
//   PLAIN_FLAGS         of the component
//   PLAIN_TABLE         the table that get_interface gives
//   PLAIN_COMPONENTS    the list of components
//   PLAIN_PLUGIN_SIZE   the size that the plugin's description claims
//   PLAIN_TABLE_SIZE    the size that the handler's table claims
//   PLAIN_NO_ENTRY      no entry is defined
#ifndef ABV_TESTS_BAD_PLUGINS_PLAIN_H
#define ABV_TESTS_BAD_PLUGINS_PLAIN_H

#include <string.h>

#include "abv/abv.h"

#ifndef PLAIN_CREATE
#define PLAIN_CREATE
#endif
#ifndef PLAIN_START
#define PLAIN_START
#endif
#ifndef PLAIN_INIT
#define PLAIN_INIT
#endif
#ifndef PLAIN_HANDLE
#define PLAIN_HANDLE
#endif
#ifndef PLAIN_FLAGS
#define PLAIN_FLAGS 0
#endif
#ifndef PLAIN_TABLE
#define PLAIN_TABLE &kHandler
#endif
#ifndef PLAIN_COMPONENTS
#define PLAIN_COMPONENTS &kComponent
#endif
#ifndef PLAIN_PLUGIN_SIZE
#define PLAIN_PLUGIN_SIZE sizeof(abv_plugin)
#endif
#ifndef PLAIN_TABLE_SIZE
#define PLAIN_TABLE_SIZE sizeof(abv_handler)
#endif

static inline abv_str text(const char* zero_terminated) {
  abv_str view = {zero_terminated, strlen(zero_terminated)};
  return view;
}

static inline void say_why(const abv_host* host, const char* why) {
  host->set_create_error(host->ctx, text(why));
}

static inline abv_status emit_kind(const abv_reply* reply, uint32_t kind, const char* words) {
  abv_event event = {.size = sizeof event, .kind = kind, .text = text(words)};
  return reply->emit(reply->ctx, &event);
}

static abv_status plain_handle(void* self, const abv_call* call, const abv_reply* reply) {
  (void)self;
  (void)call;
  PLAIN_HANDLE
  const abv_status status = reply->begin(reply->ctx, 200, NULL, 0);
  return status < ABV_OK ? status : reply->write(reply->ctx, text("ok"));
}

static const abv_handler kHandler = {
    .size = PLAIN_TABLE_SIZE,
    .handle = plain_handle,
    .models = NULL,
};

static abv_status plain_create(const abv_host* host, abv_str config_json, void** self) {
  (void)host;
  (void)config_json;
  *self = NULL;
  PLAIN_CREATE
  return ABV_OK;
}

static abv_status plain_start(void* self) {
  (void)self;
  PLAIN_START
  return ABV_OK;
}

static void plain_destroy(void* self) {
  (void)self;
}

static const void* plain_get_interface(void* self, abv_str id) {
  (void)self;
  const abv_str kind = text(ABV_KIND_HANDLER);
  const int is_kind = id.len == kind.len && memcmp(id.ptr, kind.ptr, id.len) == 0;
  const void* table = is_kind ? (const void*)&kHandler : NULL;
  return table == NULL ? NULL : (const void*)(PLAIN_TABLE);
}

static const abv_component kComponent = {
    .size = sizeof(abv_component),
    .flags = PLAIN_FLAGS,
    .kind = ABV_KIND_HANDLER,
    .name = "plain",
    .summary = "answers ok",
    .config_schema_json = "{\"type\":\"object\"}",
    .abilities_json = "{\"operations\":[\"chat\"]}",
    .order_json = NULL,
    .create = plain_create,
    .start = plain_start,
    .drain = NULL,
    .stop = NULL,
    .destroy = plain_destroy,
    .get_interface = plain_get_interface,
};

static const abv_component* const kComponents[] = {PLAIN_COMPONENTS};

static abv_status plain_init(const char* library_path) {
  (void)library_path;
  PLAIN_INIT
  return ABV_OK;
}

static const abv_plugin kPlugin = {
    .size = PLAIN_PLUGIN_SIZE,
    .abi_minor = ABV_ABI_MINOR,
    .id = PLAIN_ID,
    .version = "1.0.0",
    .components = kComponents,
    .component_count = sizeof kComponents / sizeof kComponents[0],
    .init = plain_init,
    .deinit = NULL,
};

#ifndef PLAIN_NO_ENTRY
const abv_plugin* abv_plugin_entry_v1(void) {
  return &kPlugin;
}
#else
// Keeps the description in use.
const abv_plugin* plain_description(void);
const abv_plugin* plain_description(void) {
  return &kPlugin;
}
#endif

#endif  // ABV_TESTS_BAD_PLUGINS_PLAIN_H
