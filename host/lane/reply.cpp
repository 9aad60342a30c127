#include "host/lane/reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "abv/sdk/event.hpp"
#include "host/base/json_text.hpp"
#include "host/lane/answer_head.hpp"
#include "host/lane/call_answers.hpp"
#include "host/lane/host_headers.hpp"
#include "host/lane/upgrade.hpp"
#include "host/lane/usage_note.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

constexpr std::string_view kJson = "application/json";

abv_header header_of(std::string_view name, std::string_view value) {
  return {plugin::view(name), plugin::view(value)};
}

bool is_server_sent_events(std::string_view content_type) {
  return content_type.starts_with("text/event-stream");
}

}  // namespace

Reply::Reply(Call& call, ReplyWriter& writer, Chain& chain, const Site& site)
    : call_(call), writer_(writer), chain_(chain), site_(site), began_(call.clock().now()) {}

Result<void> Reply::start(int status, std::span<const abv_header> headers,
                          std::optional<std::uint64_t> content_length) {
  AnswerHead head(status, headers, call_.arena());
  if (!chain_.on_reply_head(head)) {
    const CallError& failure = chain_.failure();
    writer_.begin(failure.http_status, std::nullopt);
    writer_.header("content-type", kJson);
    const std::string body = error_body(failure, plugin::Form::kWhole);
    call_.record().error = failure.message;
    (void)writer_.write(body, true);
    return Error{Error::Code::kDenied, failure.message};
  }
  writer_.begin(status, content_length);
  for (const abv_header& header : head.headers()) {
    writer_.header(plugin::text(header.name), plugin::text(header.value));
  }
  if (site_.server_timing) {
    record::Timings plugins;
    chain_.note_times(plugins);
    writer_.header("server-timing",
                   server_timing(call_.record().timings, plugins.plugins, writer_.write_time()));
  }
  if (site_.loss_header && !call_.record().losses.empty()) {
    writer_.header("x-abv-loss", loss_list(call_.record().losses));
  }
  is_event_stream_ = is_server_sent_events(head.header("content-type"));
  return {};
}

Result<void> Reply::send(std::string_view bytes, bool is_last) {
  // The end of a frame may come in two pieces.
  constexpr std::size_t kFrameEnd = 4;
  tail_.append(bytes.substr(bytes.size() - std::min(bytes.size(), kFrameEnd)));
  tail_.erase(0, tail_.size() - std::min(tail_.size(), kFrameEnd));
  return writer_.write(bytes, is_last);
}

Result<void> Reply::send_whole(int status, std::string_view content_type, std::string_view body) {
  const std::array<abv_header, 1> headers{header_of("content-type", content_type)};
  if (Result<void> started = start(status, headers, body.size()); !started) {
    return {};  // an error has been sent instead
  }
  return send(body, true);
}

std::string Reply::error_body(const CallError& error, plugin::Form form) const {
  std::string body;
  const abv_error view = error.view();
  if (dialect_ != nullptr &&
      !plugin::failed(dialect_->encode_error(form, view, call_.id(), body))) {
    return body;
  }
  if (form == plugin::Form::kStream) {
    return {};
  }
  body = "{\"error\":{\"type\":" + json_string(error.type) +
         ",\"message\":" + json_string(error.message) +
         ",\"request_id\":" + json_string(call_.id()) + "}}";
  return body;
}

bool Reply::is_between_frames() const {
  return tail_.ends_with("\n\n") || tail_.ends_with("\r\n\r\n");
}

// An encoder that has written nothing yet gives the form that may stand anywhere.
std::string Reply::ping() {
  const abv_event event = sdk::make_event(ABV_EVENT_PING);
  std::string bytes = std::exchange(encoded_, {});
  if (encoder_) {
    (void)encoder_.encode(event, bytes);
    return bytes;
  }
  if (open_encoder() == ABV_OK) {
    (void)encoder_.encode(event, bytes);
  }
  if (!may_commit_) {
    encoder_.close();
  }
  return bytes;
}

void Reply::keep_alive() {
  if (dialect_ == nullptr || !dialect_->has_encoder() || writer_.finished() || call_.cancelled()) {
    return;
  }
  if (writer_.sent()) {
    if (is_event_stream_ && is_between_frames()) {
      (void)after_send(send(ping()));
    }
    return;
  }
  const Nanos grace = site_.streams.commit_after;
  if (!may_commit_ || grace.count() == 0 || call_.clock().now() - began_ < grace) {
    return;
  }
  encoded_ = ping();
  has_content_ = true;
  (void)forward_encoded();
}

// What ends a broken stream. An encoder knows how far it has come; without one the dialect has a
// form of its own.
std::string Reply::stream_end(const CallError& error) {
  if (!encoder_) {
    return error_body(error, plugin::Form::kStream);
  }
  abv_event event = sdk::make_event(ABV_EVENT_ERROR);
  event.number = error.http_status;
  event.name = plugin::view(error.type);
  event.text = plugin::view(error.message);
  event.raw_json = plugin::view(error.detail_json);
  if (answers_ != nullptr) {
    answers_->see(event);
    answers_->keep();
  }
  std::string end = std::exchange(encoded_, {});
  return plugin::failed(encoder_.encode(event, end)) ? error_body(error, plugin::Form::kStream)
                                                     : end;
}

// In the middle of an answer. A sink has a form for errors that may stand anywhere, but what an
// encoder has begun it had better end itself.
void Reply::break_off(const CallError& error) {
  const bool may_end = is_event_stream_ && is_between_frames() && !writer_.finished();
  if (writer_.takes_errors() && !(may_end && encoder_)) {
    writer_.fail(error.http_status, error_body(error, plugin::Form::kWhole));
  } else {
    writer_.end_badly(may_end ? stream_end(error) : std::string());
  }
}

void Reply::fail(const CallError& error) {
  record::CallRecord& record = call_.record();
  if (record.error.empty()) {
    record.error = error.message;
  }
  if (call_.cancelled()) {
    writer_.cut();
    return;
  }
  if (writer_.sent()) {
    break_off(error);
    return;
  }
  const std::string body = error_body(error, plugin::Form::kWhole);
  std::vector<abv_header> headers{header_of("content-type", kJson)};
  std::string retry_after;
  if (error.retry_after_ms >= 0) {
    // Whole seconds, rounded up: a client must not come back too early.
    retry_after = std::to_string((error.retry_after_ms + 999) / 1000);
    headers.push_back(header_of("retry-after", retry_after));
  }
  if (!error.allowed_methods.empty()) {
    headers.push_back(header_of("allow", error.allowed_methods));
  }
  if (!error.upgrade.empty()) {
    writer_.upgrade(error.upgrade);
    if (error.upgrade == kWebSocket) {
      headers.push_back(header_of("sec-websocket-version", kWebSocketVersion));
    }
  }
  if (start(error.http_status, headers, body.size())) {
    (void)send(body, true);
  }
}

abv_status Reply::after_send(const Result<void>& result) {
  if (result) {
    return ABV_OK;
  }
  // Whatever the reason, the client does not take the answer any more.
  call_.cancel();
  return ABV_E_CANCELLED;
}

abv_status Reply::begin(std::int32_t http_status, std::span<const abv_header> headers) {
  if (writer_.begun() || encoder_ || http_status < 200 || http_status > 599) {
    return ABV_E_INVALID;
  }
  std::optional<std::uint64_t> length;
  for (const abv_header& header : headers) {
    if (net::equal_ignoring_case(plugin::text(header.name), "content-length")) {
      const std::string_view text = plugin::text(header.value);
      std::uint64_t bytes = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bytes);
      if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
        return ABV_E_INVALID;
      }
      length = bytes;
    }
  }
  is_raw_ = true;
  return start(http_status, headers, length) ? ABV_OK : ABV_E_DENIED;
}

abv_status Reply::write(std::string_view bytes) {
  if (!is_raw_ || writer_.finished()) {
    return ABV_E_INVALID;
  }
  return call_.cancelled() ? ABV_E_CANCELLED : after_send(send(bytes));
}

abv_status Reply::open_encoder() {
  if (dialect_ == nullptr || !dialect_->has_encoder()) {
    return ABV_E_UNSUPPORTED;
  }
  is_event_stream_ = call_.facts().is_stream;
  plugin::CodecParams params;
  params.form = is_event_stream_ ? plugin::Form::kStream : plugin::Form::kWhole;
  params.operation = plugin::text(call_.table().operation);
  params.model = call_.facts().model;
  params.id = call_.answer_id();
  params.request_body = call_.body().text();
  params.query = call_.query();
  params.now_unix_ms = call_.clock().unix_ms();
  params.request_type = call_.request().header("content-type");
  params.call = &call_.table();
  Result<plugin::Encoder> opened = dialect_->open_encoder(params);
  if (!opened) {
    return ABV_E_INTERNAL;
  }
  encoder_ = std::move(opened).value();
  if (answers_ != nullptr && answers_->is_keeping()) {
    answers_->open(*dialect_, params);
  }
  return ABV_OK;
}

abv_status Reply::forward_encoded() {
  if (!is_event_stream_ || encoded_.empty()) {
    return ABV_OK;
  }
  if (!writer_.begun()) {
    // A dialect's stream may also be a JSON array that grows (Gemini without alt=sse).
    const std::array<abv_header, 2> headers{
        header_of("content-type", encoded_.starts_with('[')
                                      ? kJson
                                      : dialect_->content_type(plugin::Form::kStream)),
        header_of("cache-control", "no-cache")};
    if (!start(200, headers, std::nullopt)) {
      return ABV_E_DENIED;
    }
    is_event_stream_ = true;  // whatever media type the dialect's stream has
  }
  const Result<void> result = send(encoded_);
  encoded_.clear();
  return after_send(result);
}

// The end of the way of an event: the encoder of the client's dialect.
class Reply::EncoderSink final : public plugin::EventSink {
 public:
  explicit EncoderSink(Reply& reply) : reply_(reply) {}
  abv_status emit(const abv_event& event) override { return reply_.encode(event); }

 private:
  Reply& reply_;
};

void Reply::note_loss(const abv_event& event) {
  const std::uint64_t bit = ABV_EVENT_BIT(event.kind % 64);
  if ((lost_kinds_ & bit) != 0) {
    return;
  }
  lost_kinds_ |= bit;
  call_.record().losses.push_back({std::string("answer/") + event_name(event.kind), "dropped",
                                   dialect_->name() + " has no form for it"});
}

abv_status Reply::encode(const abv_event& event) {
  if (!encoder_) {
    if (const abv_status status = open_encoder(); plugin::failed(status)) {
      return status;
    }
  }
  note_usage(event, call_.record());
  if (event.kind >= 64 || (dialect_->encodes() & ABV_EVENT_BIT(event.kind)) == 0) {
    if (event.kind != ABV_EVENT_PING) {
      note_loss(event);
    }
    return ABV_OK;
  }
  const Nanos before = call_.clock().now();
  const abv_status status = encoder_.encode(event, encoded_);
  if (answers_ != nullptr && !plugin::failed(status)) {
    answers_->see(event);
  }
  call_.record().timings.convert += call_.clock().now() - before;
  if (plugin::failed(status)) {
    return status;
  }
  has_content_ |= event.kind != ABV_EVENT_START && event.kind != ABV_EVENT_USAGE &&
                  event.kind != ABV_EVENT_PING;
  return has_content_ ? forward_encoded() : ABV_OK;
}

abv_status Reply::emit(const abv_event& event) {
  if (is_raw_) {
    return ABV_E_INVALID;
  }
  if (call_.cancelled()) {
    return ABV_E_CANCELLED;
  }
  class ChainSink final : public plugin::EventSink {
   public:
    ChainSink(Chain& chain, plugin::EventSink& out) : chain_(chain), out_(out) {}
    abv_status emit(const abv_event& passed) override { return chain_.pass_event(passed, out_); }

   private:
    Chain& chain_;
    plugin::EventSink& out_;
  };
  EncoderSink encoder(*this);
  ChainSink chain(chain_, encoder);
  return guard_.pass(event, chain);
}

bool Reply::complete() {
  if (is_raw_) {
    return after_send(writer_.finish()) == ABV_OK;
  }
  if (!encoder_ || !guard_.is_complete() || plugin::failed(encoder_.finish(encoded_))) {
    return false;
  }
  if (answers_ != nullptr) {
    answers_->keep();
  }
  if (!is_event_stream_) {
    const std::string_view own = encoder_.answer_type();
    const std::string_view type = own.empty() ? dialect_->content_type(plugin::Form::kWhole) : own;
    return after_send(send_whole(200, type, encoded_)) == ABV_OK;
  }
  if (!writer_.begun() && encoded_.empty()) {
    return false;
  }
  if (!encoded_.empty() && !writer_.begun() && forward_encoded() != ABV_OK) {
    return false;
  }
  return after_send(send(encoded_, true)) == ABV_OK;
}

}  // namespace abv::lane
