#include "candidate_reader.hpp"

#include "abv/sdk/chat.hpp"
#include "finish_reason.hpp"
#include "logprobs.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

constexpr std::size_t kLongestId = 64;

bool is_image(const json::Value& part) {
  const auto media = part["inlineData"].is_object() ? part["inlineData"] : part["fileData"];
  return media["mimeType"].as_string().starts_with("image/");
}

}  // namespace

void CandidateReader::read(const json::Value& candidate, ChoiceSink& sink) {
  for (const auto& part : candidate["content"]["parts"].items())
    read_part(part, sink);
  read_metadata(candidate, sink);
}

void CandidateReader::stop(std::string_view word, ChoiceSink& sink) {
  is_ended_ = true;
  auto reason = read_finish_reason(word);
  // Gemini has no word of its own for an answer that ends in tool calls.
  if (reason == sdk::StopReason::kEnd && has_calls_) reason = sdk::StopReason::kTool;
  sink.stop(reason, word);
}

std::uint32_t CandidateReader::open_part(PartKind kind) {
  if (kind == PartKind::kNone || part_kind_ != kind) ++next_part_;
  part_kind_ = kind;
  return next_part_ - 1;
}

void CandidateReader::read_part(const json::Value& part, ChoiceSink& sink) {
  if (part["functionCall"].is_object()) return read_call(part, sink);
  // A draft that the model thought of is no part of the answer.
  if (is_image(part) && (shows_drafts_ || !part["thought"].as_bool())) {
    return read_image(part, sink);
  }
  if (part["text"].is_string()) return read_text(part, sink);
  const bool is_signature_only = part.size() == 1 && part["thoughtSignature"].is_string();
  if (is_signature_only) return sign_open_part(part, sink);
  if (part.size() > 0) sink.opaque(part.raw(), open_part(PartKind::kNone));
}

void CandidateReader::read_text(const json::Value& part, ChoiceSink& sink) {
  const auto text = part["text"].text(scratch_);
  if (text.empty()) return sign_open_part(part, sink);
  const bool is_thought = part["thought"].as_bool();
  const auto index = open_part(is_thought ? PartKind::kReasoning : PartKind::kText);
  if (is_thought) {
    sink.reasoning(text, index);
  } else {
    last_text_ = index;
    sink.text(text, index);
  }
  sign(part, index, sink);
}

void CandidateReader::read_call(const json::Value& part, ChoiceSink& sink) {
  const auto call = part["functionCall"];
  const auto index = open_part(PartKind::kNone);
  has_calls_ = true;
  sign(part, index, sink);
  std::string id = call["id"].as_string();
  if (id.empty()) {
    const std::string place = choice_ == 0 ? "" : std::to_string(choice_) + "_";
    id = sdk::chat::tool_id("call_" + id_ + "_" + place + std::to_string(index), kLongestId);
  }
  sink.tool_start(id, call["name"].text(more_scratch_), index);
  sink.tool_arguments(call["args"].is_object() ? call["args"].raw() : "{}", index);
  sink.tool_end(index);
}

void CandidateReader::read_image(const json::Value& part, ChoiceSink& sink) {
  const auto index = open_part(PartKind::kNone);
  sign(part, index, sink);
  auto event = sdk::make_event(ABV_EVENT_IMAGE, index);
  const bool is_inline = part["inlineData"].is_object();
  const auto media = is_inline ? part["inlineData"] : part["fileData"];
  event.name = sdk::str(media["mimeType"].text(scratch_));
  const auto content = media[is_inline ? "data" : "fileUri"].text(more_scratch_);
  (is_inline ? event.text : event.id) = sdk::str(content);
  if (part["thought"].as_bool()) {
    event.flags = ABV_EVENT_PARTIAL;
  } else {
    has_images_ = true;
  }
  sink.emit(event);
}

// What stands beside the content.
void CandidateReader::read_metadata(const json::Value& candidate, ChoiceSink& sink) {
  grounding_.read(candidate, last_text_, sink);
  for (const char* const name : {"groundingMetadata", "citationMetadata", "urlContextMetadata"}) {
    if (candidate[name].size() == 0) continue;
    json::Writer raw;
    raw.begin_object().member(name, candidate[name]).end_object();
    sink.opaque(raw.view(), last_text_);
  }
  const auto entries = read_logprobs(candidate["logprobsResult"]);
  if (!entries.empty()) sink.logprobs(entries, last_text_);
}

// A signature without text belongs to the part before; to one of its own when there is none that
// can be signed any more.
void CandidateReader::sign_open_part(const json::Value& part, ChoiceSink& sink) {
  if (!part["thoughtSignature"].is_string()) return;
  const bool is_open = part_kind_ != PartKind::kNone;
  sign(part, is_open ? next_part_ - 1 : open_part(PartKind::kNone), sink);
}

void CandidateReader::sign(const json::Value& part, std::uint32_t index, ChoiceSink& sink) {
  const auto signature = part["thoughtSignature"];
  if (!signature.is_string()) return;
  sink.signature(signature.text(scratch_), index);
  part_kind_ = PartKind::kNone;  // what follows is not what was signed
}

}  // namespace abv::gemini
