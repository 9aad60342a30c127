#include "chat_writer.hpp"

#include <algorithm>

#include "finish_reason.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

std::size_t characters(std::string_view text) {
  const auto begins_one = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_one));
}

// Of an opaque event, what chat knows: {"audio":{…}}.
std::string_view audio_in(const sdk::Event& event, json::Document& document) {
  return document.parse(event.raw_json()) ? document.root()["audio"].raw() : std::string_view();
}

}  // namespace

ChatWriter::ChatWriter(const sdk::CodecParams& params)
    : AnswerWriter(params, "chatcmpl-"), client_(read_chat_client(params)) {}

void ChatWriter::on_start(sdk::Writer& out) {
  choice(0, &out);
}

void ChatWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  Choice& its = choice(event.choice(), is_stream_ ? &out : nullptr);
  note_text(its, event);
  is_stream_ ? stream_content(its, event, out) : keep_content(its, event);
}

void ChatWriter::on_stop(const sdk::Event& stop) {
  choice(stop.choice(), nullptr).stop = static_cast<sdk::StopReason>(stop.number());
}

void ChatWriter::on_finish(sdk::Writer& out) {
  choice(0, nullptr);
  const auto is_open = [](const Choice& one) { return !one.stop.has_value(); };
  if (std::any_of(choices_.begin(), choices_.end(), is_open)) throw sdk::Stopped{ABV_E_INVALID};
  is_stream_ ? finish_stream(out) : finish_whole(out);
}

// With `out`, a choice that is new begins with its role.
ChatWriter::Choice& ChatWriter::choice(std::uint32_t number, sdk::Writer* out) {
  const auto same = [&](const Choice& one) { return one.number == number; };
  const auto known = std::find_if(choices_.begin(), choices_.end(), same);
  if (known != choices_.end()) return *known;
  const auto behind = [&](const Choice& one) { return one.number > number; };
  const auto place = std::find_if(choices_.begin(), choices_.end(), behind);
  Choice& its = *choices_.emplace(place);
  its.number = number;
  if (out != nullptr) {
    begin_delta(its);
    json_.member("role", "assistant").member("content", "");
    end_delta({}, *out);
  }
  return its;
}

void ChatWriter::note_text(Choice& choice, const sdk::Event& event) {
  if (event.kind() == ABV_EVENT_REFUSAL) choice.refusal_part = event.index();
  if (event.kind() != ABV_EVENT_TEXT) return;
  if (choice.text_part != event.index()) {
    choice.part_begin = choice.characters;
    choice.part_text.clear();
  }
  choice.text_part = event.index();
  choice.characters += characters(event.text());
  choice.part_text += event.text();
}

bool ChatWriter::has_calls(const Choice& choice) const {
  return !choice.calls.empty() || choice.parts.has(Part::Kind::kTool);
}

std::string_view ChatWriter::finish_reason(const Choice& choice) const {
  // A refusal in words is a plain end here; content_filter is for what was cut.
  if (*choice.stop == sdk::StopReason::kRefusal && choice.refusal_part) return "stop";
  const auto word = finish_reason_word(*choice.stop, has_calls(choice));
  return client_.is_legacy && word == "tool_calls" ? "function_call" : word;
}

std::string ChatWriter::call_id(std::string_view given, const Choice& choice,
                                std::size_t number) const {
  if (!given.empty()) return std::string(given);
  const auto place = choice.number == 0 ? "" : std::to_string(choice.number) + "_";
  return "call_" + request_id_ + "_" + place + std::to_string(number);
}

bool ChatWriter::is_custom(std::string_view name, bool is_told) const {
  return is_told || client_.custom_tools.contains(name);
}

// What an upstream of this dialect said goes on as it is; of others, what they have in common.
// Empty for what has no URL: clients take pages of the web only.
std::string ChatWriter::annotation_of(const Choice& choice, const sdk::Event& citation) const {
  json::Document document;
  const bool has_own = document.parse(citation.raw_json());
  const auto own = document.root();
  if (has_own && own["url_citation"].is_object()) return std::string(citation.raw_json());
  if (citation.id().empty()) return {};
  // The words that rest on it where the text has them, else all of the part.
  const auto cited = citation.text();
  const auto at = cited.empty() ? std::string::npos : choice.part_text.find(cited);
  const bool is_found = at != std::string::npos;
  const auto before = is_found ? characters(std::string_view(choice.part_text).substr(0, at)) : 0;
  const auto begin = static_cast<std::int64_t>(choice.part_begin + before);
  const auto end = is_found ? begin + static_cast<std::int64_t>(characters(cited))
                            : static_cast<std::int64_t>(choice.characters);
  json::Writer out;
  out.begin_object().member("type", "url_citation").key("url_citation").begin_object();
  out.member("start_index", own["start_index"].as_int(begin));
  out.member("end_index", own["end_index"].as_int(end));
  out.member("title", citation.name()).member("url", citation.id());
  if (!citation.text().empty()) out.member("content", citation.text());
  return out.end_object().end_object().take();
}

void ChatWriter::stream_content(Choice& choice, const sdk::Event& event, sdk::Writer& out) {
  json::Document opaque;
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
      return stream_text(choice, "content", event.text(), out);
    case ABV_EVENT_REASONING:
      return stream_text(choice, "reasoning_content", event.text(), out);
    case ABV_EVENT_REFUSAL:
      return stream_text(choice, "refusal", event.text(), out);
    case ABV_EVENT_SIGNATURE:
      if (choice.signature_part != event.index()) choice.signature.clear();
      choice.signature_part = event.index();
      choice.signature += event.text();
      return;
    case ABV_EVENT_TOOL_START:
      return begin_call(choice, event, out);
    case ABV_EVENT_TOOL_ARGUMENTS:
      return add_arguments(choice, event, out);
    case ABV_EVENT_TOOL_END:
      return end_call(choice, event.index(), out);
    case ABV_EVENT_CITATION: {
      const auto annotation = annotation_of(choice, event);
      return stream_raw(choice, "annotations", annotation.empty() ? "" : "[" + annotation + "]",
                        out);
    }
    case ABV_EVENT_IMAGE: {
      json::Writer image;
      put_chat_image(image, event.id(), event.name(), event.text());
      return stream_raw(choice, "images", "[" + image.take() + "]", out);
    }
    case ABV_EVENT_LOGPROBS:
      return stream_logprobs(choice, event, out);
    case ABV_EVENT_OPAQUE:
      return stream_raw(choice, "audio", audio_in(event, opaque), out);
    default:
      return;
  }
}

void ChatWriter::stream_text(const Choice& choice, std::string_view key, std::string_view text,
                             sdk::Writer& out) {
  begin_delta(choice);
  json_.member(key, text);
  end_delta({}, out);
}

void ChatWriter::stream_raw(const Choice& choice, std::string_view key, std::string_view raw,
                            sdk::Writer& out) {
  if (raw.empty()) return;
  begin_delta(choice);
  json_.key(key).raw(raw);
  end_delta({}, out);
}

// They come behind the text that they are of, so they get a chunk of their own.
void ChatWriter::stream_logprobs(const Choice& choice, const sdk::Event& event, sdk::Writer& out) {
  if (event.raw_json().empty()) return;
  const bool is_refusal = choice.refusal_part == event.index();
  begin_delta(choice);
  json_.end_object().key("logprobs").begin_object().key("content");
  is_refusal ? json_.value(nullptr) : json_.raw(event.raw_json());
  json_.key("refusal");
  is_refusal ? json_.raw(event.raw_json()) : json_.value(nullptr);
  json_.end_object().member("finish_reason", nullptr).end_object().end_array();
  if (client_.wants_usage) json_.member("usage", nullptr);
  json_.end_object();
  write_chunk(out);
}

void ChatWriter::begin_call(Choice& choice, const sdk::Event& event, sdk::Writer& out) {
  const auto number = choice.calls.size();
  ToolCall& call = choice.calls.emplace_back();
  call.part = event.index();
  call.is_custom = is_custom(event.name(), event.is_custom());
  call.is_held = call.is_custom && !event.is_custom();
  if (client_.is_legacy) {
    // There can be one call only.
    if (number > 0) return;
    begin_delta(choice);
    json_.key("function_call").begin_object().member("name", event.name());
    json_.member("arguments", "").end_object();
    return end_delta({}, out);
  }
  begin_delta(choice);
  json_.key("tool_calls").begin_array().begin_object().member("index", number);
  json_.member("id", call_id(event.id(), choice, number));
  const auto* const kind = call.is_custom ? "custom" : "function";
  json_.member("type", kind).key(kind).begin_object().member("name", event.name());
  json_.member(call.is_custom ? "input" : "arguments", "").end_object();
  if (choice.signature_part == event.index()) put_signature(choice.signature);
  json_.end_object().end_array();
  choice.signature.clear();
  end_delta({}, out);
}

void ChatWriter::add_arguments(Choice& choice, const sdk::Event& event, sdk::Writer& out) {
  const auto same = [&](const ToolCall& call) {
    return call.part == event.index() && !call.is_ended;
  };
  const auto call = std::find_if(choice.calls.begin(), choice.calls.end(), same);
  if (call == choice.calls.end() || event.text().empty()) return;
  if (call->is_held) {
    call->held += event.text();
    return;
  }
  call->has_arguments = true;
  write_arguments(choice, static_cast<std::size_t>(call - choice.calls.begin()), event.text(), out);
}

void ChatWriter::write_arguments(const Choice& choice, std::size_t number, std::string_view piece,
                                 sdk::Writer& out) {
  if (client_.is_legacy) {
    if (number > 0) return;
    begin_delta(choice);
    json_.key("function_call").begin_object().member("arguments", piece).end_object();
    return end_delta({}, out);
  }
  const bool is_custom = choice.calls[number].is_custom;
  begin_delta(choice);
  json_.key("tool_calls").begin_array().begin_object().member("index", number);
  json_.key(is_custom ? "custom" : "function").begin_object();
  json_.member(is_custom ? "input" : "arguments", piece).end_object().end_object().end_array();
  end_delta({}, out);
}

void ChatWriter::end_call(Choice& choice, std::uint32_t part, sdk::Writer& out) {
  for (std::size_t number = 0; number < choice.calls.size(); ++number) {
    ToolCall& call = choice.calls[number];
    if (call.part != part || call.is_ended) continue;
    call.is_ended = true;
    if (call.is_held) {
      write_arguments(choice, number, free_text(call.held), out);
    } else if (!call.is_custom && !call.has_arguments) {
      // Clients parse the arguments as JSON, so a call without any needs at least the empty object.
      write_arguments(choice, number, "{}", out);
    }
  }
}

void ChatWriter::finish_stream(sdk::Writer& out) {
  for (Choice& one : choices_) {
    for (std::size_t number = 0; number < one.calls.size(); ++number)
      end_call(one, one.calls[number].part, out);
    begin_delta(one);
    end_delta(finish_reason(one), out);
  }
  if (client_.wants_usage && usage_) {
    put_head("chat.completion.chunk");
    json_.key("choices").begin_array().end_array().key("usage");
    write_chat_usage(json_, *usage_);
    json_.end_object();
    write_chunk(out);
  }
  out.write("data: [DONE]\n\n");
}

void ChatWriter::put_head(std::string_view object) {
  json_.begin_object().member("id", id_).member("object", object);
  json_.member("created", created_).member("model", model_);
}

void ChatWriter::put_signature(std::string_view signature) {
  if (signature.empty()) return;
  json_.key("extra_content").begin_object().key("google").begin_object();
  json_.member("thought_signature", signature).end_object().end_object();
}

void ChatWriter::begin_delta(const Choice& choice) {
  put_head("chat.completion.chunk");
  json_.key("choices").begin_array().begin_object().member("index", choice.number);
  json_.key("delta").begin_object();
}

void ChatWriter::end_delta(std::string_view finish_reason, sdk::Writer& out) {
  json_.end_object().member("logprobs", nullptr).key("finish_reason");
  finish_reason.empty() ? json_.value(nullptr) : json_.value(finish_reason);
  json_.end_object().end_array();
  // With include_usage, OpenAI has the field in every chunk.
  if (client_.wants_usage) json_.member("usage", nullptr);
  json_.end_object();
  write_chunk(out);
}

void ChatWriter::write_chunk(sdk::Writer& out) {
  out.write("data: " + json_.take() + "\n\n");
}

}  // namespace abv::openai
