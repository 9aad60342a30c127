#include <algorithm>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "chat_request_parts.hpp"
#include "chat_request_writer.hpp"
#include "media.hpp"

namespace abv::openai {

namespace chat = sdk::chat;

namespace {

using chat::PartKind;

constexpr std::size_t kLongestId = 40;  // OpenAI's limit

// What OpenAI takes as a tool's name.
bool is_plain_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), fits);
}

// Google's endpoint for OpenAI's clients speaks this dialect, so that a signature that came from
// there counts as OpenAI's; the model tells.
bool is_of_gemini(const chat::Part& part) {
  if (part.signature.empty()) return false;
  return part.origin == "gemini" ||
         (part.origin == "openai" && traits_of(part.origin_model).is_gemini);
}

// A part, and whether it goes on where the last part of the message before ended.
struct Piece {
  const chat::Part* part;
  bool goes_on;
};

// The texts as one JSON string, with an empty line between those that do not go on.
std::string joined(const std::vector<Piece>& pieces) {
  std::string all = "\"";
  for (const auto& [part, goes_on] : pieces) {
    if (all.size() > 1 && !goes_on) all.append("\\n\\n");
    all.append(inside_quotes(part->text));
  }
  return all.append("\"");
}

bool is_blank_text(const chat::Part* part) {
  return part->kind == PartKind::kText && chat::is_blank(part->text);
}

}  // namespace

// What the assistant did in a row, sorted into what chat has fields for.
struct ChatRequestWriter::Turn {
  std::vector<Piece> thoughts;
  std::vector<Piece> content;
  Parts refusals;
  std::vector<std::pair<const Part*, std::string_view>> calls;  // with their signatures
  std::string_view carried;  // a signature that stood before the call that it belongs to
  chat::Json mark;           // a cache mark behind the last call

  bool is_joined = false;      // of several messages
  const Part* last = nullptr;  // the part that was sorted last
  bool is_border = false;      // between it and the next, one message ends and another begins

  bool is_empty() const {
    const auto is_blank = [](const Piece& piece) { return is_blank_text(piece.part); };
    return thoughts.empty() && refusals.empty() && calls.empty() &&
           std::all_of(content.begin(), content.end(), is_blank);
  }
  bool goes_on(const std::vector<Piece>& pieces) const {
    return is_border && !pieces.empty() && pieces.back().part == last;
  }
};

struct ChatRequestWriter::JoinedText {
  std::string text;
  Part part;  // a view of it
};

// Clients of Gemini keep each piece of a stream as a message; chat wants the turn in one. A message
// with fields of chat's own was one for its client, and stays so.
std::size_t ChatRequestWriter::end_of_turn(std::size_t begin) const {
  const auto& messages = request_.messages;
  const Message& first = messages[begin];
  std::size_t end = begin + 1;
  if (has_extras(first.extras, "")) return end;
  while (end < messages.size() && messages[end].role == chat::Role::kAssistant &&
         messages[end].name == first.name && !has_extras(messages[end].extras, ""))
    ++end;
  return end;
}

// The assistant messages `begin`..`end` as one, or none when they say nothing.
void ChatRequestWriter::write_assistants(std::size_t begin, std::size_t end,
                                         const Place& messages) {
  Turn turn;
  turn.is_joined = end - begin > 1;
  sort_turn(begin, end, messages, turn);
  const Message& first = request_.messages[begin];
  const Place place(messages, begin);
  if (turn.is_empty() && !has_extras(first.extras, "")) return report_extras(first.extras, place);
  begin_message("assistant", first, place);
  write_said(turn);
  if (!turn.thoughts.empty()) json_.key("reasoning_content").raw(joined(turn.thoughts));
  if (!turn.calls.empty()) {
    json_.key("tool_calls").begin_array();
    for (const auto& [call, signature] : turn.calls)
      write_call(*call, signature);
    json_.end_array();
  }
  write_cache(turn.mark);
  json_.end_object();
}

// Pieces of one text, which came as messages of their own, are one text again.
ChatRequestWriter::Parts ChatRequestWriter::content_of(const Turn& turn,
                                                       std::deque<JoinedText>& joined_texts) const {
  Parts parts;
  const auto& content = turn.content;
  for (std::size_t i = 0; i < content.size();) {
    std::size_t end = i + 1;
    while (end < content.size() && content[end].goes_on)
      ++end;
    if (end == i + 1) {
      parts.push_back(content[i].part);
    } else {
      const auto at = [&](std::size_t n) {
        return content.begin() + static_cast<std::ptrdiff_t>(n);
      };
      JoinedText& one = joined_texts.emplace_back();
      one.text = joined(std::vector<Piece>(at(i), at(end)));
      one.part.text = one.text;
      one.part.cache = content[end - 1].part->cache;
      parts.push_back(&one.part);
    }
    i = end;
  }
  if (turn.is_joined && parts.size() > 1) std::erase_if(parts, is_blank_text);
  return parts;
}

void ChatRequestWriter::write_said(const Turn& turn) {
  std::deque<JoinedText> joined_texts;
  // One refusal has a field of its own; several must be parts.
  Parts parts = content_of(turn, joined_texts);
  const bool has_field = turn.refusals.size() == 1;
  if (!has_field) parts.insert(parts.end(), turn.refusals.begin(), turn.refusals.end());
  if (parts.empty() && (has_field || !turn.calls.empty())) {
    json_.member("content", nullptr);
  } else {
    write_content(parts);
  }
  if (has_field) json_.key("refusal").raw(turn.refusals.front()->text);
}

void ChatRequestWriter::sort_turn(std::size_t begin, std::size_t end, const Place& messages,
                                  Turn& turn) {
  for (std::size_t i = begin; i < end; ++i) {
    const auto& parts = request_.messages[i].parts;
    const Place place(messages, i);
    const Place at_parts(place, "parts");
    turn.is_border = i > begin;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const Part* next = k + 1 < parts.size() ? &parts[k + 1] : nullptr;
      const bool is_last = next == nullptr && i + 1 < end;
      if (is_last && !request_.messages[i + 1].parts.empty()) {
        next = &request_.messages[i + 1].parts.front();
      }
      sort_part(parts[k], next, Place(at_parts, k), turn);
      turn.last = &parts[k];
      turn.is_border = false;
    }
    if (i > begin) report_extras(request_.messages[i].extras, place);
  }
}

void ChatRequestWriter::sort_part(const Part& part, const Part* next, const Place& place,
                                  Turn& turn) {
  switch (part.kind) {
    case PartKind::kReasoning:
      return take_reasoning(part, next, place, turn);
    case PartKind::kToolCall:
      return take_call(part, place, turn);
    case PartKind::kRefusal:
      if (can_write(part, place)) turn.refusals.push_back(&part);
      return;
    case PartKind::kText:
      return take_text(part, place, turn);
    case PartKind::kOpaque:
      if (!can_write(part, place)) return;
      if (part.name == kWholeCall) {
        turn.calls.emplace_back(&part, std::string_view());
      } else {
        turn.content.push_back({&part, false});
      }
      return;
    default:
      return losses_.dropped(place.pointer(), "an assistant's message holds text only");
  }
}

void ChatRequestWriter::take_text(const Part& part, const Place& place, Turn& turn) {
  if (!can_write(part, place)) return;
  if (!turn.calls.empty() && !chat::is_blank(part.text)) {
    losses_.approximated(place.pointer(), "text goes before the calls of its message");
  }
  // A mark must stay where it is.
  const bool ends_at_mark = turn.last != nullptr && !turn.last->cache.empty() && traits_.is_claude;
  const bool goes_on = turn.goes_on(turn.content) && turn.last->kind == PartKind::kText &&
                       !ends_at_mark && can_be_joined(part) && can_be_joined(*turn.last);
  turn.content.push_back({&part, goes_on});
}

bool ChatRequestWriter::can_be_joined(const Part& text) const {
  return !has_extras(text.extras, "");
}

void ChatRequestWriter::take_reasoning(const Part& part, const Part* next, const Place& place,
                                       Turn& turn) {
  const bool is_blank = chat::is_blank(part.text);
  const bool is_of_call = is_blank && is_of_gemini(part) && next != nullptr &&
                          next->kind == PartKind::kToolCall && next->signature.empty();
  if (is_of_call && traits_.is_gemini) {
    turn.carried = part.signature;
    return;
  }
  if (is_blank) return losses_.dropped(place.pointer(), "chat has no place for hidden reasoning");
  if (traits_.is_openai) {
    return losses_.dropped(place.pointer(), "OpenAI's models take no reasoning back in chat");
  }
  if (!part.signature.empty() || !part.redacted.empty()) {
    losses_.approximated(place.pointer(), "it goes as text, without its signature");
  }
  report_extras(part.extras, place);
  turn.thoughts.push_back({&part, turn.goes_on(turn.thoughts)});
}

void ChatRequestWriter::take_call(const Part& call, const Place& place, Turn& turn) {
  std::string_view signature = std::exchange(turn.carried, {});
  if (!call.signature.empty()) {
    if (is_of_gemini(call) && traits_.is_gemini) {
      signature = call.signature;
    } else {
      drop(place, "signature", "this upstream did not make it");
    }
  }
  if (!call.redacted.empty()) drop(place, "redacted", "this upstream did not make it");
  if (call.is_custom && !traits_.is_openai) {
    losses_.approximated(place.pointer(), "a call of a custom tool goes as a function's");
  }
  if (!is_plain_name(call.name)) {
    approximate(place, "name", "it goes as it is, though OpenAI takes [a-zA-Z0-9_-]{1,64} only");
  }
  report_extras(call.extras, place);
  if (!call.cache.empty()) {
    turn.mark = call.cache;
    if (!traits_.is_claude) drop(place, "cache", "the upstream caches by itself");
  }
  turn.calls.emplace_back(&call, signature);
}

void ChatRequestWriter::write_call(const Part& call, std::string_view signature) {
  if (call.kind == PartKind::kOpaque) {
    json_.raw(call.raw);
    return;
  }
  const bool is_custom = call.is_custom && traits_.is_openai;
  const auto* const inner = is_custom ? "custom" : "function";
  json_.begin_object().member("id", chat::tool_id(call.id, kLongestId)).member("type", inner);
  json_.key(inner).begin_object().member("name", call.name);
  if (is_custom) {
    json_.key("input").raw(call.arguments);
  } else {
    write_arguments(call);
  }
  put_extras(call.extras, is_custom ? "custom." : "function.");
  json_.end_object();
  if (!signature.empty() && !has_extras(call.extras, "extra_content")) {
    json_.key("extra_content").begin_object().key("google").begin_object();
    json_.member("thought_signature", signature).end_object().end_object();
  }
  put_extras(call.extras, "", {"custom.", "function."});
  json_.end_object();
}

void ChatRequestWriter::write_arguments(const Part& call) {
  json_.key("arguments");
  if (call.arguments.empty()) {
    json_.value("{}");
  } else if (call.is_custom) {
    json_.value("{\"input\":" + std::string(call.arguments) + "}");
  } else if (call.arguments.front() == '"') {
    json_.raw(call.arguments);
  } else {
    json_.value(call.arguments);
  }
}

}  // namespace abv::openai
