#include "chat_writer.hpp"

#include <algorithm>

#include "finish_reason.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

bool asks_for_usage(const sdk::CodecParams& params) {
  if (!params.is_stream()) return true;
  json::Document request;
  return request.parse(params.request_body()) &&
         request.root()["stream_options"]["include_usage"].as_bool();
}

void put_finish_reason(json::Writer& json, std::string_view reason) {
  json.key("finish_reason");
  reason.empty() ? json.value(nullptr) : json.value(reason);
}

void put_call(json::Writer& json, const Part& call) {
  json.begin_object().member("id", call.id).member("type", "function");
  json.key("function").begin_object().member("name", call.name);
  json.member("arguments", call.text.empty() ? "{}" : call.text).end_object().end_object();
}

std::string joined(const AnswerParts& parts, Part::Kind kind) {
  std::string text;
  for (const Part& part : parts.list()) {
    if (part.kind == kind) text += part.text;
  }
  return text;
}

}  // namespace

ChatWriter::ChatWriter(const sdk::CodecParams& params)
    : AnswerWriter(params, "chatcmpl-"), gives_usage_(asks_for_usage(params)) {}

void ChatWriter::on_start(sdk::Writer& out) {
  begin_delta();
  json_.member("role", "assistant").member("content", "");
  end_delta({}, out);
}

void ChatWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  if (!is_stream_) return parts_.add(event);
  switch (event.kind()) {
    case ABV_EVENT_TEXT:
    case ABV_EVENT_REASONING:
      begin_delta();
      json_.member(event.kind() == ABV_EVENT_TEXT ? "content" : "reasoning_content", event.text());
      return end_delta({}, out);
    case ABV_EVENT_TOOL_START:
      return start_call(event, out);
    case ABV_EVENT_TOOL_ARGUMENTS:
      return write_arguments(event.index(), event.text(), out);
    case ABV_EVENT_TOOL_END:
      return end_call(event.index(), out);
    default:
      return;
  }
}

void ChatWriter::on_finish(sdk::Writer& out) {
  is_stream_ ? finish_stream(out) : finish_whole(out);
}

void ChatWriter::start_call(const sdk::Event& event, sdk::Writer& out) {
  const auto number = calls_.size();
  calls_.push_back({event.index(), false});
  begin_delta();
  json_.key("tool_calls").begin_array().begin_object().member("index", number);
  json_.member("id", event.id().empty() ? "call_" + request_id_ + "_" + std::to_string(number)
                                        : std::string(event.id()));
  json_.member("type", "function").key("function").begin_object();
  json_.member("name", event.name()).member("arguments", "");
  json_.end_object().end_object().end_array();
  end_delta({}, out);
}

void ChatWriter::write_arguments(std::uint32_t part, std::string_view piece, sdk::Writer& out) {
  const auto same = [&](const ToolCall& call) { return call.part == part; };
  const auto call = std::find_if(calls_.begin(), calls_.end(), same);
  if (call == calls_.end() || piece.empty()) return;
  call->has_arguments = true;
  begin_delta();
  json_.key("tool_calls").begin_array().begin_object();
  json_.member("index", call - calls_.begin()).key("function").begin_object();
  json_.member("arguments", piece).end_object().end_object().end_array();
  end_delta({}, out);
}

// Clients parse the arguments as JSON, so a call without any needs at least the empty object.
void ChatWriter::end_call(std::uint32_t part, sdk::Writer& out) {
  const auto bare = [&](const ToolCall& call) { return call.part == part && !call.has_arguments; };
  if (std::any_of(calls_.begin(), calls_.end(), bare)) write_arguments(part, "{}", out);
}

void ChatWriter::finish_stream(sdk::Writer& out) {
  for (const ToolCall& call : calls_)
    end_call(call.part, out);
  begin_delta();
  end_delta(finish_reason_word(*stop_, !calls_.empty()), out);
  if (gives_usage_ && usage_) {
    put_head("chat.completion.chunk");
    json_.key("choices").begin_array().end_array().key("usage");
    write_chat_usage(json_, *usage_);
    json_.end_object();
    write_chunk(out);
  }
  out.write("data: [DONE]\n\n");
}

void ChatWriter::finish_whole(sdk::Writer& out) {
  const auto text = joined(parts_, Part::Kind::kText);
  const auto reasoning = joined(parts_, Part::Kind::kReasoning);
  put_head("chat.completion");
  json_.key("choices").begin_array().begin_object().member("index", 0);
  json_.key("message").begin_object().member("role", "assistant").key("content");
  text.empty() && parts_.has_tool_calls() ? json_.value(nullptr) : json_.value(text);
  json_.member("refusal", nullptr);
  if (!reasoning.empty()) json_.member("reasoning_content", reasoning);
  if (parts_.has_tool_calls()) {
    json_.key("tool_calls").begin_array();
    for (const Part& part : parts_.list()) {
      if (part.kind == Part::Kind::kTool) put_call(json_, part);
    }
    json_.end_array();
  }
  json_.end_object().member("logprobs", nullptr);
  put_finish_reason(json_, finish_reason_word(*stop_, parts_.has_tool_calls()));
  json_.end_object().end_array();
  if (usage_) {
    json_.key("usage");
    write_chat_usage(json_, *usage_);
  }
  json_.end_object();
  out.write(json_.view());
}

void ChatWriter::put_head(std::string_view object) {
  json_.begin_object().member("id", id_).member("object", object);
  json_.member("created", created_).member("model", model_);
}

void ChatWriter::begin_delta() {
  put_head("chat.completion.chunk");
  json_.key("choices").begin_array().begin_object().member("index", 0);
  json_.key("delta").begin_object();
}

void ChatWriter::end_delta(std::string_view finish_reason, sdk::Writer& out) {
  json_.end_object().member("logprobs", nullptr);
  put_finish_reason(json_, finish_reason);
  json_.end_object().end_array();
  // With include_usage, OpenAI has the field in every chunk.
  if (gives_usage_) json_.member("usage", nullptr);
  json_.end_object();
  write_chunk(out);
}

void ChatWriter::write_chunk(sdk::Writer& out) {
  out.write("data: " + json_.take() + "\n\n");
}

CompletionWriter::CompletionWriter(const sdk::CodecParams& params)
    : AnswerWriter(params, "cmpl-"), gives_usage_(asks_for_usage(params)) {}

void CompletionWriter::on_start(sdk::Writer& /*out*/) {}

void CompletionWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  if (event.kind() != ABV_EVENT_TEXT) return;
  if (!is_stream_) {
    text_ += event.text();
    return;
  }
  put(event.text(), {});
  json_.end_object();
  write_chunk(out);
}

void CompletionWriter::on_finish(sdk::Writer& out) {
  put(text_, finish_reason_word(*stop_, false));
  if (gives_usage_ && usage_) {
    json_.key("usage");
    write_chat_usage(json_, *usage_);
  }
  json_.end_object();
  if (!is_stream_) return out.write(json_.view());
  write_chunk(out);
  out.write("data: [DONE]\n\n");
}

void CompletionWriter::put(std::string_view text, std::string_view finish_reason) {
  json_.begin_object().member("id", id_).member("object", "text_completion");
  json_.member("created", created_).member("model", model_);
  json_.key("choices").begin_array().begin_object().member("text", text).member("index", 0);
  json_.member("logprobs", nullptr);
  put_finish_reason(json_, finish_reason);
  json_.end_object().end_array();
}

void CompletionWriter::write_chunk(sdk::Writer& out) {
  out.write("data: " + json_.take() + "\n\n");
}

}  // namespace abv::openai
