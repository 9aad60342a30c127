#include "chat_reader.hpp"

#include <algorithm>

#include "finish_reason.hpp"
#include "needle.hpp"
#include "usage.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

// With its quotes, a name in a chunk can only be a key or a whole string: quotes in text are
// escaped.
constexpr Needle kFinishReason(R"("finish_reason")");
constexpr Needle kUsage(R"("usage")");
constexpr Needle kError(R"("error")");

// True when the key that ends where `rest` begins has the value null.
bool is_null(std::string_view rest) {
  const auto colon = rest.find_first_not_of(" \t\r\n");
  if (colon == std::string_view::npos || rest[colon] != ':') return false;
  const auto value = rest.find_first_not_of(" \t\r\n", colon + 1);
  return value != std::string_view::npos && rest.substr(value, 4) == "null";
}

// True when `key` is absent, or null everywhere. `length` is that of the key with its quotes.
bool is_absent_or_null(std::string_view text, const Needle& key, std::size_t length) {
  for (;;) {
    const auto at = key.find(text);
    if (at == std::string_view::npos) return true;
    text.remove_prefix(at + length);
    if (!is_null(text)) return false;
  }
}

}  // namespace

bool ChatReader::can_skip(const sdk::SseFrame& frame) {
  if (!is_started_ || wants_any(kContentEvents)) return false;
  const auto at = kFinishReason.find(frame.data);
  // A chunk with a finish_reason is no error; without one it may be.
  if (at == std::string_view::npos && kError.is_in(frame.data)) return false;
  constexpr std::size_t kLength = std::string_view(R"("finish_reason")").size();
  const bool goes_on = at == std::string_view::npos ||
                       is_absent_or_null(frame.data.substr(at), kFinishReason, kLength);
  return goes_on && is_absent_or_null(frame.data, kUsage, std::string_view(R"("usage")").size());
}

void ChatReader::on_chunk(const json::Value& chunk, sdk::EventSink& sink) {
  if (chunk["error"].is_object() || chunk["error"].is_string()) return fail(chunk["error"], sink);
  start(chunk, sink);
  if (chunk["usage"].is_object()) counts_ = read_usage(chunk["usage"]);
  for (const auto& choice : chunk["choices"].items()) {
    if (choice["index"].as_int() == 0) read_choice(choice, choice["delta"], sink);
  }
}

void ChatReader::on_done(sdk::EventSink& sink) {
  end(sink);
}

void ChatReader::on_whole(const json::Value& body, sdk::EventSink& sink) {
  if (body["error"].is_object() || body["error"].is_string()) return fail(body["error"], sink);
  start(body, sink);
  if (body["usage"].is_object()) counts_ = read_usage(body["usage"]);
  read_choice(body["choices"][0], body["choices"][0]["message"], sink);
}

bool ChatReader::finish(sdk::EventSink& sink) {
  if (!is_ended_ && finish_reason_) end(sink);
  return is_ended_;
}

void ChatReader::read_choice(const json::Value& choice, const json::Value& message,
                             sdk::EventSink& sink) {
  if (wants_any(kContentEvents)) {
    // Two spellings of the same: DeepSeek's and most servers', OpenRouter's and vLLM's.
    const auto thoughts = message["reasoning_content"];
    read_run(Run::kReasoning, thoughts.is_string() ? thoughts : message["reasoning"], sink);
    read_content(message["content"], sink);
    read_run(Run::kText, message["refusal"], sink);
    read_run(Run::kText, choice["text"], sink);
    std::int64_t number = 0;
    for (const auto& call : message["tool_calls"].items()) {
      read_call(call["index"].as_int(number), call["id"], call["function"], sink);
      ++number;
    }
    if (message["function_call"].is_object()) {
      read_call(0, json::Value(), message["function_call"], sink);
    }
  }
  if (choice["finish_reason"].is_string()) finish_reason_ = choice["finish_reason"].as_string();
}

void ChatReader::read_content(const json::Value& content, sdk::EventSink& sink) {
  if (content.is_string()) return read_run(Run::kText, content, sink);
  for (const auto& part : content.items())
    read_run(Run::kText, part["text"], sink);
}

void ChatReader::read_run(Run run, const json::Value& text, sdk::EventSink& sink) {
  const auto piece = text.text(scratch_);
  if (piece.empty()) return;
  if (run_ != run) ++next_part_;
  run_ = run;
  const std::uint32_t text_kind = ABV_EVENT_TEXT, thought_kind = ABV_EVENT_REASONING;
  const auto kind = run == Run::kText ? text_kind : thought_kind;
  give_text(kind, piece, next_part_ - 1, sink);
}

void ChatReader::read_call(std::int64_t number, const json::Value& id, const json::Value& function,
                           sdk::EventSink& sink) {
  // There are servers that number all calls 0; a new id then means a new call.
  const auto given_id = id.as_string();
  const auto same = [&](const ToolCall& call) {
    return call.number == number && (given_id.empty() || call.id == given_id);
  };
  auto call = std::find_if(calls_.rbegin(), calls_.rend(), same);
  if (call == calls_.rend()) {
    run_ = Run::kNone;
    calls_.push_back({number, given_id, next_part_++});
    call = calls_.rbegin();
    if (wants(ABV_EVENT_TOOL_START)) {
      sink.tool_start(given_id, function["name"].text(more_scratch_), call->part);
    }
  }
  give_text(ABV_EVENT_TOOL_ARGUMENTS, function["arguments"].text(scratch_), call->part, sink);
}

void ChatReader::end(sdk::EventSink& sink) {
  if (is_ended_) return;
  start(json::Value(), sink);
  // Calls may be sent interleaved; only now none can go on.
  for (const ToolCall& call : calls_) {
    if (wants(ABV_EVENT_TOOL_END)) sink.tool_end(call.part);
  }
  if (counts_) give_usage(*counts_, sink);
  const auto word = finish_reason_.value_or("");
  give_stop(read_finish_reason(word), word, sink);
}

}  // namespace abv::openai
