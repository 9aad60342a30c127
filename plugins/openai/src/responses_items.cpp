#include "responses_items.hpp"

#include <algorithm>
#include <utility>

#include "responses_trace.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::PartKind;
using chat::Role;

constexpr std::size_t kLongestCallId = 64;

std::string_view word_of(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kDeveloper:
      return "developer";
    case Role::kUser:
      return "user";
    default:
      return "assistant";
  }
}

bool is_whole_item(const chat::Part& part) {
  return part.kind == PartKind::kOpaque && part.dialect == kResponsesDialect &&
         part.name == kWholeItem;
}

// The members of an extra that is an object, without its braces.
void write_members(json::Writer& out, chat::Json object) {
  json::Document document;
  if (object.empty() || !document.parse(object)) return;
  for (const auto& [key, value] : document.root().members())
    out.member(key, value);
}

}  // namespace

void ResponsesItems::write() {
  std::string path = "/messages/";
  const auto stem = path.size();
  const Message* instructions = nullptr;
  out_.key("input").begin_array();
  for (std::size_t i = 0; i < request_.messages.size(); ++i) {
    path.resize(stem);
    path += std::to_string(i);
    if (instructions == nullptr && is_instructions(request_.messages[i])) {
      instructions = &request_.messages[i];
    } else {
      write_message(request_.messages[i], path);
    }
  }
  out_.end_array();
  if (instructions != nullptr) out_.key("instructions").raw(instructions->parts.front().text);
}

// Text that was added to them makes them a message like any other.
bool ResponsesItems::is_instructions(const Message& message) {
  if (message.role != Role::kSystem || message.parts.size() != 1) return false;
  const Part& part = message.parts.front();
  return part.kind == PartKind::kText && trace_of(part, trace_)["instructions"].as_bool();
}

void ResponsesItems::write_message(const Message& message, const std::string& path) {
  if (!message.name.empty()) losses_.dropped(path + "/name", "items have no speaker's name");
  if (!message.extras.empty()) {
    chat::report_foreign(message.extras, kResponsesDialect, path, losses_);
  }
  if (message.role == Role::kAssistant) return write_turn(message, path);
  const chat::Extras* extras = &message.extras;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    const auto at_part = path + "/parts/" + std::to_string(i);
    if (part.kind == PartKind::kToolResult) {
      close_message();
      write_result(part, at_part);
    } else if (is_whole_item(part)) {
      close_message();
      out_.raw(part.raw);
    } else if (can_write_response_part(part, at_part, losses_)) {
      if (!is_message_open_)
        open_message(word_of(message.role), part, std::exchange(extras, nullptr));
      write_response_part(part, false, out_);
    }
  }
  close_message();
}

void ResponsesItems::write_turn(const Message& message, const std::string& path) {
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    const auto at_part = path + "/parts/" + std::to_string(i);
    if (part.kind == PartKind::kReasoning) {
      close_message();
      hold_reasoning(part, at_part);
    } else if (part.kind == PartKind::kToolCall) {
      begin_item_of_turn();
      write_call(part, at_part);
    } else if (is_whole_item(part)) {
      begin_item_of_turn();
      out_.raw(part.raw);
    } else {
      write_said(part, at_part);
    }
  }
  close_message();
  for (const auto& [item, at_part] : held_)
    losses_.dropped(at_part, "the API refuses reasoning that nothing follows");
  held_.clear();
}

void ResponsesItems::write_said(const Part& part, const std::string& path) {
  const bool is_said = part.kind == PartKind::kText || part.kind == PartKind::kRefusal ||
                       part.kind == PartKind::kOpaque;
  if (!is_said) {
    losses_.dropped(path, "the API takes text only of what the model said");
    return;
  }
  if (!can_write_response_part(part, path, losses_)) return;
  const auto fields = own_extra(part.extras, "message");
  const bool begins = trace_of(part, trace_).exists() || !fields.empty();
  // Models of other vendors say nothing at times before they call a tool.
  if (chat::is_blank(part.text) && !begins && part.kind == PartKind::kText) return;
  if (begins) close_message();
  if (!is_message_open_) {
    begin_item_of_turn();
    open_message("assistant", part, nullptr);
  }
  write_response_part(part, true, out_);
}

void ResponsesItems::open_message(std::string_view role, const Part& first,
                                  const chat::Extras* extras) {
  is_message_open_ = true;
  out_.begin_object().member("type", "message");
  write_id(trace_of(first, trace_)["id"], out_);
  out_.member("role", role);
  if (extras != nullptr) write_own_extras(out_, *extras);
  write_members(out_, own_extra(first.extras, "message"));
  out_.key("content").begin_array();
}

void ResponsesItems::close_message() {
  if (!std::exchange(is_message_open_, false)) return;
  out_.end_array().end_object();
}

// What the model did after the reasoning that is held.
void ResponsesItems::begin_item_of_turn() {
  close_message();
  for (const auto& [item, path] : held_)
    out_.raw(item);
  held_.clear();
}

void ResponsesItems::write_id(const json::Value& id, json::Writer& out) {
  if (!id.is_string() || id.raw().find(kOwnIdMark) != std::string_view::npos) return;
  out.member("id", id);
}

// Null when it may go out.
const char* ResponsesItems::why_not(const Part& reasoning) const {
  if (!takes_reasoning_) return "the model takes no reasoning";
  if (reasoning.origin.empty()) return "the API takes reasoning with its own proof only";
  if (reasoning.origin != "openai") return "it is signed by another vendor";
  if (!reasoning.redacted.empty() || !reasoning.signature.empty()) return nullptr;
  // An id that was made here means that a mark stood where the proof would be: its maker gave none.
  json::Document document;
  const auto id = trace_of(reasoning, document)["id"];
  const bool is_stored = request_.store.value_or(true) && id.is_string() &&
                         id.raw().find(kOwnIdMark) == std::string_view::npos;
  return is_stored ? nullptr : "it was not stored and is not encrypted";
}

void ResponsesItems::hold_reasoning(const Part& part, const std::string& path) {
  if (const char* reason = why_not(part)) {
    losses_.dropped(path, reason);
    return;
  }
  if (!part.extras.empty()) chat::report_foreign(part.extras, kResponsesDialect, path, losses_);
  const auto trace = trace_of(part, trace_);
  json::Writer item;
  item.begin_object().member("type", "reasoning");
  write_id(trace["id"], item);
  const bool is_content = trace["content"].exists();
  item.key("summary").begin_array();
  if (!is_content) write_texts("summary_text", part, trace["summary"], item);
  item.end_array();
  if (is_content) {
    item.key("content").begin_array();
    write_texts("reasoning_text", part, trace["content"], item);
    item.end_array();
  }
  const auto& proof = part.redacted.empty() ? part.signature : part.redacted;
  if (!proof.empty()) item.member("encrypted_content", proof);
  write_own_extras(item, part.extras);
  item.end_object();
  held_.emplace_back(item.take(), path);
}

// In one piece, unless the lengths fit the text as it is now.
void ResponsesItems::write_texts(const char* type, const Part& part, const json::Value& lengths,
                                 json::Writer& out) {
  if (chat::is_blank(part.text)) return;
  const auto inner = part.text.substr(1, part.text.size() - 2);
  std::vector<std::size_t> sizes;
  std::size_t total = 0;
  for (const auto& length : lengths.items()) {
    sizes.push_back(static_cast<std::size_t>(std::max<std::int64_t>(length.as_int(), 0)));
    total += sizes.back() + (sizes.size() > 1 ? kBetweenTexts.size() : 0);
  }
  if (sizes.empty() || total != inner.size()) sizes = {inner.size()};
  std::size_t at = 0;
  for (const std::size_t size : sizes) {
    out.begin_object().member("type", type).key("text");
    out.raw("\"" + std::string(inner.substr(at, size)) + "\"").end_object();
    at += size + kBetweenTexts.size();
  }
}

void ResponsesItems::write_call(const Part& part, const std::string& path) {
  const auto trace = trace_of(part, trace_);
  const bool is_shell = trace["type"].as_string() == "local_shell_call";
  const auto id = chat::tool_id(part.id, kLongestCallId);
  if (part.is_custom) result_types_[id] = "custom_tool_call_output";
  if (is_shell) result_types_[id] = "local_shell_call_output";
  out_.begin_object().member("type", is_shell         ? "local_shell_call"
                                     : part.is_custom ? "custom_tool_call"
                                                      : "function_call");
  write_id(trace["id"], out_);
  out_.member("call_id", id);
  if (is_shell) {
    out_.key("action").raw(part.arguments);
    // The API demands a status for these.
    if (own_extra(part.extras, "status").empty()) out_.member("status", "completed");
  } else {
    std::string_view name = part.name;
    const auto space = trace["namespace"].as_string();
    if (!space.empty()) {
      out_.member("namespace", space);
      const auto prefix = space + std::string(kNamespaceMark);
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    out_.member("name", name).key(part.is_custom ? "input" : "arguments");
    const bool is_text = part.arguments.starts_with('"');
    is_text ? out_.raw(part.arguments) : out_.value(part.arguments);
  }
  write_own_extras(out_, part.extras);
  out_.end_object();
  if (!part.cache.empty()) losses_.dropped(path + "/cache", "OpenAI caches by itself");
  if (!part.signature.empty() || !part.redacted.empty()) {
    losses_.dropped(path + "/signature", "calls have no signatures here");
  }
  if (!part.extras.empty()) chat::report_foreign(part.extras, kResponsesDialect, path, losses_);
}

void ResponsesItems::write_result(const Part& part, const std::string& path) {
  const auto trace = trace_of(part, trace_);
  const auto id = chat::tool_id(part.id, kLongestCallId);
  const auto known = result_types_.find(id);
  std::string type = trace["type"].as_string();
  if (type.empty()) type = known != result_types_.end() ? known->second : "function_call_output";
  out_.begin_object().member("type", type);
  write_id(trace["id"], out_);
  out_.member("call_id", id);
  for (const char* key : {"name", "namespace"}) {
    if (trace[key].exists()) out_.member(key, trace[key]);
  }
  write_output(part, path, type == "local_shell_call_output");
  write_own_extras(out_, part.extras);
  out_.end_object();
  if (part.is_error) losses_.dropped(path + "/error", "results have no mark for failure");
  if (!part.cache.empty()) losses_.dropped(path + "/cache", "OpenAI caches by itself");
  if (!part.extras.empty()) chat::report_foreign(part.extras, kResponsesDialect, path, losses_);
}

void ResponsesItems::write_output(const Part& result, const std::string& path, bool is_text_only) {
  std::vector<const Part*> parts;
  for (std::size_t i = 0; i < result.content.size(); ++i) {
    const Part& part = result.content[i];
    const auto at_part = path + "/content/" + std::to_string(i);
    if (is_text_only && part.kind != PartKind::kText) {
      losses_.dropped(at_part, "this result takes text only");
    } else if (can_write_response_part(part, at_part, losses_)) {
      parts.push_back(&part);
    }
  }
  out_.key("output");
  const auto is_own = [](const chat::Extra& extra) { return extra.dialect == kResponsesDialect; };
  const auto is_bare = [&](const Part* part) {
    return part->kind == PartKind::kText &&
           std::none_of(part->extras.begin(), part->extras.end(), is_own);
  };
  const bool is_text = is_text_only || (parts.size() == 1 && is_bare(parts.front()));
  if (parts.empty()) {
    out_.value("");
  } else if (is_text && parts.size() == 1) {
    out_.raw(parts.front()->text);
  } else if (is_text) {
    std::string text;
    for (const Part* part : parts)
      text += chat::plain(part->text);
    out_.value(text);
  } else {
    out_.begin_array();
    for (const Part* part : parts)
      write_response_part(*part, false, out_);
    out_.end_array();
  }
}

}  // namespace abv::openai
