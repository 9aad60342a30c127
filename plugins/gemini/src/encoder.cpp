#include "encoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "errors.hpp"
#include "finish_reason.hpp"
#include "logprobs.hpp"
#include "names.hpp"
#include "usage.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

// What an opaque part of Gemini's own holds; other vendors' are left out.
constexpr std::array<std::string_view, 7> kOwnParts = {
    "executableCode", "codeExecutionResult", "toolCall", "toolResponse", "inlineData",
    "fileData",       "audioTranscription"};
constexpr std::array<std::string_view, 3> kOwnMetadata = {"groundingMetadata", "citationMetadata",
                                                          "urlContextMetadata"};

bool is_own_part(std::string_view raw) {
  const auto part = json::parse(raw);
  return part && std::any_of(kOwnParts.begin(), kOwnParts.end(),
                             [&](std::string_view name) { return (*part)[name].is_object(); });
}

}  // namespace

Encoder::Shape Encoder::shape_of(const sdk::CodecParams& params) {
  if (params.operation() == "count_tokens") return Shape::kCount;
  if (params.operation() == "embeddings") return Shape::kEmbeddings;
  if (!params.is_stream()) return Shape::kDocument;
  return sdk::query_value(params.query(), "alt") == "sse" ? Shape::kEvents : Shape::kArray;
}

Encoder::Encoder(const sdk::CodecParams& params)
    : shape_(shape_of(params)),
      embeddings_(shape_ == Shape::kEmbeddings ? params.request_body() : std::string_view()),
      id_(params.id()),
      model_(params.model()) {
  if (params.operation() != "chat" && shape_ != Shape::kCount && shape_ != Shape::kEmbeddings) {
    throw sdk::Stopped{ABV_E_UNSUPPORTED};
  }
}

void Encoder::encode(const sdk::Event& event, sdk::Writer& out) {
  if (is_failed_) return;
  switch (event.kind()) {
    case ABV_EVENT_START:
      return begin(event);
    case ABV_EVENT_USAGE:
      if (event.usage() != nullptr) usage_ = *event.usage();
      return;
    case ABV_EVENT_STOP: {
      Candidate& ended = candidate(event.choice());
      ended.ending = {static_cast<sdk::StopReason>(event.number()), std::string(event.name())};
      ended.parts.end();
      take_feedback(event);
      if (is_stream()) write_parts(ended, out);
      return;
    }
    case ABV_EVENT_ERROR:
      return fail(event, out);
    case ABV_EVENT_PING:
      return ping(out);
    case ABV_EVENT_EMBEDDING:
      return embeddings_.add(event);
    default:
      if (shape_ == Shape::kDocument || is_stream()) encode_content(event, out);
  }
}

void Encoder::finish(sdk::Writer& out) {
  if (is_failed_) return;
  if (shape_ == Shape::kCount) return write_count(out);
  if (shape_ == Shape::kEmbeddings) return out.write(embeddings_.write(usage_));
  const bool is_complete = !candidates_.empty() &&
                           std::all_of(candidates_.begin(), candidates_.end(), [](const auto& one) {
                             return one.second.ending.has_value();
                           });
  if (!is_complete) throw sdk::Stopped{ABV_E_INVALID};
  write_last(out);
  if (shape_ == Shape::kArray) out.write("]");
}

// The dialect has no ping, and Google's SDK takes no comments between events: blanks are all that
// it passes over.
void Encoder::ping(sdk::Writer& out) const {
  if (shape_ == Shape::kEvents) out.write("\n\n");
  if (shape_ == Shape::kArray && has_written_) out.write("\n");
}

void Encoder::begin(const sdk::Event& start) {
  if (!start.id().empty()) id_ = start.id();
  if (model_.empty()) model_ = start.name();
}

Encoder::Candidate& Encoder::candidate(std::uint32_t choice) {
  return candidates_.try_emplace(choice, choice, shape_ == Shape::kDocument).first->second;
}

void Encoder::encode_content(const sdk::Event& event, sdk::Writer& out) {
  Candidate& to = candidate(event.choice());
  switch (event.kind()) {
    case ABV_EVENT_CITATION:
      to.citations.push_back({std::string(event.id()), std::string(event.name()),
                              std::string(event.text()), event.index()});
      return;
    case ABV_EVENT_LOGPROBS: {
      const auto entries = event.raw_json();
      if (entries.size() <= 2) return;
      if (!to.logprobs.empty()) to.logprobs += ",";
      to.logprobs.append(entries.substr(1, entries.size() - 2));
      return;
    }
    case ABV_EVENT_OPAQUE:
      if (take_metadata(event, to) || !is_own_part(event.raw_json())) return;
      to.parts.add(event);
      break;
    case ABV_EVENT_TEXT:
    case ABV_EVENT_REFUSAL:
      to.said.add(event.index(), event.text());
      to.parts.add(event);
      break;
    default:
      to.parts.add(event);
      break;
  }
  if (shape_ != Shape::kDocument) write_parts(to, out);
}

// Takes what stands beside a candidate's content.
bool Encoder::take_metadata(const sdk::Event& event, Candidate& to) {
  const auto raw = json::parse(event.raw_json());
  if (!raw) return false;
  for (const auto name : kOwnMetadata) {
    if (!(*raw)[name].is_object()) continue;
    to.metadata[std::string(name)] = (*raw)[name].raw();
    return true;
  }
  return false;
}

// Gemini's own word that it blocked the prompt.
void Encoder::take_feedback(const sdk::Event& stop) {
  const auto raw = json::parse(stop.raw_json());
  if (raw && (*raw)[kPromptFeedback].is_object()) feedback_ = (*raw)[kPromptFeedback].raw();
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
  if (!is_stream()) return out.write(body);
  write_chunk(body, out);
  if (shape_ == Shape::kArray) out.write("]");
}

void Encoder::write_count(sdk::Writer& out) {
  if (!usage_ || usage_->input_tokens < 0) throw sdk::Stopped{ABV_E_INVALID};
  json_.begin_object().member("totalTokens", usage_->input_tokens);
  if (usage_->cache_read_tokens > 0) {
    json_.member("cachedContentTokenCount", usage_->cache_read_tokens);
  }
  out.write(json_.end_object().view());
}

// Each part that is done, in a chunk of its own.
void Encoder::write_parts(Candidate& from, sdk::Writer& out) {
  for (const Part& part : from.parts.take_done()) {
    json_.clear();
    json_.begin_object().key("candidates").begin_array().begin_object();
    json_.key("content").begin_object().key("parts").begin_array();
    if (!put_part(part, json_)) {
      from.has_malformed_call = true;
      continue;
    }
    json_.end_array().member("role", "model").end_object();
    json_.member("index", from.choice).end_object().end_array();
    put_tail();
    write_chunk(json_.view(), out);
  }
}

// The whole document, or the chunk that ends a stream.
void Encoder::write_last(sdk::Writer& out) {
  json_.clear();
  json_.begin_object();
  if (!feedback_.empty()) {
    json_.key(kPromptFeedback).raw(feedback_);
  } else {
    put_candidates();
  }
  put_tail();
  shape_ == Shape::kDocument ? out.write(json_.view()) : write_chunk(json_.view(), out);
}

void Encoder::put_candidates() {
  json_.key("candidates").begin_array();
  for (auto& [choice, one] : candidates_) {
    json_.begin_object().key("content").begin_object().key("parts").begin_array();
    put_last_content(one);
    json_.end_array().member("role", "model").end_object();
    json_.member("finishReason", finish_reason(one)).member("index", choice);
    put_metadata(one);
    json_.end_object();
  }
  json_.end_array();
}

void Encoder::put_last_content(Candidate& from) {
  if (shape_ != Shape::kDocument) {
    json_.begin_object().member("text", "").end_object();
    return;
  }
  for (const Part& part : from.parts.take_done()) {
    if (!put_part(part, json_)) from.has_malformed_call = true;
  }
}

void Encoder::put_metadata(const Candidate& from) {
  for (const auto& [name, raw] : from.metadata)
    json_.key(name).raw(raw);
  const bool has_own = from.metadata.count("groundingMetadata") != 0;
  if (!from.citations.empty() && !has_own)
    write_grounding(from.citations, from.said, json_.key("groundingMetadata"));
  if (!from.logprobs.empty())
    write_logprobs("[" + from.logprobs + "]", json_.key("logprobsResult"));
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

// Closes the chunk.
void Encoder::put_tail() {
  if (usage_) {
    json_.key("usageMetadata");
    write_usage(json_, *usage_);
  }
  json_.member("modelVersion", model_).member("responseId", id_).end_object();
}

std::string_view Encoder::finish_reason(const Candidate& of) {
  if (of.has_malformed_call) return "MALFORMED_FUNCTION_CALL";
  return finish_reason_word(of.ending->reason, of.ending->word);
}

}  // namespace abv::gemini
