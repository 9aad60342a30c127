#include "decoder.hpp"

#include <utility>

#include "finish_reason.hpp"
#include "needle.hpp"
#include "usage.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

constexpr std::uint64_t kPartEvents =
    ABV_EVENT_BIT(ABV_EVENT_TEXT) | ABV_EVENT_BIT(ABV_EVENT_REASONING) |
    ABV_EVENT_BIT(ABV_EVENT_SIGNATURE) | ABV_EVENT_BIT(ABV_EVENT_TOOL_START) |
    ABV_EVENT_BIT(ABV_EVENT_TOOL_ARGUMENTS) | ABV_EVENT_BIT(ABV_EVENT_TOOL_END) |
    ABV_EVENT_BIT(ABV_EVENT_IMAGE);

// With its quotes, a name in a chunk can only be a key or a whole string: quotes in text are
// escaped.
constexpr Needle kFinishReason(R"("finishReason")");
constexpr Needle kFunctionCall(R"("functionCall")");
constexpr Needle kUsageMetadata(R"("usageMetadata")");

// How far into a chunk its first key may begin for the chunk to be told without parsing.
constexpr std::size_t kHeadBytes = 24;

}  // namespace

Decoder::Input Decoder::input_of(const sdk::CodecParams& params) {
  const auto operation = params.operation();
  if (operation == "chat") return params.is_stream() ? Input::kStream : Input::kWhole;
  const bool is_counted =
      operation == "count_tokens" || operation == "embeddings" || operation == "images.generations";
  return is_counted ? Input::kPlain : Input::kIgnored;
}

Decoder::Decoder(const sdk::CodecParams& params)
    : wanted_(params.wanted()), input_(input_of(params)), chunks_(kMaxBytes) {}

void Decoder::decode(std::string_view bytes, sdk::EventSink& sink) {
  if (input_ == Input::kIgnored) return;
  if (input_ == Input::kStream) {
    const bool fits = chunks_.feed(bytes, [&](std::string_view text) { on_chunk(text, sink); });
    if (!fits) throw sdk::Stopped{ABV_E_LIMIT};
    return;
  }
  if (body_.size() + bytes.size() > kMaxBytes) throw sdk::Stopped{ABV_E_LIMIT};
  body_.append(bytes);
}

void Decoder::finish(sdk::EventSink& sink) {
  if (input_ == Input::kIgnored) return;
  if (input_ == Input::kStream) {
    chunks_.finish([&](std::string_view text) { on_chunk(text, sink); });
    count_kept_chunk();
    give_counts(sink);
  } else {
    if (!document_.parse(body_)) throw sdk::Stopped{ABV_E_INVALID};
    input_ == Input::kWhole ? on_answer(document_.root(), sink) : on_plain(document_.root(), sink);
  }
  if (!is_ended_) throw sdk::Stopped{ABV_E_INVALID};
}

// True for a chunk with nothing but content, when no content is wanted.
bool Decoder::can_skip(std::string_view chunk) {
  if (!is_started_ || (wanted_ & kPartEvents) != 0) return false;
  const bool has_candidates =
      chunk.substr(0, kHeadBytes).find(R"("candidates")") != std::string_view::npos;
  if (!has_candidates || kFinishReason.is_in(chunk)) return false;
  has_calls_ = has_calls_ || kFunctionCall.is_in(chunk);
  if (wants(ABV_EVENT_USAGE) && kUsageMetadata.is_in(chunk)) kept_chunk_ = chunk;
  return true;
}

void Decoder::on_chunk(std::string_view text, sdk::EventSink& sink) {
  if (can_skip(text)) return;
  if (!document_.parse(text)) throw sdk::Stopped{ABV_E_INVALID};
  on_answer(document_.root(), sink);
}

void Decoder::on_answer(const json::Value& answer, sdk::EventSink& sink) {
  // Counts may still follow the finishReason; nothing else may.
  const bool was_ended = is_ended_;
  if (answer["error"].is_object() && !was_ended) return fail(answer["error"], sink);
  const bool is_first = !is_started_;
  start(answer, sink);
  if (answer["usageMetadata"].is_object()) {
    kept_chunk_.clear();
    counts_ = read_usage(answer["usageMetadata"]);
  }
  if (is_first) give_counts(sink);
  if (was_ended) return;

  const auto candidate = answer["candidates"][0];
  if (candidate["index"].as_int() == 0) {
    for (const auto& part : candidate["content"]["parts"].items())
      read_part(part, sink);
    if (candidate["finishReason"].is_string()) {
      stop(candidate["finishReason"].text(scratch_), sink);
    }
  }
  const auto block_reason = answer["promptFeedback"]["blockReason"];
  if (!is_ended_ && !candidate && block_reason.is_string()) {
    is_ended_ = true;
    count_kept_chunk();
    give_counts(sink);
    if (wants(ABV_EVENT_STOP)) {
      sink.stop(sdk::StopReason::kRefusal, block_reason.text(scratch_));
    }
  }
}

void Decoder::on_plain(const json::Value& body, sdk::EventSink& sink) {
  if (body["error"].is_object()) return fail(body["error"], sink);
  start(body, sink);
  if (body["totalTokens"].is_number()) {
    counts_ = sdk::make_usage(body["totalTokens"].as_int());
    counts_->cache_read_tokens = body["cachedContentTokenCount"].as_int(-1);
  } else if (body["usageMetadata"].is_object()) {
    counts_ = read_usage(body["usageMetadata"]);
  }
  give_counts(sink);
  is_ended_ = true;
  if (wants(ABV_EVENT_STOP)) sink.stop(sdk::StopReason::kEnd);
}

void Decoder::start(const json::Value& answer, sdk::EventSink& sink) {
  if (std::exchange(is_started_, true) || !wants(ABV_EVENT_START)) return;
  sink.start(answer["responseId"].text(scratch_), answer["modelVersion"].text(more_scratch_));
}

void Decoder::read_part(const json::Value& part, sdk::EventSink& sink) {
  if (part["functionCall"].is_object()) return read_call(part, sink);
  if (part["inlineData"].is_object()) return read_image(part["inlineData"], sink);
  if (part["text"].is_string()) read_text(part, sink);
  sign(part, sink);
}

void Decoder::read_text(const json::Value& part, sdk::EventSink& sink) {
  const auto text = part["text"].text(scratch_);
  if (text.empty()) return;
  const bool is_thought = part["thought"].as_bool();
  const auto kind = is_thought ? PartKind::kReasoning : PartKind::kText;
  if (part_kind_ != kind) ++next_part_;
  part_kind_ = kind;
  const std::uint32_t text_kind = ABV_EVENT_TEXT, thought_kind = ABV_EVENT_REASONING;
  const auto event_kind = is_thought ? thought_kind : text_kind;
  if (!wants(event_kind)) return;
  auto event = sdk::make_event(event_kind, next_part_ - 1);
  event.text = sdk::str(text);
  sink.emit(event);
}

void Decoder::read_call(const json::Value& part, sdk::EventSink& sink) {
  const auto call = part["functionCall"];
  const auto index = next_part_++;
  part_kind_ = PartKind::kNone;
  has_calls_ = true;
  if (wants(ABV_EVENT_TOOL_START)) {
    sink.tool_start(call["id"].text(scratch_), call["name"].text(more_scratch_), index);
  }
  sign(part, sink);
  if (wants(ABV_EVENT_TOOL_ARGUMENTS)) {
    sink.tool_arguments(call["args"].is_object() ? call["args"].raw() : "{}", index);
  }
  if (wants(ABV_EVENT_TOOL_END)) sink.tool_end(index);
}

void Decoder::read_image(const json::Value& data, sdk::EventSink& sink) {
  const auto index = next_part_++;
  part_kind_ = PartKind::kNone;
  if (!wants(ABV_EVENT_IMAGE)) return;
  sink.image(data["mimeType"].text(scratch_), data["data"].text(more_scratch_), index);
}

// A signature belongs to its part; one in a part without text, to the part before.
void Decoder::sign(const json::Value& part, sdk::EventSink& sink) {
  const auto signature = part["thoughtSignature"];
  if (!signature.is_string()) return;
  if (next_part_ == 0) {
    ++next_part_;
    part_kind_ = PartKind::kReasoning;
  }
  if (wants(ABV_EVENT_SIGNATURE)) sink.signature(signature.text(scratch_), next_part_ - 1);
}

void Decoder::count_kept_chunk() {
  if (kept_chunk_.empty()) return;
  json::Document kept;
  if (kept.parse(kept_chunk_)) counts_ = read_usage(kept.root()["usageMetadata"]);
  kept_chunk_.clear();
}

void Decoder::give_counts(sdk::EventSink& sink) {
  if (counts_ && wants(ABV_EVENT_USAGE)) sink.usage(*counts_);
  counts_.reset();
}

void Decoder::stop(std::string_view word, sdk::EventSink& sink) {
  is_ended_ = true;
  count_kept_chunk();
  give_counts(sink);
  if (!wants(ABV_EVENT_STOP)) return;
  auto reason = read_finish_reason(word);
  // Gemini has no word of its own for an answer that ends in tool calls.
  if (reason == sdk::StopReason::kEnd && has_calls_) reason = sdk::StopReason::kTool;
  sink.stop(reason, word);
}

void Decoder::fail(const json::Value& error, sdk::EventSink& sink) {
  is_ended_ = true;
  count_kept_chunk();
  give_counts(sink);
  if (!wants(ABV_EVENT_ERROR)) return;
  const auto http_status = static_cast<int>(error["code"].as_int());
  sink.error(http_status, error["status"].text(scratch_), error["message"].text(more_scratch_),
             error.raw());
}

}  // namespace abv::gemini
