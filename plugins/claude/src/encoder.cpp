#include "encoder.hpp"

#include <algorithm>
#include <array>

#include "errors.hpp"
#include "stop_reason.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

// Members of a message, or of its end in a stream, that events carry.
constexpr std::array<std::string_view, 9> kCarried = {
    "id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage", "index"};

// Members of a whole message that a stream has beside the delta of its end.
constexpr std::array<std::string_view, 2> kOfMessage = {"context_management",
                                                        "input_transformations"};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Encoder::Output Encoder::output_of(const sdk::CodecParams& params) {
  if (params.operation() == "count_tokens") return Output::kTokenCount;
  if (params.operation() != "chat") throw sdk::Stopped{ABV_E_UNSUPPORTED};
  return params.is_stream() ? Output::kStream : Output::kMessage;
}

Encoder::Encoder(const sdk::CodecParams& params)
    : output_(output_of(params)),
      request_id_(params.id()),
      model_(params.model()),
      id_("msg_" + request_id_),
      blocks_(params.id(), frames_) {}

void Encoder::encode(const sdk::Event& event, sdk::Writer& out) {
  if (is_failed_ || event.choice() != 0) return;
  switch (event.kind()) {
    case ABV_EVENT_START:
      return begin(event);
    case ABV_EVENT_USAGE:
      if (event.usage() != nullptr) usage_ = *event.usage();
      return usage_details_.merge(event.raw_json());
    case ABV_EVENT_STOP:
      return end(event, out);
    case ABV_EVENT_ERROR:
      return fail(event, out);
    case ABV_EVENT_PING:
      if (output_ != Output::kStream) return;
      // Clients expect a message that has begun to be told first; while the upstream is silent,
      // a ping may come alone.
      if (has_begun_) write_start(out);
      frames_.data().raw(R"({"type": "ping"})");
      return frames_.send("ping", out);
    default:
      return encode_content(event, out);
  }
}

void Encoder::finish(sdk::Writer& out) {
  if (is_failed_) return;
  if (!ending_) throw sdk::Stopped{ABV_E_INVALID};
  switch (output_) {
    case Output::kStream:
      return write_end(out);
    case Output::kMessage:
      return write_message(out);
    case Output::kTokenCount:
      return write_token_count(out);
  }
}

void Encoder::begin(const sdk::Event& start) {
  has_begun_ = true;
  // An id of another dialect's making would be wrong here; one of ours is worth keeping.
  if (start.id().substr(0, 4) == "msg_") id_ = start.id();
  if (model_.empty()) model_ = start.name();
  start_details_ = start.raw_json();
}

void Encoder::end(const sdk::Event& stop, sdk::Writer& out) {
  ending_ = Ending{static_cast<sdk::StopReason>(stop.number()), std::string(stop.name()),
                   std::string(stop.text()), std::string(stop.raw_json())};
  const bool is_plain_end = ending_->reason == sdk::StopReason::kEnd;
  if (has_refused_ && is_plain_end) ending_->reason = sdk::StopReason::kRefusal;
  if (output_ != Output::kStream) return;
  write_start(out);
  blocks_.close(out);
}

void Encoder::fail(const sdk::Event& error, sdk::Writer& out) {
  is_failed_ = true;
  abv_error raw{};
  raw.size = sizeof raw;
  raw.http_status = static_cast<std::int32_t>(error.number());
  raw.message = error.raw().text;
  raw.detail_json = error.raw().raw_json;
  raw.retry_after_ms = -1;
  const auto form = output_ == Output::kStream ? sdk::Form::kStream : sdk::Form::kWhole;
  out.write(encode_error(form, sdk::Error(raw), request_id_));
}

void Encoder::encode_content(const sdk::Event& event, sdk::Writer& out) {
  if (event.kind() == ABV_EVENT_REFUSAL) has_refused_ = true;
  if (output_ != Output::kStream) return parts_.add(event);
  write_start(out);
  blocks_.write(event, out);
}

void Encoder::write_start(sdk::Writer& out) {
  if (is_started_) return;
  is_started_ = true;
  json::Writer& data = frames_.data();
  data.begin_object().member("type", "message_start").key("message").begin_object();
  data.member("id", id_).member("type", "message").member("role", "assistant");
  data.member("model", model_).key("content").begin_array().end_array();
  data.member("stop_reason", nullptr).member("stop_sequence", nullptr).key("usage");
  write_usage(data, usage_, usage_details_, false);
  json::Document document;
  if (!start_details_.empty() && document.parse(start_details_) &&
      document.root()["type"].as_string() == "message") {
    for (const auto& [name, value] : document.root().members()) {
      if (!value.is_null() && !contains(kCarried, name)) data.member(name, value);
    }
  }
  data.end_object().end_object();
  frames_.send("message_start", out);
}

void Encoder::write_end(sdk::Writer& out) {
  json::Writer& data = frames_.data();
  data.begin_object().member("type", "message_delta").key("delta").begin_object();
  put_stop(data, blocks_.has_tool_calls());
  put_details(data, false);
  data.end_object().key("usage");
  write_usage(data, usage_, usage_details_, true);
  put_details(data, true);
  data.end_object();
  frames_.send("message_delta", out);
  data.raw(R"({"type":"message_stop"})");
  frames_.send("message_stop", out);
}

void Encoder::write_message(sdk::Writer& out) {
  json::Writer& data = frames_.data();
  data.begin_object().member("id", id_).member("type", "message").member("role", "assistant");
  data.member("model", model_).key("content").begin_array();
  parts_.write(request_id_, data);
  data.end_array();
  put_stop(data, parts_.has_tool_calls());
  put_details(data, false);
  put_details(data, true);
  data.key("usage");
  write_usage(data, usage_, usage_details_, false);
  data.end_object();
  out.write(data.view());
}

void Encoder::write_token_count(sdk::Writer& out) {
  if (usage_.input_tokens < 0) {
    throw sdk::Failure{502, "no_token_count", "the upstream counted no tokens"};
  }
  json::Writer& data = frames_.data();
  data.begin_object().member("input_tokens", usage_.input_tokens);
  usage_details_.write(data, true);
  data.end_object();
  out.write(data.view());
}

void Encoder::put_stop(json::Writer& json, bool has_tool_calls) const {
  json.member("stop_reason", stop_reason_word(ending_->reason, ending_->word, has_tool_calls));
  json.key("stop_sequence");
  ending_->sequence.empty() ? json.value(nullptr) : json.value(ending_->sequence);
}

// What the API itself said at the end beyond reason and counts.
void Encoder::put_details(json::Writer& json, bool is_of_message) const {
  json::Document document;
  if (ending_->raw.empty() || !document.parse(ending_->raw)) return;
  if (!document.root()["stop_reason"].exists()) return;
  for (const auto& [name, value] : document.root().members()) {
    if (contains(kCarried, name) || contains(kOfMessage, name) != is_of_message) continue;
    json.member(name, value);
  }
}

}  // namespace abv::claude
