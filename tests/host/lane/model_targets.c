// Targets that models can be routed to: two handlers, a provider, and the dialect that a route
// needs. None of them does anything.

#include <string.h>

#include "abv/abv.h"

static int is_kind(abv_str id, const char* kind) {
  return id.len == strlen(kind) && memcmp(id.ptr, kind, id.len) == 0;
}

static abv_status encode_error(void* self, int32_t form, const abv_error* error, abv_str request_id,
                               const abv_writer* out) {
  (void)self;
  (void)form;
  (void)error;
  (void)request_id;
  (void)out;
  return ABV_E_UNSUPPORTED;
}

static abv_status open_decoder(void* self, const abv_codec_params* params, void** state) {
  (void)self;
  (void)params;
  *state = NULL;
  return ABV_OK;
}

static abv_status decode(void* state, abv_str bytes, const abv_event_sink* sink) {
  (void)state;
  (void)bytes;
  (void)sink;
  return ABV_OK;
}

static abv_status finish_decoder(void* state, const abv_event_sink* sink) {
  (void)state;
  (void)sink;
  return ABV_OK;
}

static void close_decoder(void* state) {
  (void)state;
}

static const char* content_type(void* self, int32_t form) {
  (void)self;
  (void)form;
  return "text/plain";
}

static const abv_dialect kDialect = {
    .size = sizeof(abv_dialect),
    .encode_error = encode_error,
    .open_decoder = open_decoder,
    .decode = decode,
    .finish_decoder = finish_decoder,
    .close_decoder = close_decoder,
    .content_type = content_type,
};

static abv_status prepare(void* self, const abv_attempt* attempt, const abv_outgoing* out) {
  (void)self;
  (void)attempt;
  (void)out;
  return ABV_E_UNSUPPORTED;
}

static const abv_provider kProvider = {.size = sizeof(abv_provider), .prepare = prepare};

static abv_status handle(void* self, const abv_call* call, const abv_reply* reply) {
  (void)self;
  (void)call;
  (void)reply;
  return ABV_E_UNSUPPORTED;
}

static const abv_handler kHandler = {.size = sizeof(abv_handler), .handle = handle};

static abv_status create(const abv_host* host, abv_str config_json, void** self) {
  (void)host;
  (void)config_json;
  *self = NULL;
  return ABV_OK;
}

static void destroy(void* self) {
  (void)self;
}

static const void* get_interface(void* self, abv_str id) {
  (void)self;
  if (is_kind(id, ABV_KIND_DIALECT)) {
    return &kDialect;
  }
  if (is_kind(id, ABV_KIND_PROVIDER)) {
    return &kProvider;
  }
  return is_kind(id, ABV_KIND_HANDLER) ? &kHandler : NULL;
}

#define COMPONENT(of_kind, with_name, with_abilities)                                              \
  {                                                                                                \
    .size = sizeof(abv_component), .kind = (of_kind), .name = (with_name), .summary = "for tests", \
    .config_schema_json = "{}", .abilities_json = (with_abilities), .create = create,              \
    .destroy = destroy, .get_interface = get_interface,                                            \
  }

static const abv_component kWords =
    COMPONENT(ABV_KIND_DIALECT, "words",
              "{\"dialect\":\"words\",\"endpoints\":[{\"operation\":\"chat\",\"method\":\"POST\","
              "\"path\":\"/words\",\"model\":\"body\",\"stream\":\"body\"}]}");
static const abv_component kPost =
    COMPONENT(ABV_KIND_PROVIDER, "post", "{\"dialects\":[\"words\"],\"credentials\":[]}");
static const abv_component kChatter =
    COMPONENT(ABV_KIND_HANDLER, "chatter", "{\"operations\":[\"chat\"]}");
static const abv_component kEmbedder =
    COMPONENT(ABV_KIND_HANDLER, "embedder", "{\"operations\":[\"embeddings\",\"models\"]}");

static const abv_component* const kComponents[] = {&kWords, &kPost, &kChatter, &kEmbedder};

static const abv_plugin kPlugin = {
    .size = sizeof(abv_plugin),
    .abi_minor = ABV_ABI_MINOR,
    .id = "test.model-targets",
    .version = "1.0.0",
    .components = kComponents,
    .component_count = sizeof kComponents / sizeof kComponents[0],
};

const abv_plugin* abv_plugin_entry_v1(void) {
  return &kPlugin;
}
