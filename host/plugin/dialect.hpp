#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "abv/ext/dialect.h"
#include "host/base/result.hpp"
#include "host/plugin/abilities.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/outgoing.hpp"
#include "host/plugin/sinks.hpp"

namespace abv::plugin {

enum class Form : std::int32_t { kWhole = ABV_FORM_WHOLE, kStream = ABV_FORM_STREAM };

// What a decoder or encoder is opened for; see abv_codec_params. Views have to live until it is
// closed.
struct CodecParams {
  Form form = Form::kWhole;
  std::uint64_t wanted = ~std::uint64_t{0};
  std::string_view operation;
  std::string_view model;
  std::string_view id;
  std::string_view request_body;
  std::string_view query;
  std::int64_t now_unix_ms = 0;
  std::string_view request_type;
  const abv_call* call = nullptr;
};

// Reads one answer. One thread at a time; closed when dropped.
class Decoder {
 public:
  Decoder() = default;
  Decoder(Decoder&& other) noexcept;
  Decoder& operator=(Decoder&& other) noexcept;
  ~Decoder() { close(); }

  explicit operator bool() const { return instance_ != nullptr; }

  // The next bytes, cut anywhere. A failure of the sink comes back unchanged.
  abv_status decode(std::string_view bytes, EventSink& sink) noexcept;

  // The answer is over. ABV_E_INVALID when it was not complete.
  abv_status finish(EventSink& sink) noexcept;

  void close() noexcept;

 private:
  friend class Dialect;
  Decoder(std::shared_ptr<Instance> instance, const abv_dialect* table, void* state);

  std::shared_ptr<Instance> instance_;
  const abv_dialect* table_ = nullptr;
  void* state_ = nullptr;
};

// Writes one answer; what is written is appended to `out`. One thread at a time; closed when
// dropped.
class Encoder {
 public:
  Encoder() = default;
  Encoder(Encoder&& other) noexcept;
  Encoder& operator=(Encoder&& other) noexcept;
  ~Encoder() { close(); }

  explicit operator bool() const { return instance_ != nullptr; }

  abv_status encode(const abv_event& event, std::string& out) noexcept;
  abv_status finish(std::string& out) noexcept;

  // The media type of this answer where it is not what the dialect's content_type says, else
  // empty. Static.
  std::string_view answer_type() noexcept;

  void close() noexcept;

 private:
  friend class Dialect;
  Encoder(std::shared_ptr<Instance> instance, const abv_dialect* table, void* state);

  std::shared_ptr<Instance> instance_;
  const abv_dialect* table_ = nullptr;
  void* state_ = nullptr;
};

// A wire format, out of a plugin. Cheap to copy; any thread. Functions that are not offered return
// ABV_E_UNSUPPORTED; output is appended.
class Dialect {
 public:
  // kInvalid when the instance is no dialect, when a function that every dialect has is missing, or
  // when its abilities are malformed.
  static Result<Dialect> of(std::shared_ptr<Instance> instance);

  const Instance& instance() const { return *instance_; }

  // Its word: "openai-chat".
  const std::string& name() const { return abilities_->dialect; }
  const DialectAbilities& abilities() const { return *abilities_; }

  std::uint64_t decodes() const { return table_->decodes; }
  std::uint64_t encodes() const { return table_->encodes; }
  bool has_encoder() const { return has_encoder_; }
  bool has_encode_models() const;
  bool has_decode_models() const;
  bool has_decode_request() const;
  bool has_encode_request() const;

  abv_status encode_error(Form form, const abv_error& error, std::string_view request_id,
                          std::string& out) const noexcept;
  abv_status encode_models(std::string_view models_json, std::string_view only,
                           std::string_view query, std::string& out) const noexcept;
  abv_status decode_models(std::string_view body, std::string& out) const noexcept;

  Result<Decoder> open_decoder(const CodecParams& params) const;
  Result<Encoder> open_encoder(const CodecParams& params) const;

  // The media type of answers in `form`. Static.
  std::string_view content_type(Form form) const noexcept;

  abv_status decode_request(const abv_call& call, std::string& canonical,
                            LossSink& loss) const noexcept;
  abv_status encode_request(std::string_view canonical, const Attempt& attempt,
                            OutgoingRequest& out, LossSink& loss) const noexcept;

 private:
  Dialect(std::shared_ptr<Instance> instance, const abv_dialect* table,
          std::shared_ptr<const DialectAbilities> abilities, bool has_encoder);

  std::shared_ptr<Instance> instance_;
  const abv_dialect* table_;
  std::shared_ptr<const DialectAbilities> abilities_;
  bool has_encoder_;
};

}  // namespace abv::plugin
