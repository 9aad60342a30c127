#include "encoder.hpp"

#include "errors.hpp"
#include "stop_reason.hpp"
#include "usage.hpp"

namespace abv::claude {

namespace json = sdk::json;

Encoder::Encoder(const sdk::CodecParams& params)
    : is_stream_(params.is_stream()),
      request_id_(params.id()),
      model_(params.model()),
      id_("msg_" + request_id_),
      blocks_(params.id()) {
  if (params.operation() != "chat") throw sdk::Stopped{ABV_E_UNSUPPORTED};
}

void Encoder::encode(const sdk::Event& event, sdk::Writer& out) {
  if (is_failed_) return;
  switch (event.kind()) {
    case ABV_EVENT_START:
      return begin(event);
    case ABV_EVENT_USAGE:
      if (event.usage() != nullptr) usage_ = *event.usage();
      return;
    case ABV_EVENT_STOP:
      ending_ = Ending{static_cast<sdk::StopReason>(event.number()), std::string(event.text())};
      if (!is_stream_) return;
      write_start(out);
      return blocks_.close(out);
    case ABV_EVENT_ERROR:
      return fail(event, out);
    case ABV_EVENT_PING:
      if (is_stream_) write_frame(out, "ping", R"({"type": "ping"})");
      return;
    default:
      return encode_content(event, out);
  }
}

void Encoder::finish(sdk::Writer& out) {
  if (is_failed_) return;
  if (!ending_) throw sdk::Stopped{ABV_E_INVALID};
  is_stream_ ? write_end(out) : write_message(out);
}

void Encoder::begin(const sdk::Event& start) {
  // An id of another dialect's making would be wrong here; one of ours is worth keeping.
  if (start.id().substr(0, 4) == "msg_") id_ = start.id();
  if (model_.empty()) model_ = start.name();
}

void Encoder::fail(const sdk::Event& error, sdk::Writer& out) {
  is_failed_ = true;
  abv_error raw{};
  raw.size = sizeof raw;
  raw.http_status = static_cast<std::int32_t>(error.number());
  raw.message = error.raw().text;
  raw.detail_json = error.raw().raw_json;
  raw.retry_after_ms = -1;
  const auto form = is_stream_ ? sdk::Form::kStream : sdk::Form::kWhole;
  out.write(encode_error(form, sdk::Error(raw), request_id_));
}

void Encoder::encode_content(const sdk::Event& event, sdk::Writer& out) {
  if (!is_stream_) return parts_.add(event);
  write_start(out);
  blocks_.write(event, out);
}

void Encoder::write_start(sdk::Writer& out) {
  if (is_started_) return;
  is_started_ = true;
  json_.begin_object().member("type", "message_start").key("message").begin_object();
  json_.member("id", id_).member("type", "message").member("role", "assistant");
  json_.member("model", model_).key("content").begin_array().end_array();
  json_.member("stop_reason", nullptr).member("stop_sequence", nullptr).key("usage");
  write_usage(json_, usage_);
  json_.end_object().end_object();
  write_frame(out, "message_start", json_.view());
  json_.clear();
}

void Encoder::write_end(sdk::Writer& out) {
  json_.begin_object().member("type", "message_delta").key("delta").begin_object();
  put_stop(blocks_.has_tool_calls());
  json_.end_object().key("usage");
  write_usage(json_, usage_);
  json_.end_object();
  write_frame(out, "message_delta", json_.view());
  json_.clear();
  write_frame(out, "message_stop", R"({"type":"message_stop"})");
}

void Encoder::write_message(sdk::Writer& out) {
  json_.begin_object().member("id", id_).member("type", "message").member("role", "assistant");
  json_.member("model", model_).key("content").begin_array();
  for (const Part& part : parts_.list())
    put_part(part);
  json_.end_array();
  put_stop(parts_.has_tool_calls());
  json_.key("usage");
  write_usage(json_, usage_);
  json_.end_object();
  out.write(json_.view());
}

void Encoder::put_part(const Part& part) {
  json_.begin_object();
  if (part.kind == Part::Kind::kText) {
    json_.member("type", "text").member("text", part.text);
  } else if (part.kind == Part::Kind::kReasoning) {
    json_.member("type", "thinking").member("thinking", part.text);
    json_.member("signature", part.signature);
  } else {
    const auto input = json::parse(part.text.empty() ? "{}" : part.text);
    if (!input || !input->is_object()) {
      throw sdk::Failure{502, "invalid_tool_arguments",
                         "tool call \"" + part.name + "\": the arguments are no JSON object"};
    }
    json_.member("type", "tool_use").member("id", part.id).member("name", part.name);
    json_.member("input", *input);
  }
  json_.end_object();
}

void Encoder::put_stop(bool has_tool_calls) {
  json_.member("stop_reason", stop_reason_word(ending_->reason, has_tool_calls));
  json_.key("stop_sequence");
  ending_->sequence.empty() ? json_.value(nullptr) : json_.value(ending_->sequence);
}

}  // namespace abv::claude
