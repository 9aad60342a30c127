// One component of each kind that is not a handler, to see what the wrappers carry over the border.

#include <cstdint>
#include <string>
#include <string_view>

#include "abv/abv.h"

namespace {

abv_str view(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view text(abv_str view) {
  return {view.ptr, view.len};
}

abv_status write(const abv_writer* out, const std::string& bytes) {
  return out->write(out->ctx, view(bytes));
}

abv_status emit_text(const abv_event_sink* sink, std::string_view piece) {
  abv_event event{};
  event.size = sizeof event;
  event.kind = ABV_EVENT_TEXT;
  event.text = view(piece);
  return sink->emit(sink->ctx, &event);
}

// The dialect "letters": every byte is a text event; the stream ends with a dot.

struct Letters {
  std::string model;
  bool has_ended = false;
};

abv_status encode_error(void*, std::int32_t form, const abv_error* error, abv_str request_id,
                        const abv_writer* out) noexcept {
  return write(out, std::to_string(form) + " " + std::to_string(error->http_status) + " " +
                        std::string(text(error->message)) + " " + std::string(text(request_id)));
}

abv_status decode_models(void*, abv_str body, const abv_writer* out) noexcept {
  return write(out, "models of " + std::string(text(body)));
}

abv_status open_codec(void*, const abv_codec_params* params, void** state) noexcept {
  if (text(params->model) == "refused") {
    return ABV_E_UNSUPPORTED;
  }
  *state = new Letters{std::string(text(params->model)), false};
  return ABV_OK;
}

void close_codec(void* state) noexcept {
  delete static_cast<Letters*>(state);
}

abv_status decode(void* state, abv_str bytes, const abv_event_sink* sink) noexcept {
  for (const char& letter : text(bytes)) {
    if (letter == '.') {
      static_cast<Letters*>(state)->has_ended = true;
      continue;
    }
    const abv_status status = emit_text(sink, {&letter, 1});
    if (status < ABV_OK) {
      return status;
    }
  }
  return ABV_OK;
}

abv_status finish_decoder(void* state, const abv_event_sink*) noexcept {
  return static_cast<Letters*>(state)->has_ended ? ABV_OK : ABV_E_INVALID;
}

abv_status encode(void*, const abv_event* event, const abv_writer* out) noexcept {
  return out->write(out->ctx, event->text);
}

abv_status finish_encoder(void* state, const abv_writer* out) noexcept {
  return write(out, " by " + static_cast<Letters*>(state)->model);
}

const char* content_type(void*, std::int32_t form) noexcept {
  return form == ABV_FORM_STREAM ? "text/letters" : "text/plain";
}

constexpr abv_dialect make_dialect() {
  abv_dialect table{};
  table.size = sizeof table;
  table.decodes = ABV_EVENT_BIT(ABV_EVENT_TEXT);
  table.encodes = ABV_EVENT_BIT(ABV_EVENT_TEXT);
  table.encode_error = encode_error;
  table.decode_models = decode_models;
  table.open_decoder = open_codec;
  table.decode = decode;
  table.finish_decoder = finish_decoder;
  table.close_decoder = close_codec;
  table.open_encoder = open_codec;
  table.encode = encode;
  table.finish_encoder = finish_encoder;
  table.close_encoder = close_codec;
  table.content_type = content_type;
  return table;
}

constexpr abv_dialect kDialect = make_dialect();

// The provider: what it is told goes into headers.

abv_status append_to_string(void* ctx, abv_str bytes) noexcept {
  static_cast<std::string*>(ctx)->append(text(bytes));
  return ABV_OK;
}

abv_status prepare(void*, const abv_attempt* attempt, const abv_outgoing* out) noexcept {
  if (attempt->account == nullptr) {
    return ABV_E_DENIED;
  }
  std::string region;
  const abv_writer writer{sizeof writer, 0, &region, append_to_string};
  const abv_account& account = *attempt->account;
  if (account.secret(account.ctx, view("region"), &writer) != ABV_OK ||
      account.secret(account.ctx, view("nothing"), &writer) != ABV_E_NOT_FOUND) {
    return ABV_E_INVALID;
  }
  out->set_url(out->ctx, view("https://" + region + ".example" + std::string(text(attempt->path))));
  out->set_header(out->ctx, view("x-number"), view(std::to_string(attempt->number)));
  out->splice(out->ctx, 0, 1, attempt->model);
  return out->set_credential(out->ctx, view("authorization"), view("Bearer "), view("api_key"));
}

abv_status judge(void*, const abv_attempt*, const abv_answer* answer, abv_verdict* verdict,
                 const abv_writer* reason) noexcept {
  verdict->action = answer->http_status == 599 ? 77 : ABV_ACTION_ROTATE;
  verdict->cool_down_ms = 1500;
  return write(reason, "status " + std::to_string(answer->http_status));
}

constexpr abv_provider make_provider() {
  abv_provider table{};
  table.size = sizeof table;
  table.prepare = prepare;
  table.judge = judge;
  return table;
}

constexpr abv_provider kProvider = make_provider();

// The middleware: doubles every event; answers requests for /stop.

abv_status open(void*, const abv_call* call, void** state) noexcept {
  *state = new std::string(text(call->id));
  return ABV_OK;
}

abv_status on_request(void*, void* state, const abv_call* call, const abv_edit* edit,
                      const abv_reply* reply) noexcept {
  edit->set_header(edit->ctx, view("x-id"), view(*static_cast<std::string*>(state)));
  if (text(call->path) == "/strange") {
    return 17;
  }
  if (text(call->path) != "/stop") {
    return ABV_OK;
  }
  reply->begin(reply->ctx, 418, nullptr, 0);
  reply->write(reply->ctx, edit->header(edit->ctx, view("x-from")));
  return ABV_RESPONDED;
}

abv_status on_event(void*, void*, const abv_event* event, const abv_event_sink* next) noexcept {
  if (next == nullptr) {
    return ABV_OK;
  }
  const abv_status status = next->emit(next->ctx, event);
  return status < ABV_OK ? status : next->emit(next->ctx, event);
}

void close(void*, void* state, const abv_outcome*) noexcept {
  delete static_cast<std::string*>(state);
}

constexpr abv_middleware make_middleware() {
  abv_middleware table{};
  table.size = sizeof table;
  table.open = open;
  table.on_request = on_request;
  table.on_event = on_event;
  table.close = close;
  return table;
}

constexpr abv_middleware kMiddleware = make_middleware();

abv_status create(const abv_host*, abv_str, void** self) noexcept {
  *self = nullptr;
  return ABV_OK;
}

void destroy(void*) noexcept {}

const void* get_interface(void*, abv_str id) noexcept {
  if (text(id) == ABV_KIND_DIALECT) {
    return &kDialect;
  }
  if (text(id) == ABV_KIND_PROVIDER) {
    return &kProvider;
  }
  return text(id) == ABV_KIND_MIDDLEWARE ? &kMiddleware : nullptr;
}

constexpr abv_component make_component(const char* kind, const char* name, const char* abilities,
                                       const char* order) {
  abv_component component{};
  component.size = sizeof component;
  component.kind = kind;
  component.name = name;
  component.summary = "for tests";
  component.config_schema_json = "{}";
  component.abilities_json = abilities;
  component.order_json = order;
  component.create = create;
  component.destroy = destroy;
  component.get_interface = get_interface;
  return component;
}

constexpr abv_component kDialectComponent =
    make_component(ABV_KIND_DIALECT, "letters",
                   R"({"dialect":"letters","endpoints":[{"operation":"chat","method":"POST",)"
                   R"("path":"/letters/{model}","model":"path","stream":"always"}]})",
                   nullptr);
constexpr abv_component kProviderComponent = make_component(
    ABV_KIND_PROVIDER, "post", R"({"dialects":["letters"],"credentials":["api_key"]})", nullptr);
constexpr abv_component kMiddlewareComponent =
    make_component(ABV_KIND_MIDDLEWARE, "twice", R"({"events":"change"})",
                   R"({"after":[{"id":"test.auth","reason":"it needs to know who asks"}]})");

constexpr const abv_component* kComponents[] = {&kDialectComponent, &kProviderComponent,
                                                &kMiddlewareComponent};

}  // namespace

extern "C" ABV_EXPORT const abv_plugin* ABV_CALL abv_plugin_entry_v1(void) noexcept {
  static constexpr abv_plugin kPlugin{
      sizeof(abv_plugin), 0, 0, 0, "test.all-kinds", "2.0.0", kComponents, 3, nullptr, nullptr};
  return &kPlugin;
}
