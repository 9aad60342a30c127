#include "chat_choice_reader.hpp"

#include <algorithm>

#include "answer_reader.hpp"
#include "completion_logprobs.hpp"
#include "finish_reason.hpp"
#include "media.hpp"

namespace abv::openai {

namespace json = sdk::json;

void ChatChoiceReader::read(const json::Value& choice, const json::Value& message,
                            sdk::EventSink& sink) {
  if ((wanted_ & kContentEvents) != 0) {
    // Two spellings of the same: DeepSeek's and most servers', OpenRouter's and vLLM's.
    const auto thoughts = message["reasoning_content"];
    read_run(Run::kReasoning, thoughts.is_string() ? thoughts : message["reasoning"], sink);
    read_content(message["content"], sink);
    read_run(Run::kRefusal, message["refusal"], sink);
    read_run(Run::kText, choice["text"], sink);
    read_logprobs(choice["logprobs"], sink);
    for (const auto& annotation : message["annotations"].items())
      read_annotation(annotation, sink);
    for (const auto& image : message["images"].items())
      read_image(image, sink);
    read_audio(message["audio"], sink);
    std::int64_t wire_number = 0;
    for (const auto& call : message["tool_calls"].items()) {
      read_call(call["index"].as_int(wire_number), call, sink);
      ++wire_number;
    }
    // The older form of the one call that there can be.
    if (message["function_call"].is_object()) read_call(0, message, sink);
  }
  if (choice["finish_reason"].is_string()) finish_reason_ = choice["finish_reason"].as_string();
}

void ChatChoiceReader::read_content(const json::Value& content, sdk::EventSink& sink) {
  if (content.is_string()) return read_run(Run::kText, content, sink);
  for (const auto& part : content.items()) {
    if (part["type"].as_string() == "image_url") {
      read_image(part, sink);
    } else {
      read_run(Run::kText, part["text"], sink);
    }
  }
}

void ChatChoiceReader::read_run(Run run, const json::Value& text, sdk::EventSink& sink) {
  const auto piece = text.text(scratch_);
  if (piece.empty()) return;
  if (run_ != run) ++next_part_;
  run_ = run;
  const auto part = next_part_ - 1;
  switch (run) {
    case Run::kReasoning:
      return give(ABV_EVENT_REASONING, part, piece, sink);
    case Run::kRefusal:
      refusal_part_ = part;
      return give(ABV_EVENT_REFUSAL, part, piece, sink);
    default:
      text_part_ = part;
      return give(ABV_EVENT_TEXT, part, piece, sink);
  }
}

// The probabilities of reasoning, which some servers give as well, have no place.
void ChatChoiceReader::read_logprobs(const json::Value& logprobs, sdk::EventSink& sink) {
  if (!logprobs.is_object()) return;
  if (logprobs["tokens"].is_array() && text_part_) {
    return give_raw(ABV_EVENT_LOGPROBS, *text_part_, read_completion_logprobs(logprobs), sink);
  }
  if (logprobs["content"].size() > 0 && text_part_ && run_ != Run::kReasoning) {
    give_raw(ABV_EVENT_LOGPROBS, *text_part_, logprobs["content"].raw(), sink);
  }
  if (logprobs["refusal"].size() > 0 && refusal_part_) {
    give_raw(ABV_EVENT_LOGPROBS, *refusal_part_, logprobs["refusal"].raw(), sink);
  }
}

// No other dialect speaks while it writes.
void ChatChoiceReader::read_audio(const json::Value& audio, sdk::EventSink& sink) {
  if (!audio.is_object() || !wants(ABV_EVENT_OPAQUE)) return;
  if (!audio_part_) {
    run_ = Run::kNone;
    audio_part_ = next_part_++;
  }
  give_raw(ABV_EVENT_OPAQUE, *audio_part_, "{\"audio\":" + std::string(audio.raw()) + "}", sink);
}

// OpenRouter's form: {"type":"image_url","image_url":{"url":"data:image/png;base64,…"}}.
void ChatChoiceReader::read_image(const json::Value& image, sdk::EventSink& sink) {
  const auto url = image["image_url"]["url"].text(scratch_);
  if (url.empty()) return;
  run_ = Run::kNone;
  auto event = sdk::make_event(ABV_EVENT_IMAGE, next_part_++);
  const auto data = split_data_url(url);
  if (data) {
    event.name = sdk::str(data->media_type);
    event.text = sdk::str(data->base64);
  } else {
    event.id = sdk::str(url);
  }
  emit(event, sink);
}

void ChatChoiceReader::read_annotation(const json::Value& annotation, sdk::EventSink& sink) {
  const auto citation = annotation["url_citation"];
  if (!citation.is_object()) return;
  const auto url = citation["url"].as_string();
  const auto title = citation["title"].as_string();
  auto event = sdk::make_event(ABV_EVENT_CITATION, text_part_.value_or(0));
  event.id = sdk::str(url);
  event.name = sdk::str(title);
  // OpenRouter tells what stands there.
  event.text = sdk::str(citation["content"].text(scratch_));
  event.raw_json = sdk::str(annotation.raw());
  emit(event, sink);
}

void ChatChoiceReader::read_call(std::int64_t wire_number, const json::Value& call,
                                 sdk::EventSink& sink) {
  const bool is_legacy = call["function_call"].is_object();
  const bool is_custom = call["custom"].is_object();
  const auto body = call[is_legacy ? "function_call" : is_custom ? "custom" : "function"];
  const auto id = is_legacy ? std::string() : call["id"].as_string();
  ToolCall& known = call_of(wire_number, id, body["name"].as_string());
  known.is_custom = known.is_custom || is_custom;
  const auto signature = call["extra_content"]["google"]["thought_signature"];
  if (signature.is_string() && !is_legacy) known.signature = signature.as_string();
  const auto arguments = body[is_custom ? "input" : "arguments"];
  // There are servers that send the object itself.
  add_to_call(known, body, arguments.is_object() ? arguments.raw() : arguments.text(scratch_),
              sink);
}

// Servers differ in what they repeat and what they leave out: the number, the id and the name may
// each come late or not at all.
ChatChoiceReader::ToolCall& ChatChoiceReader::call_of(std::int64_t wire_number,
                                                      const std::string& id,
                                                      const std::string& name) {
  const auto same = [&](const ToolCall& call) {
    if (call.wire_number != wire_number) return false;
    if (!id.empty() && !call.wire_id.empty()) return call.wire_id == id;
    if (name.empty() || call.name.empty()) return true;
    // Without ids, a second call of the same tool is told by the first one's being complete.
    json::Document arguments;
    return call.name == name && !(call.wire_id.empty() && arguments.parse(call.arguments));
  };
  const auto found = std::find_if(calls_.rbegin(), calls_.rend(), same);
  if (found != calls_.rend()) {
    if (!found->is_started) found->wire_id = found->wire_id.empty() ? id : found->wire_id;
    return *found;
  }
  run_ = Run::kNone;
  ToolCall& call = calls_.emplace_back();
  call.wire_number = wire_number;
  call.wire_id = id;
  call.part = next_part_++;
  return call;
}

void ChatChoiceReader::add_to_call(ToolCall& call, const json::Value& body,
                                   std::string_view arguments, sdk::EventSink& sink) {
  if (call.name.empty()) call.name = body["name"].as_string();
  if (!call.is_started || call.wire_id.empty()) call.arguments.append(arguments);
  if (call.is_started) return give(ABV_EVENT_TOOL_ARGUMENTS, call.part, arguments, sink);
  // An id may come after the name; once there are arguments it is not waited for.
  if (!call.name.empty() && !(call.wire_id.empty() && arguments.empty())) start_call(call, sink);
}

void ChatChoiceReader::start_call(ToolCall& call, sdk::EventSink& sink) {
  call.is_started = true;
  give(ABV_EVENT_SIGNATURE, call.part, call.signature, sink);
  const auto id = call.wire_id.empty() ? call_prefix_ + std::to_string(call.part) : call.wire_id;
  auto event = sdk::make_event(ABV_EVENT_TOOL_START, call.part);
  event.id = sdk::str(id);
  event.name = sdk::str(call.name);
  event.flags = call.is_custom ? ABV_EVENT_CUSTOM : 0U;
  emit(event, sink);
  give(ABV_EVENT_TOOL_ARGUMENTS, call.part, call.arguments, sink);
}

void ChatChoiceReader::end_calls(sdk::EventSink& sink) {
  for (ToolCall& call : calls_) {
    if (!call.is_started) start_call(call, sink);
  }
  for (const ToolCall& call : calls_)
    emit(sdk::make_event(ABV_EVENT_TOOL_END, call.part), sink);
}

void ChatChoiceReader::stop(sdk::EventSink& sink) {
  const auto word = finish_reason_.value_or("");
  auto reason = read_finish_reason(word);
  if (reason == sdk::StopReason::kEnd) {
    // Ollama and others say "stop" after calls; OpenAI does after a refusal.
    if (!calls_.empty()) reason = sdk::StopReason::kTool;
    if (refusal_part_) reason = sdk::StopReason::kRefusal;
  }
  auto event = sdk::make_event(ABV_EVENT_STOP);
  event.number = static_cast<std::int64_t>(reason);
  event.name = sdk::str(word);
  emit(event, sink);
}

void ChatChoiceReader::give(std::uint32_t kind, std::uint32_t part, std::string_view text,
                            sdk::EventSink& sink) {
  if (text.empty()) return;
  auto event = sdk::make_event(kind, part);
  event.text = sdk::str(text);
  emit(event, sink);
}

void ChatChoiceReader::give_raw(std::uint32_t kind, std::uint32_t part, std::string_view raw,
                                sdk::EventSink& sink) {
  auto event = sdk::make_event(kind, part);
  event.raw_json = sdk::str(raw);
  emit(event, sink);
}

void ChatChoiceReader::emit(abv_event event, sdk::EventSink& sink) {
  if (!wants(event.kind)) return;
  event.choice = number_;
  sink.emit(event);
}

}  // namespace abv::openai
