#include "decoder.hpp"

#include <algorithm>
#include <utility>

#include "abv/sdk/needle.hpp"
#include "finish_reason.hpp"
#include "names.hpp"
#include "usage.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;
constexpr std::size_t kMaxMediaBytes = std::size_t{128} << 20U;

constexpr std::uint64_t kPartEvents =
    ABV_EVENT_BIT(ABV_EVENT_TEXT) | ABV_EVENT_BIT(ABV_EVENT_REASONING) |
    ABV_EVENT_BIT(ABV_EVENT_SIGNATURE) | ABV_EVENT_BIT(ABV_EVENT_TOOL_START) |
    ABV_EVENT_BIT(ABV_EVENT_TOOL_ARGUMENTS) | ABV_EVENT_BIT(ABV_EVENT_TOOL_END) |
    ABV_EVENT_BIT(ABV_EVENT_IMAGE) | ABV_EVENT_BIT(ABV_EVENT_OPAQUE) |
    ABV_EVENT_BIT(ABV_EVENT_CITATION) | ABV_EVENT_BIT(ABV_EVENT_LOGPROBS);

// More candidates than anyone asks for; what an upstream says beyond is passed over.
constexpr std::int64_t kMaxChoices = 128;

// With its quotes, a name in a chunk can only be a key or a whole string: quotes in text are
// escaped.
constexpr sdk::Needle kFinishReason(R"("finishReason")");
constexpr sdk::Needle kFunctionCall(R"("functionCall")");
constexpr sdk::Needle kUsageMetadata(R"("usageMetadata")");

// How far into a chunk its first key may begin for the chunk to be told without parsing.
constexpr std::size_t kHeadBytes = 24;

// Code Assist puts each answer, whole or chunk, into an envelope.
json::Value unwrapped(const json::Value& root) {
  const json::Value inner = root["response"];
  return inner.is_object() ? inner : root;
}

}  // namespace

Decoder::Input Decoder::input_of(const sdk::CodecParams& params) {
  const auto operation = params.operation();
  if (operation == "chat" || task_of(params) != Task::kOther) {
    return params.is_stream() ? Input::kStream : Input::kWhole;
  }
  const bool is_counted = operation == "count_tokens" || operation == "embeddings";
  return is_counted ? Input::kPlain : Input::kIgnored;
}

Decoder::Task Decoder::task_of(const sdk::CodecParams& params) {
  if (params.operation() == "images.generations") return Task::kImages;
  return params.operation() == "audio.transcriptions" ? Task::kTranscript : Task::kOther;
}

Decoder::Decoder(const sdk::CodecParams& params)
    : wanted_(params.wanted()),
      input_(input_of(params)),
      task_(task_of(params)),
      most_bytes_(task_ == Task::kImages || params.operation() == "embeddings" ? kMaxMediaBytes
                                                                               : kMaxBytes),
      chunks_(most_bytes_),
      id_(params.id()) {}

void Decoder::decode(std::string_view bytes, sdk::EventSink& sink) {
  if (input_ == Input::kIgnored) return;
  if (input_ == Input::kStream) {
    const bool fits = chunks_.feed(bytes, [&](std::string_view text) { on_chunk(text, sink); });
    if (!fits) throw sdk::Stopped{ABV_E_LIMIT};
    return;
  }
  if (body_.size() + bytes.size() > most_bytes_) throw sdk::Stopped{ABV_E_LIMIT};
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
    const json::Value root = unwrapped(document_.root());
    // Imagen answers in a form of its own, which is empty when all its images were held back.
    const bool is_prediction = task_ == Task::kImages && !root["error"] && !root["candidates"] &&
                               !root["promptFeedback"] && !root["usageMetadata"];
    if (is_prediction) {
      on_predictions(root, sink);
    } else {
      input_ == Input::kWhole ? on_answer(root, sink) : on_plain(root, sink);
    }
    // Nothing was cut off here; the model just said nothing.
    const bool is_answer = root["modelVersion"] || root["responseId"] || root["usageMetadata"];
    if (is_answer && candidates_.empty() && !is_ended_) {
      task_ == Task::kImages ? fail_without_image(false, {}, {}, sink)
                             : stop(sdk::StopReason::kOther, {}, sink);
    }
  }
  if (!is_ended_) throw sdk::Stopped{ABV_E_INVALID};
}

// True for a chunk with nothing but content, when no content is wanted.
bool Decoder::can_skip(std::string_view chunk) {
  // After the end of all candidates another may begin, which needs an end of its own.
  if (!is_started_ || is_ended_ || (wanted_ & kPartEvents) != 0) return false;
  const bool has_candidates =
      chunk.substr(0, kHeadBytes).find(R"("candidates")") != std::string_view::npos;
  if (!has_candidates || kFinishReason.is_in(chunk) || kFunctionCall.is_in(chunk)) return false;
  if (wants(ABV_EVENT_USAGE) && kUsageMetadata.is_in(chunk)) kept_chunk_ = chunk;
  return true;
}

void Decoder::on_chunk(std::string_view text, sdk::EventSink& sink) {
  if (can_skip(text)) return;
  if (!document_.parse(text)) throw sdk::Stopped{ABV_E_INVALID};
  on_answer(unwrapped(document_.root()), sink);
}

void Decoder::on_answer(const json::Value& answer, sdk::EventSink& sink) {
  if (answer["error"].is_object() && !is_ended_) return fail(answer["error"], sink);
  const bool is_first = !is_started_;
  start(answer, sink);
  if (answer["usageMetadata"].is_object()) {
    kept_chunk_.clear();
    counts_ = read_usage(answer["usageMetadata"]);
  }
  if (is_first) give_counts(sink);
  if (is_closed_) return;  // counts may still follow the end, nothing else may

  for (const auto& candidate : answer["candidates"].items())
    read_candidate(candidate, sink);
  if (candidates_.empty()) read_no_candidate(answer, sink);
}

void Decoder::read_candidate(const json::Value& candidate, sdk::EventSink& sink) {
  if (task_ == Task::kTranscript) return read_transcript(candidate, sink);
  const auto choice = candidate["index"].as_int();
  CandidateReader* const reader = reader_of(choice);
  if (reader == nullptr || reader->is_ended()) return;
  ChoiceSink events(sink, wanted_, reader->choice());
  reader->read(candidate, events);
  if (!candidate["finishReason"].is_string()) return;
  if (task_ == Task::kImages && !reader->has_images() && wants(ABV_EVENT_IMAGE)) {
    std::string told = candidate["finishMessage"].as_string();
    for (const auto& part : candidate["content"]["parts"].items())
      told += part["text"].as_string();
    const auto reason = candidate["finishReason"].as_string();
    const bool is_refused = read_finish_reason(reason) == sdk::StopReason::kRefusal;
    return fail_without_image(is_refused, reason, told, sink);
  }
  count_kept_chunk();
  give_counts(sink);
  reader->stop(candidate["finishReason"].text(scratch_), events);
  is_ended_ = std::all_of(candidates_.begin(), candidates_.end(),
                          [](const CandidateReader& one) { return one.is_ended(); });
}

// A transcript has one candidate.
void Decoder::read_transcript(const json::Value& candidate, sdk::EventSink& sink) {
  if (is_ended_ || candidate["index"].as_int() != 0) return;
  if (reader_of(0) == nullptr) return;
  ChoiceSink events(sink, wanted_, 0);
  transcript_.read(candidate, events);
  if (!candidate["finishReason"].is_string()) return;
  const auto word = candidate["finishReason"].as_string();
  const auto reason = read_finish_reason(word);
  if (reason != sdk::StopReason::kEnd) return fail_transcript(word, sink);
  transcript_.finish(events);
  stop(reason, word, sink);
}

// The client's format has no word for a transcript that is not whole, so it must not look like one.
void Decoder::fail_transcript(std::string_view word, sdk::EventSink& sink) {
  const std::string told(word);
  switch (read_finish_reason(word)) {
    case sdk::StopReason::kLength:
      return fail(502, "upstream_incomplete",
                  "the transcript is longer than what the model may write in one answer (" + told +
                      "); send the sound in pieces",
                  sink);
    case sdk::StopReason::kRefusal:
      return fail(400, "moderation_blocked", "the upstream refused to transcribe (" + told + ")",
                  sink);
    default:
      return fail(502, "upstream_failed", "the upstream gave up transcribing (" + told + ")", sink);
  }
}

// A prompt that is blocked has no candidates.
void Decoder::read_no_candidate(const json::Value& answer, sdk::EventSink& sink) {
  const auto feedback = answer["promptFeedback"];
  const auto reason = feedback["blockReason"];
  if (!reason.is_string()) return;
  if (task_ == Task::kImages && wants(ABV_EVENT_IMAGE)) {
    const auto told = feedback["blockReasonMessage"].as_string();
    return fail_without_image(true, reason.as_string(), told, sink);
  }
  if (task_ == Task::kTranscript) {
    return fail(400, "moderation_blocked",
                "the upstream refused to transcribe (" + reason.as_string() + ")", sink);
  }
  json::Writer raw;
  raw.begin_object().member(kPromptFeedback, feedback).end_object();
  stop(sdk::StopReason::kRefusal, reason.text(scratch_), sink, raw.view());
}

CandidateReader* Decoder::reader_of(std::int64_t choice) {
  if (choice < 0 || choice >= kMaxChoices) return nullptr;
  const auto number = static_cast<std::uint32_t>(choice);
  for (CandidateReader& known : candidates_) {
    if (known.choice() == number) return &known;
  }
  is_ended_ = false;
  return &candidates_.emplace_back(number, id_, task_ == Task::kImages);
}

void Decoder::on_predictions(const json::Value& body, sdk::EventSink& sink) {
  start(body, sink);
  ChoiceSink events(sink, wanted_, 0);
  std::uint32_t index = 0;
  bool has_images = false;
  std::string held_back;
  for (const auto& one : body["predictions"].items()) {
    if (!one["bytesBase64Encoded"].is_string()) {
      held_back = one["raiFilteredReason"].as_string(held_back);
      continue;
    }
    has_images = true;
    if (one["prompt"].is_string()) events.revised_prompt(one["prompt"].text(scratch_), index++);
    events.image(one["mimeType"].text(scratch_), one["bytesBase64Encoded"].text(more_scratch_),
                 index++);
  }
  if (!has_images && wants(ABV_EVENT_IMAGE)) return fail_without_image(true, {}, held_back, sink);
  stop(has_images ? sdk::StopReason::kEnd : sdk::StopReason::kRefusal, {}, sink);
}

void Decoder::give_embeddings(const json::Value& body, sdk::EventSink& sink) {
  if (!wants(ABV_EVENT_EMBEDDING)) return;
  if (body["embedding"]["values"].is_array()) sink.embedding(body["embedding"]["values"].raw(), 0);
  std::uint32_t index = 0;
  for (const auto& one : body["embeddings"].items()) {
    if (one["values"].is_array()) sink.embedding(one["values"].raw(), index);
    ++index;
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
  give_embeddings(body, sink);
  give_counts(sink);
  is_ended_ = true;
  if (wants(ABV_EVENT_STOP)) sink.stop(sdk::StopReason::kEnd);
}

void Decoder::start(const json::Value& answer, sdk::EventSink& sink) {
  if (std::exchange(is_started_, true) || !wants(ABV_EVENT_START)) return;
  sink.start(answer["responseId"].text(scratch_), answer["modelVersion"].text(more_scratch_));
}

void Decoder::count_kept_chunk() {
  if (kept_chunk_.empty()) return;
  json::Document kept;
  if (kept.parse(kept_chunk_)) {
    const json::Value counts = unwrapped(kept.root())["usageMetadata"];
    if (counts.is_object()) counts_ = read_usage(counts);
  }
  kept_chunk_.clear();
}

void Decoder::give_counts(sdk::EventSink& sink) {
  if (counts_ && wants(ABV_EVENT_USAGE)) sink.usage(*counts_);
  counts_.reset();
}

void Decoder::stop(sdk::StopReason reason, std::string_view word, sdk::EventSink& sink,
                   std::string_view raw) {
  is_ended_ = is_closed_ = true;
  count_kept_chunk();
  give_counts(sink);
  if (wants(ABV_EVENT_STOP)) sink.stop(reason, word, {}, raw);
}

void Decoder::fail(int http_status, std::string_view type, std::string_view message,
                   sdk::EventSink& sink) {
  is_ended_ = is_closed_ = true;
  count_kept_chunk();
  give_counts(sink);
  if (wants(ABV_EVENT_ERROR)) sink.error(http_status, type, message);
}

// A refusal is the request's fault, in the word that OpenAI has for it; else the model just talked.
void Decoder::fail_without_image(bool is_refused, std::string_view reason, std::string_view told,
                                 sdk::EventSink& sink) {
  constexpr std::size_t kShown = 500;
  std::string message = is_refused ? "the upstream refused to make the image"
                                   : "the upstream answered without an image";
  if (!reason.empty()) message.append(" (").append(reason).append(")");
  if (!told.empty()) message.append(": ").append(told.substr(0, kShown));
  is_refused ? fail(400, "moderation_blocked", message, sink)
             : fail(502, "no_image", message, sink);
}

void Decoder::fail(const json::Value& error, sdk::EventSink& sink) {
  is_ended_ = is_closed_ = true;
  count_kept_chunk();
  give_counts(sink);
  if (!wants(ABV_EVENT_ERROR)) return;
  const auto http_status = static_cast<int>(error["code"].as_int());
  sink.error(http_status, error["status"].text(scratch_), error["message"].text(more_scratch_),
             error.raw());
}

}  // namespace abv::gemini
