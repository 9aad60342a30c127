// A handler in C11: answers every chat call with a greeting. To make it your own:
//
//   1. Copy the folder, and give the file, the project and the plugin (see CMakeLists.txt) your
//   name.
//   2. Change `id`, `version` and the component's texts at the end of this file. The id is
//      vendor.name, in [a-z0-9.-].
//   3. Put what one instance keeps into struct example, and its settings into the JSON Schema.
//   4. Answer in example_handle: with events, as here, or with reply->begin and reply->write.
//   5. Build; then name the id under plugins.allow of the host's YAML, and under `providers`.
//
// The unused slots of each table are written out with a null, so that you can see what there is.

#include <stdlib.h>
#include <string.h>

#include "abv/abv.h"

// What one instance keeps.
struct example {
  const abv_host* host;
};

static abv_str text(const char* zero_terminated) {
  abv_str view = {zero_terminated, strlen(zero_terminated)};
  return view;
}

static abv_status emit_text(const abv_reply* reply, const char* piece) {
  abv_event event = {.size = sizeof event, .kind = ABV_EVENT_TEXT, .text = text(piece)};
  return reply->emit(reply->ctx, &event);
}

// The host's refusals (the client is gone, …) are returned as they are: it knows what they mean.
static abv_status example_handle(void* self, const abv_call* call, const abv_reply* reply) {
  (void)self;
  abv_event start = {.size = sizeof start, .kind = ABV_EVENT_START, .name = call->model};
  abv_status status = reply->emit(reply->ctx, &start);
  if (status < ABV_OK) return status;

  status = emit_text(reply, "Hello ");
  if (status < ABV_OK) return status;
  status = emit_text(reply, "from C.");
  if (status < ABV_OK) return status;

  abv_event stop = {.size = sizeof stop, .kind = ABV_EVENT_STOP, .number = ABV_STOP_END};
  return reply->emit(reply->ctx, &stop);
}

static const abv_handler kHandler = {
    .size = sizeof(abv_handler),
    .handle = example_handle,
    .models = NULL,
};

// `config_json` has been checked against the schema below. To fail, say why with
// host->set_create_error and return a negative status.
static abv_status example_create(const abv_host* host, abv_str config_json, void** self) {
  (void)config_json;
  struct example* instance = calloc(1, sizeof *instance);
  if (instance == NULL) return ABV_E_NO_MEMORY;
  instance->host = host;
  *self = instance;
  return ABV_OK;
}

static void example_destroy(void* self) {
  free(self);
}

static const void* example_get_interface(void* self, abv_str id) {
  (void)self;
  const abv_str kind = text(ABV_KIND_HANDLER);
  return id.len == kind.len && memcmp(id.ptr, kind.ptr, id.len) == 0 ? &kHandler : NULL;
}

static const abv_component kComponent = {
    .size = sizeof(abv_component),
    .flags = 0,
    .kind = ABV_KIND_HANDLER,
    .name = "example",
    .summary = "greets",
    .config_schema_json = "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}",
    .abilities_json = "{\"operations\":[\"chat\"]}",
    .order_json = NULL,
    .create = example_create,
    .start = NULL,
    .drain = NULL,
    .stop = NULL,
    .destroy = example_destroy,
    .get_interface = example_get_interface,
};

static const abv_component* const kComponents[] = {&kComponent};

static const abv_plugin kPlugin = {
    .size = sizeof(abv_plugin),
    .abi_minor = ABV_ABI_MINOR,
    .id = "org.example.example",
    .version = "0.1.0",
    .components = kComponents,
    .component_count = 1,
    .init = NULL,
    .deinit = NULL,
};

const abv_plugin* abv_plugin_entry_v1(void) {
  return &kPlugin;
}
