#include "encoder.hpp"

#include <algorithm>
#include <utility>

#include "errors.hpp"
#include "finish_reason.hpp"
#include "usage.hpp"

namespace abv::gemini {

namespace json = sdk::json;

Encoder::Shape Encoder::shape_of(const sdk::CodecParams& params) {
  if (!params.is_stream()) return Shape::kDocument;
  return sdk::query_value(params.query(), "alt") == "sse" ? Shape::kEvents : Shape::kArray;
}

Encoder::Encoder(const sdk::CodecParams& params)
    : shape_(shape_of(params)), id_(params.id()), model_(params.model()) {
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
      ending_ = Ending{static_cast<sdk::StopReason>(event.number()), std::string(event.name())};
      return end_all_calls(out);
    case ABV_EVENT_ERROR:
      return fail(event, out);
    case ABV_EVENT_PING:
      // The dialect has no ping; a comment is legal between events, nothing is inside an array.
      if (shape_ == Shape::kEvents) out.write(": ping\n\n");
      return;
    default:
      return shape_ == Shape::kDocument ? parts_.add(event) : encode_content(event, out);
  }
}

void Encoder::finish(sdk::Writer& out) {
  if (is_failed_) return;
  if (!ending_) throw sdk::Stopped{ABV_E_INVALID};
  if (shape_ == Shape::kDocument) return write_document(out);
  json_.begin_object().key("candidates").begin_array().begin_object();
  json_.key("content").begin_object().key("parts").begin_array();
  json_.begin_object().member("text", "").end_object();
  json_.end_array().member("role", "model").end_object();
  put_tail(true);
  write_chunk(json_.view(), out);
  json_.clear();
  if (shape_ == Shape::kArray) out.write("]");
}

void Encoder::begin(const sdk::Event& start) {
  if (!start.id().empty()) id_ = start.id();
  if (model_.empty()) model_ = start.name();
}

void Encoder::encode_content(const sdk::Event& event, sdk::Writer& out) {
  const auto same = [&](const Part& call) { return call.index == event.index(); };
  const auto call = std::find_if(open_calls_.begin(), open_calls_.end(), same);
  Part part;
  part.index = event.index();
  part.text = event.text();
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
      return write_part(part, out);
    case ABV_EVENT_REASONING:
      part.kind = Part::Kind::kReasoning;
      return write_part(part, out);
    case ABV_EVENT_IMAGE:
      part.kind = Part::Kind::kImage;
      part.name = event.name();
      return write_part(part, out);
    case ABV_EVENT_SIGNATURE:
      part.text.clear();
      part.signature = event.text();
      if (call == open_calls_.end()) return write_part(part, out);
      call->signature += event.text();
      return;
    case ABV_EVENT_TOOL_START:
      part.kind = Part::Kind::kTool;
      part.id = event.id();
      part.name = event.name();
      open_calls_.push_back(std::move(part));
      return;
    case ABV_EVENT_TOOL_ARGUMENTS:
      if (call != open_calls_.end()) call->text += event.text();
      return;
    case ABV_EVENT_TOOL_END:
      return end_call(event.index(), out);
    default:
      return;
  }
}

void Encoder::end_call(std::uint32_t index, sdk::Writer& out) {
  const auto same = [&](const Part& call) { return call.index == index; };
  const auto found = std::find_if(open_calls_.begin(), open_calls_.end(), same);
  if (found == open_calls_.end()) return;
  const Part call = std::move(*found);
  open_calls_.erase(found);
  write_part(call, out);
}

void Encoder::end_all_calls(sdk::Writer& out) {
  for (const Part& call : std::exchange(open_calls_, {}))
    write_part(call, out);
}

void Encoder::fail(const sdk::Event& error, sdk::Writer& out) {
  is_failed_ = true;
  abv_error raw{};
  raw.size = sizeof raw;
  raw.http_status = static_cast<std::int32_t>(error.number());
  raw.message = error.raw().text;
  raw.detail_json = error.raw().raw_json;
  raw.retry_after_ms = -1;
  const auto body = encode_error(sdk::Form::kWhole, sdk::Error(raw));
  if (shape_ == Shape::kDocument) return out.write(body);
  write_chunk(body, out);
  if (shape_ == Shape::kArray) out.write("]");
}

void Encoder::write_document(sdk::Writer& out) {
  json_.begin_object().key("candidates").begin_array().begin_object();
  json_.key("content").begin_object().key("parts").begin_array();
  for (const Part& part : parts_.list())
    put_part(part);
  json_.end_array().member("role", "model").end_object();
  put_tail(true);
  out.write(json_.view());
}

void Encoder::write_part(const Part& part, sdk::Writer& out) {
  json_.begin_object().key("candidates").begin_array().begin_object();
  json_.key("content").begin_object().key("parts").begin_array();
  const auto before = json_.view().size();
  put_part(part);
  const bool has_content = json_.view().size() > before;
  json_.end_array().member("role", "model").end_object();
  put_tail(false);
  if (has_content) write_chunk(json_.view(), out);
  json_.clear();
}

void Encoder::write_chunk(std::string_view chunk, sdk::Writer& out) {
  std::string bytes;
  bytes.reserve(chunk.size() + 8);
  if (shape_ == Shape::kEvents) {
    bytes.append("data: ").append(chunk).append("\n\n");
  } else {
    bytes.append(has_written_ ? ",\r\n" : "[").append(chunk);
  }
  has_written_ = true;
  out.write(bytes);
}

void Encoder::put_part(const Part& part) {
  json::Value arguments;
  if (part.kind == Part::Kind::kTool) {
    arguments = json::parse(part.text.empty() ? "{}" : part.text).value_or(json::Value());
    if (!arguments.is_object()) {
      has_malformed_call_ = true;
      return;
    }
  }
  json_.begin_object();
  switch (part.kind) {
    case Part::Kind::kTool:
      json_.key("functionCall").begin_object();
      if (!part.id.empty()) json_.member("id", part.id);
      json_.member("name", part.name).member("args", arguments).end_object();
      break;
    case Part::Kind::kImage:
      json_.key("inlineData").begin_object().member("mimeType", part.name);
      json_.member("data", part.text).end_object();
      break;
    case Part::Kind::kReasoning:
      json_.member("text", part.text).member("thought", true);
      break;
    default:
      json_.member("text", part.text);
      break;
  }
  put_signature(part);
  json_.end_object();
}

void Encoder::put_signature(const Part& part) {
  if (!part.signature.empty()) json_.member("thoughtSignature", part.signature);
}

// Closes the candidate and the chunk.
void Encoder::put_tail(bool is_last) {
  if (is_last) json_.member("finishReason", finish_reason());
  json_.member("index", 0).end_object().end_array();
  if (usage_) {
    json_.key("usageMetadata");
    write_usage(json_, *usage_);
  }
  json_.member("modelVersion", model_).member("responseId", id_).end_object();
}

std::string_view Encoder::finish_reason() const {
  if (has_malformed_call_) return "MALFORMED_FUNCTION_CALL";
  return finish_reason_word(ending_->reason, ending_->word);
}

}  // namespace abv::gemini
