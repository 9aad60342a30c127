#include <string>
#include <utility>

#include "chat_writer.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

void put_chat_image(json::Writer& out, std::string_view url, std::string_view media_type,
                    std::string_view base64) {
  out.begin_object().member("type", "image_url").key("image_url").begin_object().key("url");
  if (!url.empty()) {
    out.value(url);
  } else {
    std::string data = "data:";
    data.reserve(media_type.size() + base64.size() + 16);
    data.append(media_type.empty() ? "image/png" : media_type).append(";base64,").append(base64);
    out.value(data);
  }
  out.end_object().end_object();
}

void ChatWriter::keep_content(Choice& choice, const sdk::Event& event) {
  switch (event.kind()) {
    case ABV_EVENT_CITATION:
      if (auto annotation = annotation_of(choice, event); !annotation.empty()) {
        choice.annotations.push_back(std::move(annotation));
      }
      return;
    case ABV_EVENT_OPAQUE:
      return keep_audio(choice, event);
    default:
      return choice.parts.add(event);
  }
}

// Pieces of a stream, or all of it at once.
void ChatWriter::keep_audio(Choice& choice, const sdk::Event& event) {
  json::Document document;
  if (!document.parse(event.raw_json())) return;
  const auto audio = document.root()["audio"];
  if (audio["id"].is_string()) choice.audio_id = audio["id"].as_string();
  choice.audio_data += audio["data"].as_string();
  choice.transcript += audio["transcript"].as_string();
  if (audio["expires_at"].is_number()) choice.audio_expires_at = audio["expires_at"].as_int();
}

void ChatWriter::finish_whole(sdk::Writer& out) {
  put_head("chat.completion");
  json_.key("choices").begin_array();
  for (const Choice& one : choices_)
    put_choice(one);
  json_.end_array();
  if (usage_) {
    json_.key("usage");
    write_chat_usage(json_, *usage_);
  }
  json_.end_object();
  out.write(json_.view());
}

void ChatWriter::put_choice(const Choice& choice) {
  json_.begin_object().member("index", choice.number).key("message");
  put_message(choice);
  json_.key("logprobs");
  put_logprobs(choice);
  json_.member("finish_reason", finish_reason(choice)).end_object();
}

void ChatWriter::put_message(const Choice& choice) {
  const AnswerParts& parts = choice.parts;
  const auto text = parts.joined(Part::Kind::kText);
  const auto refusal = parts.joined(Part::Kind::kRefusal);
  const auto reasoning = parts.joined(Part::Kind::kReasoning);
  const bool is_said_otherwise = has_calls(choice) || !refusal.empty() || !choice.audio_id.empty();
  json_.begin_object().member("role", "assistant").key("content");
  text.empty() && is_said_otherwise ? json_.value(nullptr) : json_.value(text);
  json_.key("refusal");
  refusal.empty() ? json_.value(nullptr) : json_.value(refusal);
  if (!reasoning.empty()) json_.member("reasoning_content", reasoning);
  if (!choice.annotations.empty()) {
    json_.key("annotations").begin_array();
    for (const auto& annotation : choice.annotations)
      json_.raw(annotation);
    json_.end_array();
  }
  if (parts.has(Part::Kind::kImage)) {
    json_.key("images").begin_array();
    for (const Part& part : parts.list()) {
      if (part.kind == Part::Kind::kImage) put_chat_image(json_, part.id, part.name, part.text);
    }
    json_.end_array();
  }
  put_audio(choice);
  if (has_calls(choice)) put_calls(choice);
  json_.end_object();
}

void ChatWriter::put_audio(const Choice& choice) {
  if (choice.audio_id.empty()) return;
  json_.key("audio").begin_object().member("id", choice.audio_id);
  json_.member("data", choice.audio_data).member("transcript", choice.transcript);
  if (choice.audio_expires_at) json_.member("expires_at", *choice.audio_expires_at);
  json_.end_object();
}

void ChatWriter::put_calls(const Choice& choice) {
  json_.key(client_.is_legacy ? "function_call" : "tool_calls");
  if (!client_.is_legacy) json_.begin_array();
  std::size_t number = 0;
  for (const Part& part : choice.parts.list()) {
    if (part.kind != Part::Kind::kTool) continue;
    // The older form has room for one.
    if (!client_.is_legacy || number == 0) put_call(choice, part, number);
    ++number;
  }
  if (!client_.is_legacy) json_.end_array();
}

void ChatWriter::put_call(const Choice& choice, const Part& call, std::size_t number) {
  const std::string_view arguments = call.text.empty() ? std::string_view("{}") : call.text;
  if (client_.is_legacy) {
    json_.begin_object().member("name", call.name).member("arguments", arguments).end_object();
    return;
  }
  const bool is_free = is_custom(call.name, call.is_custom);
  const auto* const kind = is_free ? "custom" : "function";
  json_.begin_object().member("id", call_id(call.id, choice, number)).member("type", kind);
  json_.key(kind).begin_object().member("name", call.name);
  if (is_free) {
    json_.member("input", call.is_custom ? call.text : free_text(call.text));
  } else {
    json_.member("arguments", arguments);
  }
  json_.end_object();
  put_signature(call.signature);
  json_.end_object();
}

void ChatWriter::put_logprobs(const Choice& choice) {
  const auto& content = choice.parts.logprobs(Part::Kind::kText);
  const auto& refusal = choice.parts.logprobs(Part::Kind::kRefusal);
  if (content.empty() && refusal.empty()) {
    json_.value(nullptr);
    return;
  }
  const auto put = [&](std::string_view key, const std::string& entries) {
    json_.key(key);
    entries.empty() ? json_.value(nullptr) : json_.raw("[" + entries + "]");
  };
  json_.begin_object();
  put("content", content);
  put("refusal", refusal);
  json_.end_object();
}

}  // namespace abv::openai
