// abv.dialect/1 from a C++ class. Required:
//
//   std::string encode_error(Form, const Error&, std::string_view request_id) const;
//   const char* content_type(Form) const;
//
// Optional:
//
//   std::optional<std::string> encode_models(std::string_view models_json, std::string_view only,
//                                            std::string_view query) const;     nothing: not found
//   std::string decode_models(std::string_view body) const;
//   class Decoder { Decoder(const CodecParams&);   or Decoder(const T&, const CodecParams&)
//                   void decode(std::string_view bytes, EventSink&);
//                   void finish(EventSink&); };
//   class Encoder { Encoder(const CodecParams&);   or Encoder(const T&, const CodecParams&)
//                   void encode(const Event&, Writer&);
//                   void finish(Writer&);
//                   const char* answer_type() const; };     optional; null: as content_type says
//   static constexpr std::uint64_t kDecodes, kEncodes;   masks; required with a Decoder, an Encoder
//   void decode_request(const Call&, Writer& canonical, LossSink&) const;
//   void encode_request(std::string_view canonical, const Attempt&, Outgoing&, LossSink&) const;
//
// A codec says that its input is malformed by throwing Failure{400, …} or Stopped{ABV_E_INVALID};
// encode_request what its upstream cannot do by throwing a Failure.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abv/ext/dialect.h"
#include "abv/sdk/call.hpp"
#include "abv/sdk/component.hpp"
#include "abv/sdk/event.hpp"
#include "abv/sdk/provider.hpp"

namespace abv::sdk {
inline namespace v1 {

enum class Form : std::int32_t { kWhole = ABV_FORM_WHOLE, kStream = ABV_FORM_STREAM };

// What a decoder or encoder works for. The views live as long as the constructor that gets it runs:
// copy what is needed later.
class CodecParams {
 public:
  explicit CodecParams(const abv_codec_params& raw) : raw_(&raw) {}

  Form form() const { return static_cast<Form>(raw_->form); }
  bool is_stream() const { return raw_->form == ABV_FORM_STREAM; }
  bool wants(std::uint32_t kind) const { return (raw_->wanted & ABV_EVENT_BIT(kind)) != 0; }
  std::uint64_t wanted() const { return raw_->wanted; }
  std::string_view operation() const { return view(raw_->operation); }
  std::string_view model() const { return view(raw_->model); }
  std::string_view id() const { return view(raw_->id); }
  std::string_view request_body() const { return view(raw_->request_body); }
  std::string_view query() const { return view(raw_->query); }
  std::int64_t now_unix_ms() const { return raw_->now_unix_ms; }
  // The content-type of request_body(); empty when the host does not tell it.
  std::string_view request_type() const {
    return ABV_HAS(abv_codec_params, raw_, request_type) ? view(raw_->request_type)
                                                         : std::string_view();
  }
  // The call that is answered, or null.
  const abv_call* call() const {
    return ABV_HAS(abv_codec_params, raw_, call) ? raw_->call : nullptr;
  }

 private:
  const abv_codec_params* raw_;
};

// Where conversion tells what it could not carry over.
class LossSink {
 public:
  explicit LossSink(const abv_loss_sink* raw) : raw_(raw) {}

  void dropped(std::string_view path, std::string_view why) { lost(path, "dropped", why); }
  void defaulted(std::string_view path, std::string_view why) { lost(path, "defaulted", why); }
  void approximated(std::string_view path, std::string_view why) {
    lost(path, "approximated", why);
  }

 private:
  void lost(std::string_view path, std::string_view what, std::string_view why) {
    if (raw_ != nullptr) raw_->lost(raw_->ctx, str(path), str(what), str(why));
  }

  const abv_loss_sink* raw_;
};

namespace detail {

template <class T>
concept HasEncodeError = requires(const T& t, const Error& error) {
  { t.encode_error(Form(), error, std::string_view()) } -> std::convertible_to<std::string>;
};
template <class T>
concept HasContentType = requires(const T& t) {
  { t.content_type(Form()) } -> std::convertible_to<const char*>;
};
template <class T>
concept HasEncodeModels = requires(const T& t, std::string_view s) {
  { t.encode_models(s, s, s) } -> std::convertible_to<std::optional<std::string>>;
};
template <class T>
concept HasDecodeModels = requires(const T& t, std::string_view s) {
  { t.decode_models(s) } -> std::convertible_to<std::string>;
};
template <class T>
concept HasDecoder = requires {
  typename T::Decoder;
};
template <class T>
concept HasEncoder = requires {
  typename T::Encoder;
};
template <class T>
concept HasDecodeRequest = requires(const T& t, const Call& call, Writer& out, LossSink& loss) {
  t.decode_request(call, out, loss);
};
template <class T>
concept HasEncodeRequest = requires(const T& t, std::string_view canonical, const Attempt& attempt,
                                    Outgoing& out, LossSink& loss) {
  t.encode_request(canonical, attempt, out, loss);
};

template <class Encoder>
concept HasAnswerType = requires(const Encoder& encoder) {
  { encoder.answer_type() } -> std::convertible_to<const char*>;
};

template <class Codec, class T>
Codec* make_codec(const T& dialect, const abv_codec_params& params) {
  if constexpr (std::constructible_from<Codec, const T&, const CodecParams&>) {
    return new Codec(dialect, CodecParams(params));
  } else {
    return new Codec(CodecParams(params));
  }
}

template <class T>
struct DecoderThunks {
  using Decoder = typename T::Decoder;

  static abv_status open(void* self, const abv_codec_params* params, void** state) noexcept {
    const auto* instance = static_cast<const Instance<T>*>(self);
    *state = nullptr;
    return guarded(&instance->host, nullptr,
                   [&] { *state = make_codec<Decoder>(instance->component, *params); });
  }
  static abv_status decode(void* state, abv_str bytes, const abv_event_sink* sink) noexcept {
    return guarded(nullptr, nullptr, [&] {
      EventSink events(sink);
      static_cast<Decoder*>(state)->decode(view(bytes), events);
    });
  }
  static abv_status finish(void* state, const abv_event_sink* sink) noexcept {
    return guarded(nullptr, nullptr, [&] {
      EventSink events(sink);
      static_cast<Decoder*>(state)->finish(events);
    });
  }
  static void close(void* state) noexcept { delete static_cast<Decoder*>(state); }
};

template <class T>
struct EncoderThunks {
  using Encoder = typename T::Encoder;

  static abv_status open(void* self, const abv_codec_params* params, void** state) noexcept {
    const auto* instance = static_cast<const Instance<T>*>(self);
    *state = nullptr;
    return guarded(&instance->host, nullptr,
                   [&] { *state = make_codec<Encoder>(instance->component, *params); });
  }
  static abv_status encode(void* state, const abv_event* event, const abv_writer* out) noexcept {
    return guarded(nullptr, nullptr, [&] {
      Writer writer(out);
      static_cast<Encoder*>(state)->encode(Event(*event), writer);
    });
  }
  static abv_status finish(void* state, const abv_writer* out) noexcept {
    return guarded(nullptr, nullptr, [&] {
      Writer writer(out);
      static_cast<Encoder*>(state)->finish(writer);
    });
  }
  static void close(void* state) noexcept { delete static_cast<Encoder*>(state); }
  static const char* answer_type(void* state) noexcept {
    const char* type = nullptr;
    if constexpr (HasAnswerType<Encoder>) {
      guarded(nullptr, nullptr, [&] { type = static_cast<const Encoder*>(state)->answer_type(); });
    }
    return type;
  }
};

template <class T>
struct DialectInterface {
  static_assert(
      HasEncodeError<T>,
      "a dialect needs: std::string encode_error(Form, const Error&, std::string_view) const");
  static_assert(HasContentType<T>, "a dialect needs: const char* content_type(Form) const");
  ABV_SDK_OPTIONAL(T, encode_models, HasEncodeModels<T>);
  ABV_SDK_OPTIONAL(T, decode_models, HasDecodeModels<T>);
  ABV_SDK_OPTIONAL(T, decode_request, HasDecodeRequest<T>);
  ABV_SDK_OPTIONAL(T, encode_request, HasEncodeRequest<T>);

  static constexpr const char* kKind = ABV_KIND_DIALECT;
  using Self = Instance<T>;

  static abv_status encode_error(void* self, int32_t form, const abv_error* error,
                                 abv_str request_id, const abv_writer* out) noexcept {
    const auto* instance = static_cast<const Self*>(self);
    return guarded(&instance->host, nullptr, [&] {
      Writer(out).write(instance->component.encode_error(static_cast<Form>(form), Error(*error),
                                                         view(request_id)));
    });
  }

  static abv_status encode_models(void* self, abv_str models_json, abv_str only, abv_str query,
                                  const abv_writer* out) noexcept {
    const auto* instance = static_cast<const Self*>(self);
    return guarded(&instance->host, nullptr, [&]() -> abv_status {
      const std::optional<std::string> body =
          instance->component.encode_models(view(models_json), view(only), view(query));
      if (!body) return ABV_E_NOT_FOUND;
      Writer(out).write(*body);
      return ABV_OK;
    });
  }

  static abv_status decode_models(void* self, abv_str body, const abv_writer* out) noexcept {
    const auto* instance = static_cast<const Self*>(self);
    return guarded(&instance->host, nullptr,
                   [&] { Writer(out).write(instance->component.decode_models(view(body))); });
  }

  static const char* content_type(void* self, int32_t form) noexcept {
    const char* type = "application/octet-stream";
    const auto* instance = static_cast<const Self*>(self);
    guarded(&instance->host, nullptr,
            [&] { type = instance->component.content_type(static_cast<Form>(form)); });
    return type;
  }

  static abv_status decode_request(void* self, const abv_call* call, const abv_writer* canonical,
                                   const abv_loss_sink* loss) noexcept {
    const auto* instance = static_cast<const Self*>(self);
    return guarded(&instance->host, call, [&] {
      Writer out(canonical);
      LossSink losses(loss);
      instance->component.decode_request(Call(call), out, losses);
    });
  }

  static abv_status encode_request(void* self, abv_str canonical, const abv_attempt* attempt,
                                   const abv_outgoing* out, const abv_loss_sink* loss) noexcept {
    const auto* instance = static_cast<const Self*>(self);
    return guarded(&instance->host, nullptr, [&]() -> abv_status {
      Outgoing outgoing(*out);
      LossSink losses(loss);
      try {
        instance->component.encode_request(view(canonical), Attempt(*attempt), outgoing, losses);
      } catch (const Failure& failure) {
        if (!outgoing.fail(failure)) throw;
        return status_of(failure);
      }
      return ABV_OK;
    });
  }

  static constexpr abv_dialect make_table() {
    abv_dialect table{};
    table.size = sizeof table;
    table.encode_error = &encode_error;
    table.content_type = &content_type;
    if constexpr (HasEncodeModels<T>) table.encode_models = &encode_models;
    if constexpr (HasDecodeModels<T>) table.decode_models = &decode_models;
    if constexpr (HasDecodeRequest<T>) table.decode_request = &decode_request;
    if constexpr (HasEncodeRequest<T>) table.encode_request = &encode_request;
    if constexpr (HasDecoder<T>) {
      table.decodes = T::kDecodes;
      table.open_decoder = &DecoderThunks<T>::open;
      table.decode = &DecoderThunks<T>::decode;
      table.finish_decoder = &DecoderThunks<T>::finish;
      table.close_decoder = &DecoderThunks<T>::close;
    }
    if constexpr (HasEncoder<T>) {
      table.encodes = T::kEncodes;
      table.open_encoder = &EncoderThunks<T>::open;
      table.encode = &EncoderThunks<T>::encode;
      table.finish_encoder = &EncoderThunks<T>::finish;
      table.close_encoder = &EncoderThunks<T>::close;
      if constexpr (HasAnswerType<typename T::Encoder>) {
        table.answer_type = &EncoderThunks<T>::answer_type;
      }
    }
    return table;
  }

  static constexpr abv_dialect kTable = make_table();
};

}  // namespace detail

template <class T>
using Dialect = Component<T, detail::DialectInterface>;

}  // namespace v1
}  // namespace abv::sdk
