#include "host/plugin/dialect.hpp"

#include <utility>

#include "host/plugin/kind_table.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::plugin {
namespace {

abv_codec_params params_table(const CodecParams& params) noexcept {
  abv_codec_params table{};
  table.size = sizeof(table);
  table.form = static_cast<std::int32_t>(params.form);
  table.wanted = params.wanted;
  table.operation = view(params.operation);
  table.model = view(params.model);
  table.id = view(params.id);
  table.request_body = view(params.request_body);
  table.query = view(params.query);
  table.now_unix_ms = params.now_unix_ms;
  table.request_type = view(params.request_type);
  table.call = params.call;
  return table;
}

Error open_failed(const Instance& instance, const char* what, abv_status status) {
  return Error{code_of(status),
               instance.name() + ": cannot open " + what + ": " + status_name(status)};
}

bool has_all_of_decoder(const abv_dialect& table) noexcept {
  return table.open_decoder != nullptr && table.decode != nullptr &&
         table.finish_decoder != nullptr && table.close_decoder != nullptr;
}

bool has_all_of_encoder(const abv_dialect& table) noexcept {
  return table.open_encoder != nullptr && table.encode != nullptr &&
         table.finish_encoder != nullptr && table.close_encoder != nullptr;
}

}  // namespace

Decoder::Decoder(std::shared_ptr<Instance> instance, const abv_dialect* table, void* state)
    : instance_(std::move(instance)), table_(table), state_(state) {}

Decoder::Decoder(Decoder&& other) noexcept
    : instance_(std::move(other.instance_)), table_(other.table_), state_(other.state_) {}

Decoder& Decoder::operator=(Decoder&& other) noexcept {
  if (this != &other) {
    close();
    instance_ = std::move(other.instance_);
    table_ = other.table_;
    state_ = other.state_;
  }
  return *this;
}

abv_status Decoder::decode(std::string_view bytes, EventSink& sink) noexcept {
  const abv_event_sink sink_table = event_table(sink);
  return instance_->run([&] { return table_->decode(state_, view(bytes), &sink_table); });
}

abv_status Decoder::finish(EventSink& sink) noexcept {
  const abv_event_sink sink_table = event_table(sink);
  return instance_->run([&] { return table_->finish_decoder(state_, &sink_table); });
}

void Decoder::close() noexcept {
  if (const std::shared_ptr<Instance> instance = std::exchange(instance_, nullptr)) {
    instance->visit([&] { table_->close_decoder(state_); });
  }
}

Encoder::Encoder(std::shared_ptr<Instance> instance, const abv_dialect* table, void* state)
    : instance_(std::move(instance)), table_(table), state_(state) {}

Encoder::Encoder(Encoder&& other) noexcept
    : instance_(std::move(other.instance_)), table_(other.table_), state_(other.state_) {}

Encoder& Encoder::operator=(Encoder&& other) noexcept {
  if (this != &other) {
    close();
    instance_ = std::move(other.instance_);
    table_ = other.table_;
    state_ = other.state_;
  }
  return *this;
}

abv_status Encoder::encode(const abv_event& event, std::string& out) noexcept {
  const StringWriter writer(out);
  return instance_->run([&] { return table_->encode(state_, &event, writer.table()); });
}

abv_status Encoder::finish(std::string& out) noexcept {
  const StringWriter writer(out);
  return instance_->run([&] { return table_->finish_encoder(state_, writer.table()); });
}

std::string_view Encoder::answer_type() noexcept {
  if (!ABV_HAS(abv_dialect, table_, answer_type) || table_->answer_type == nullptr) {
    return {};
  }
  return text(instance_->visit([&] { return table_->answer_type(state_); }));
}

void Encoder::close() noexcept {
  if (const std::shared_ptr<Instance> instance = std::exchange(instance_, nullptr)) {
    instance->visit([&] { table_->close_encoder(state_); });
  }
}

Result<Dialect> Dialect::of(std::shared_ptr<Instance> instance) {
  const Result<const abv_dialect*> table = kind_table<abv_dialect>(*instance, ABV_KIND_DIALECT);
  if (!table) {
    return table.error();
  }
  if (!ABV_HAS(abv_dialect, *table, content_type) || (*table)->encode_error == nullptr ||
      (*table)->content_type == nullptr || !has_all_of_decoder(**table)) {
    return lacks(*instance, "encode_error, content_type, or a function of its decoder");
  }
  const bool has_encoder = has_all_of_encoder(**table);
  if ((*table)->encodes != 0 && !has_encoder) {
    return lacks(*instance, "a function of the encoder that it says it has");
  }
  Result<DialectAbilities> abilities =
      parse_dialect_abilities(instance->component().abilities_json, abilities_place(*instance));
  if (!abilities) {
    return abilities.error();
  }
  return Dialect(std::move(instance), *table,
                 std::make_shared<const DialectAbilities>(*std::move(abilities)), has_encoder);
}

Dialect::Dialect(std::shared_ptr<Instance> instance, const abv_dialect* table,
                 std::shared_ptr<const DialectAbilities> abilities, bool has_encoder)
    : instance_(std::move(instance)),
      table_(table),
      abilities_(std::move(abilities)),
      has_encoder_(has_encoder && table->encodes != 0) {}

bool Dialect::has_encode_models() const {
  return table_->encode_models != nullptr;
}

bool Dialect::has_decode_models() const {
  return table_->decode_models != nullptr;
}

bool Dialect::has_decode_request() const {
  return ABV_HAS(abv_dialect, table_, decode_request) && table_->decode_request != nullptr;
}

bool Dialect::has_encode_request() const {
  return ABV_HAS(abv_dialect, table_, encode_request) && table_->encode_request != nullptr;
}

abv_status Dialect::encode_error(Form form, const abv_error& error, std::string_view request_id,
                                 std::string& out) const noexcept {
  const StringWriter writer(out);
  return instance_->run([&] {
    return table_->encode_error(instance_->self(), static_cast<std::int32_t>(form), &error,
                                view(request_id), writer.table());
  });
}

abv_status Dialect::encode_models(std::string_view models_json, std::string_view only,
                                  std::string_view query, std::string& out) const noexcept {
  if (!has_encode_models()) {
    return ABV_E_UNSUPPORTED;
  }
  const StringWriter writer(out);
  return instance_->run([&] {
    return table_->encode_models(instance_->self(), view(models_json), view(only), view(query),
                                 writer.table());
  });
}

abv_status Dialect::decode_models(std::string_view body, std::string& out) const noexcept {
  if (!has_decode_models()) {
    return ABV_E_UNSUPPORTED;
  }
  const StringWriter writer(out);
  return instance_->run(
      [&] { return table_->decode_models(instance_->self(), view(body), writer.table()); });
}

Result<Decoder> Dialect::open_decoder(const CodecParams& params) const {
  const abv_codec_params table = params_table(params);
  void* state = nullptr;
  const abv_status status =
      instance_->run([&] { return table_->open_decoder(instance_->self(), &table, &state); });
  if (failed(status)) {
    return open_failed(*instance_, "a decoder", status);
  }
  return Decoder(instance_, table_, state);
}

Result<Encoder> Dialect::open_encoder(const CodecParams& params) const {
  if (!has_encoder_) {
    return open_failed(*instance_, "an encoder", ABV_E_UNSUPPORTED);
  }
  const abv_codec_params table = params_table(params);
  void* state = nullptr;
  const abv_status status =
      instance_->run([&] { return table_->open_encoder(instance_->self(), &table, &state); });
  if (failed(status)) {
    return open_failed(*instance_, "an encoder", status);
  }
  return Encoder(instance_, table_, state);
}

std::string_view Dialect::content_type(Form form) const noexcept {
  return text(instance_->visit(
      [&] { return table_->content_type(instance_->self(), static_cast<std::int32_t>(form)); }));
}

abv_status Dialect::decode_request(const abv_call& call, std::string& canonical,
                                   LossSink& loss) const noexcept {
  if (!has_decode_request()) {
    return ABV_E_UNSUPPORTED;
  }
  const StringWriter writer(canonical, kMaxCanonicalBytes);
  const abv_loss_sink losses = loss_table(loss);
  return instance_->run(
      [&] { return table_->decode_request(instance_->self(), &call, writer.table(), &losses); });
}

abv_status Dialect::encode_request(std::string_view canonical, const Attempt& attempt,
                                   OutgoingRequest& out, LossSink& loss) const noexcept {
  if (!has_encode_request()) {
    return ABV_E_UNSUPPORTED;
  }
  const AttemptTable attempt_table(attempt);
  const abv_outgoing outgoing = outgoing_table(out);
  const abv_loss_sink losses = loss_table(loss);
  return instance_->run([&] {
    return table_->encode_request(instance_->self(), view(canonical), attempt_table.table(),
                                  &outgoing, &losses);
  });
}

}  // namespace abv::plugin
