#include <algorithm>
#include <string>

#include "chat_request_parts.hpp"
#include "chat_request_writer.hpp"

namespace abv::openai {

namespace chat = sdk::chat;

namespace {

using chat::Part;
using chat::PartKind;
using chat::Role;

// Of the ids of tool calls, OpenAI's limit.
constexpr std::size_t kLongestId = 40;

bool is_result(const Part& part) {
  return part.kind == PartKind::kToolResult;
}

bool has_result(const chat::Message& message) {
  return std::any_of(message.parts.begin(), message.parts.end(), is_result);
}

bool is_whole_message(const Part& part) {
  return part.kind == PartKind::kOpaque && part.dialect == kChatDialect &&
         part.name == kWholeMessage;
}

}  // namespace

void ChatRequestWriter::write_messages() {
  const Place at_messages(root_, "messages");
  const auto& messages = request_.messages;
  json_.key("messages").begin_array();
  for (std::size_t i = 0; i < messages.size();) {
    if (messages[i].role == Role::kUser) {
      std::size_t end = i;
      while (end < messages.size() && messages[end].role == Role::kUser)
        ++end;
      write_users(i, end, at_messages);
      i = end;
      continue;
    }
    if (messages[i].role == Role::kAssistant) {
      const std::size_t end = end_of_turn(i);
      write_assistants(i, end, at_messages);
      i = end;
      continue;
    }
    write_prompt(messages[i], Place(at_messages, i));
    ++i;
  }
  json_.end_array();
}

void ChatRequestWriter::begin_message(std::string_view role, const Message& message,
                                      const Place& place) {
  json_.begin_object().member("role", role);
  if (!message.name.empty()) json_.member("name", message.name);
  put_extras(message.extras, "");
  report_extras(message.extras, place);
}

// What only another dialect has a form for, such as the approval of a tool call.
bool ChatRequestWriter::is_nothing_here(const Message& message) const {
  const auto is_foreign = [](const Part& part) {
    return part.kind == PartKind::kOpaque && part.dialect != kChatDialect;
  };
  return request_.messages.size() > 1 && !message.parts.empty() &&
         !has_extras(message.extras, "") &&
         std::all_of(message.parts.begin(), message.parts.end(), is_foreign);
}

void ChatRequestWriter::write_prompt(const Message& message, const Place& place) {
  const Place at_parts(place, "parts");
  Parts parts;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    const Place at_part(at_parts, i);
    if (part.kind != PartKind::kText && part.kind != PartKind::kOpaque) {
      losses_.dropped(at_part.pointer(), "a system prompt holds text only");
    } else if (can_write(part, at_part)) {
      parts.push_back(&part);
    }
  }
  if (parts.empty() && is_nothing_here(message)) return report_extras(message.extras, place);
  // OpenAI's models take both words; other servers may not know the newer one, which says the same.
  const bool is_developer = message.role == Role::kDeveloper && traits_.is_openai;
  begin_message(is_developer ? "developer" : "system", message, place);
  write_content(parts);
  json_.end_object();
}

// The user messages `begin`..`end`, which follow each other. The results of an assistant's calls
// must come right after it, so they go before everything else.
void ChatRequestWriter::write_users(std::size_t begin, std::size_t end, const Place& messages) {
  std::vector<Displaced> displaced;
  std::size_t last_result = begin;
  for (std::size_t i = begin; i < end; ++i) {
    const Message& message = request_.messages[i];
    if (!has_result(message)) continue;
    last_result = i;
    const Place place(messages, i);
    const Place at_parts(place, "parts");
    for (std::size_t k = 0; k < message.parts.size(); ++k) {
      const Part& part = message.parts[k];
      if (is_result(part)) write_result(message, part, Place(at_parts, k), displaced);
    }
  }
  write_displaced(displaced);
  for (std::size_t i = begin; i < end; ++i) {
    const Message& message = request_.messages[i];
    const bool is_done = !message.parts.empty() &&
                         std::all_of(message.parts.begin(), message.parts.end(), is_result);
    if (is_done) continue;
    const Place place(messages, i);
    if (i < last_result) {
      losses_.approximated(place.pointer(), "it goes behind the tool results that follow it");
    }
    write_user(message, place);
  }
}

void ChatRequestWriter::write_user(const Message& message, const Place& place) {
  if (message.parts.size() == 1 && is_whole_message(message.parts.front())) {
    json_.raw(message.parts.front().raw);
    return;
  }
  const Place at_parts(place, "parts");
  Parts parts;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    if (!is_result(part) && can_write(part, Place(at_parts, i))) parts.push_back(&part);
  }
  if (parts.empty() && is_nothing_here(message)) return report_extras(message.extras, place);
  begin_message("user", message, place);
  write_content(parts);
  json_.end_object();
}

void ChatRequestWriter::write_result(const Message& message, const Part& result, const Place& place,
                                     std::vector<Displaced>& displaced) {
  check_result(result, place);
  Part note;
  note.text = R"x("(attached in the next user message)")x";
  const auto id = chat::tool_id(result.id, kLongestId);
  const Place at_content(place, "content");
  Parts parts;
  bool is_noted = false;
  for (std::size_t i = 0; i < result.content.size(); ++i) {
    const Part& part = result.content[i];
    const Place at_part(at_content, i);
    if (!can_write(part, at_part)) continue;
    if (part.kind == PartKind::kText || part.kind == PartKind::kOpaque) {
      parts.push_back(&part);
      continue;
    }
    losses_.approximated(at_part.pointer(),
                         "a tool's message holds text only, so it goes into a user message");
    displaced.push_back({&part, id});
    if (!is_noted) parts.push_back(&note);
    is_noted = true;
  }
  json_.begin_object().member("role", "tool").member("tool_call_id", id);
  if (message.parts.size() == 1) put_extras(message.extras, "");
  write_content(parts, result.cache);
  json_.end_object();
}

void ChatRequestWriter::check_result(const Part& result, const Place& place) {
  if (result.is_error) drop(place, "error", "chat has no mark for calls that failed");
  check_marks(result, place);
}

void ChatRequestWriter::write_displaced(const std::vector<Displaced>& displaced) {
  if (displaced.empty()) return;
  json_.begin_object().member("role", "user").key("content").begin_array();
  std::string_view last_id;
  for (const Displaced& one : displaced) {
    if (one.call_id != last_id) {
      json_.begin_object().member("type", "text");
      json_.member("text", "Attached to the result of " + one.call_id + ":").end_object();
    }
    last_id = one.call_id;
    write_part(*one.part, one.part->cache);
  }
  json_.end_array().end_object();
}

}  // namespace abv::openai
