#include "answer_writer.hpp"

#include <utility>

#include "abv/sdk/stored.hpp"
#include "errors.hpp"

namespace abv::openai {

AnswerWriter::AnswerWriter(const sdk::CodecParams& params, std::string_view id_prefix)
    : is_stream_(params.is_stream()),
      id_prefix_(id_prefix),
      request_id_(params.id()),
      is_kept_(params.id().starts_with(sdk::kStoredBegin)),
      id_(id_prefix_ + request_id_),
      model_(params.model()),
      created_(params.now_unix_ms() / 1000) {}

void AnswerWriter::encode(const sdk::Event& event, sdk::Writer& out) {
  if (is_failed_) return;
  switch (event.kind()) {
    case ABV_EVENT_START:
      // An id of another dialect's making would be wrong here; one of ours is worth keeping.
      if (event.id().starts_with(id_prefix_) && !is_kept_) id_ = event.id();
      if (model_.empty()) model_ = event.name();
      return start(out);
    case ABV_EVENT_USAGE:
      if (event.usage() != nullptr) usage_ = *event.usage();
      return;
    case ABV_EVENT_STOP:
      if (event.choice() == 0 || !stop_) stop_ = static_cast<sdk::StopReason>(event.number());
      start(out);
      return on_stop(event);
    case ABV_EVENT_ERROR:
      is_failed_ = true;
      return on_error(event, out);
    case ABV_EVENT_PING:
      if (is_stream_) on_ping(out);
      return;
    default:
      start(out);
      return on_content(event, out);
  }
}

void AnswerWriter::finish(sdk::Writer& out) {
  if (is_failed_) return;
  if (!stop_) throw sdk::Stopped{ABV_E_INVALID};
  on_finish(out);
}

// Every reader of server-sent events passes over a comment, wherever it stands.
void AnswerWriter::on_ping(sdk::Writer& out) {
  out.write(": keep-alive\n\n");
}

void AnswerWriter::on_error(const sdk::Event& error, sdk::Writer& out) {
  out.write(encode_error_event(is_stream_ ? sdk::Form::kStream : sdk::Form::kWhole, error));
}

void AnswerWriter::start(sdk::Writer& out) {
  if (std::exchange(is_started_, true) || !is_stream_) return;
  on_start(out);
}

std::string encode_error_event(sdk::Form form, const sdk::Event& error) {
  abv_error raw{};
  raw.size = sizeof raw;
  raw.http_status = static_cast<std::int32_t>(error.number());
  raw.message = error.raw().text;
  raw.detail_json = error.raw().raw_json;
  raw.retry_after_ms = -1;
  return encode_error(form, sdk::Error(raw));
}

}  // namespace abv::openai
