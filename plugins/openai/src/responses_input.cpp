#include "responses_input.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/signature.hpp"
#include "chat_request_parts.hpp"
#include "compaction.hpp"
#include "responses_trace.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Part;
using chat::PartKind;
using chat::Role;

std::optional<Role> role_of(std::string_view word) {
  if (word == "user") return Role::kUser;
  if (word == "assistant") return Role::kAssistant;
  if (word == "system") return Role::kSystem;
  if (word == "developer") return Role::kDeveloper;
  return std::nullopt;
}

// Who speaks an item that only this dialect knows. What is new is most likely of the model.
Role speaker_of(std::string_view type) {
  if (type.ends_with("_output") || type.ends_with("_response") || type == "compaction_trigger") {
    return Role::kUser;
  }
  const bool is_setting = type == "additional_tools" || type == "configuration_update";
  return is_setting ? Role::kDeveloper : Role::kAssistant;
}

// "completed" is what the API takes for granted.
std::string_view unless_completed(const json::Value& item) {
  return item["status"].raw() == "\"completed\"" ? "status" : "type";
}

// Texts as one JSON string with empty lines between them; empty without any. With several, their
// lengths tell where to cut it again.
struct Texts {
  chat::Json joined;
  std::string lengths;  // "[12,40]", in bytes of JSON text
};

Texts join_texts(chat::Request& request, const json::Value& list, const Place& place) {
  if (list.exists() && !list.is_array() && !list.is_null()) refuse(place, "an array", list);
  if (list.size() == 1) return {read_string(list[0]["text"], place), "[]"};
  std::string text;
  json::Writer lengths;
  lengths.begin_array();
  for (const auto& part : list.items()) {
    const auto one = read_string(part["text"], place);
    const auto inner = one.size() < 2 ? std::string_view() : one.substr(1, one.size() - 2);
    text.append(text.empty() ? "\"" : kBetweenTexts).append(inner);
    lengths.value(inner.size());
  }
  if (text.empty()) return {};
  lengths.end_array();
  return {request.keep(text.append("\"")), lengths.take()};
}

// An id that OpenAI gave out: the item can be looked up there, as long as it was stored.
bool is_stored_id(std::string_view id) {
  constexpr std::string_view kPrefix = "rs_";
  return id.starts_with(kPrefix) && id.substr(kPrefix.size()).find_first_of("_-") == id.npos;
}

}  // namespace

void ResponsesInput::add_instructions(const json::Value& instructions, const Place& place) {
  const auto text = read_string(instructions, place);
  if (chat::is_blank(text)) return;
  Part part;
  part.text = text;
  part.dialect = kResponsesDialect;
  part.raw = R"({"instructions":true})";
  begin(Role::kSystem).parts.push_back(std::move(part));
}

void ResponsesInput::add(const json::Value& input, const Place& place) {
  if (input.is_string()) {
    Part part;
    part.text = input.raw();
    part.dialect = kResponsesDialect;
    begin(Role::kUser).parts.push_back(std::move(part));
    return;
  }
  if (!input.is_array()) refuse(place, "a string or an array", input);
  request_.messages.reserve(request_.messages.size() + input.size());
  std::size_t index = 0;
  for (const auto& item : input.items())
    add_item(item, Place(place, index++));
}

void ResponsesInput::add_item(const json::Value& item, const Place& place) {
  if (!item.is_object()) refuse(place, "an object", item);
  const auto type = read_word(item["type"], Place(place, "type"));
  if (type == "message" || (type.empty() && item["role"].exists())) {
    add_message(item, place);
  } else if (type == "reasoning") {
    add_reasoning(item, place);
  } else if (type == "function_call" || type == "custom_tool_call" || type == "local_shell_call") {
    add_call(item, type, place);
  } else if (type == "function_call_output" || type == "custom_tool_call_output" ||
             type == "local_shell_call_output") {
    add_result(item, type, place);
  } else if (type == "item_reference" || (type.empty() && item["id"].is_string())) {
    add_reference(item, place);
  } else if (type == "compaction" || type == "compaction_trigger") {
    add_compaction(item, place);
  } else {
    add_opaque(item, type);
  }
}

// An item that the upstream keeps stays a reference where it goes to the upstream. Reasoning of
// another vendor would not be passed on anyway.
void ResponsesInput::add_reference(const json::Value& item, const Place& place) {
  const auto id = read_word(item["id"], Place(place, "id"));
  if (const auto known = stored_.item(id); known.exists()) return add_item(known, place);
  const bool may_be_upstreams = stored_id_of_item(id).empty() &&
                                (!stored_ || stored_.upstream_may_know() || id.starts_with("rs_"));
  if (may_be_upstreams) return add_opaque(item, "item_reference");
  throw sdk::Failure{.http_status = 404,
                     .type = "item_not_found",
                     .message = "Item with id '" + id +
                                "' not found. It was not stored, is too old, or was deleted; send "
                                "the item itself.",
                     .param = "input"};
}

// The summary of this host's making is text to any model; another's only its maker can read.
void ResponsesInput::add_compaction(const json::Value& item, const Place& place) {
  const auto type = item["type"].as_string();
  if (type == "compaction_trigger" && stored_ && !stored_.upstream_may_know()) {
    refuse(place,
           "compaction within a response is not supported for this model; ask "
           "/v1/responses/compact for it");
  }
  const auto summary = read_summary(item["encrypted_content"].as_string());
  if (!summary) return add_opaque(item, type);
  Part part;
  part.text = request_.quote(*summary);
  part.dialect = kResponsesDialect;
  begin(Role::kUser).parts.push_back(std::move(part));
}

void ResponsesInput::add_message(const json::Value& item, const Place& place) {
  const Place at_role(place, "role");
  if (!item["role"].is_string()) refuse(at_role, "a string", item["role"]);
  const auto role = role_of(read_word(item["role"], at_role));
  if (!role) return add_opaque(item, "compaction_trigger");
  std::vector<Part> parts;
  read_response_content(request_, item["content"], Place(place, "content"), parts);
  const bool is_turn = *role == Role::kAssistant;
  if (is_turn && parts.empty()) return;
  chat::Message& message = is_turn ? turn() : begin(*role);
  const auto last = message.parts.empty() ? PartKind::kOpaque : message.parts.back().kind;
  name_item(item, parts, last == PartKind::kText || last == PartKind::kRefusal);
  if (!is_turn) {
    keep_rest(item, {"type", "role", "content", "id", unless_completed(item)}, kResponsesDialect,
              "", message.extras);
  }
  if (message.parts.empty()) {
    message.parts = std::move(parts);
  } else {
    std::move(parts.begin(), parts.end(), std::back_inserter(message.parts));
  }
}

// Several messages of a turn stand in one, so what belongs to one of them stands with its first
// part.
void ResponsesInput::name_item(const json::Value& item, std::vector<Part>& parts,
                               bool follows_text) {
  if (parts.empty()) return;
  Part& first = parts.front();
  leave_trace(request_, first, item, {"id"});
  if (item["role"].raw() != "\"assistant\"") return;
  if (follows_text && first.kind != PartKind::kOpaque && first.raw.empty()) first.raw = "{}";
  chat::Extras rest;
  keep_rest(item, {"type", "role", "content", "id", unless_completed(item)}, kResponsesDialect, "",
            rest);
  if (rest.empty()) return;
  json::Writer fields;
  fields.begin_object();
  write_own_extras(fields, rest);
  fields.end_object();
  first.extras.push_back({std::string(kResponsesDialect), "message", request_.keep(fields.take())});
  if (first.kind != PartKind::kOpaque && first.raw.empty()) first.raw = "{}";
}

void ResponsesInput::add_reasoning(const json::Value& item, const Place& place) {
  Part part;
  part.kind = PartKind::kReasoning;
  const auto summary = join_texts(request_, item["summary"], Place(place, "summary"));
  const auto content = join_texts(request_, item["content"], Place(place, "content"));
  part.text = summary.joined.empty() ? content.joined : summary.joined;
  auto wire = read_word(item["encrypted_content"], Place(place, "encrypted_content"));
  if (wire.empty()) wire = stored_.item(item["id"].as_string())["encrypted_content"].as_string();
  if (!wire.empty()) {
    auto signature = sdk::unwrap_signature(wire, "openai", true);
    part.origin = std::move(signature.family);
    part.origin_model = std::move(signature.model);
    (signature.is_redacted ? part.redacted : part.signature) = std::move(signature.value);
  } else if (is_stored_id(item["id"].as_string())) {
    part.origin = "openai";
  }
  leave_trace(request_, part, item, {"id"});
  if (!summary.joined.empty()) {
    if (summary.lengths != "[]") {
      add_to_trace(request_, part, "summary", request_.keep(summary.lengths));
    }
    if (!content.joined.empty()) {
      part.extras.push_back({std::string(kResponsesDialect), "content", item["content"].raw()});
    }
  } else if (!content.joined.empty()) {
    add_to_trace(request_, part, "content", request_.keep(content.lengths));
  }
  keep_rest(item, {"type", "id", "summary", "content", "encrypted_content", unless_completed(item)},
            kResponsesDialect, "", part.extras);
  turn().parts.push_back(std::move(part));
}

void ResponsesInput::add_call(const json::Value& item, std::string_view type, const Place& place) {
  Part part;
  part.kind = PartKind::kToolCall;
  part.id = read_word(item["call_id"], Place(place, "call_id"));
  const auto item_id = read_word(item["id"], Place(place, "id"));
  if (part.id.empty()) part.id = item_id;
  part.name = read_word(item["name"], Place(place, "name"));
  const auto space = read_word(item["namespace"], Place(place, "namespace"));
  if (!space.empty()) part.name = space + std::string(kNamespaceMark) + part.name;
  std::string_view words = "arguments";
  if (type == "custom_tool_call") {
    words = "input";
    part.is_custom = true;
    part.arguments = read_string(item["input"], Place(place, "input"));
    if (part.arguments.empty()) part.arguments = "\"\"";
  } else if (type == "local_shell_call") {
    words = "action";
    part.name = kLocalShell;
    part.arguments = read_object(item["action"], Place(place, "action"));
    if (part.arguments.empty()) part.arguments = "{}";
    if (!item_id.empty()) calls_of_shell_items_[item_id] = part.id;
  } else {
    part.arguments = read_arguments(request_, item["arguments"], Place(place, "arguments"));
  }
  leave_trace(request_, part, item, {"id", "namespace", type == "local_shell_call" ? "type" : ""});
  keep_rest(item, {"type", "id", "call_id", "name", "namespace", words, unless_completed(item)},
            kResponsesDialect, "", part.extras);
  turn().parts.push_back(std::move(part));
}

void ResponsesInput::add_result(const json::Value& item, std::string_view type,
                                const Place& place) {
  Part part;
  part.kind = PartKind::kToolResult;
  part.id = read_word(item["call_id"], Place(place, "call_id"));
  // The result of a local shell call may name its item only.
  const auto item_id = read_word(item["id"], Place(place, "id"));
  const auto known = calls_of_shell_items_.find(item_id);
  if (part.id.empty()) part.id = known == calls_of_shell_items_.end() ? item_id : known->second;
  part.name = read_word(item["name"], Place(place, "name"));
  if (is_given(item["output"])) {
    read_response_content(request_, item["output"], Place(place, "output"), part.content);
  }
  leave_trace(request_, part, item,
              {"id", "name", "namespace", type == "function_call_output" ? "" : "type"});
  keep_rest(item, {"type", "id", "call_id", "name", "namespace", "output", unless_completed(item)},
            kResponsesDialect, "", part.extras);
  begin(Role::kUser).parts.push_back(std::move(part));
}

void ResponsesInput::add_opaque(const json::Value& item, std::string_view type) {
  Part part;
  part.kind = PartKind::kOpaque;
  part.dialect = kResponsesDialect;
  part.name = kWholeItem;
  part.raw = item.raw();
  const Role speaker = speaker_of(type);
  chat::Message& message = speaker == Role::kAssistant ? turn() : begin(speaker);
  message.parts.push_back(std::move(part));
}

chat::Message& ResponsesInput::begin(Role role) {
  request_.messages.emplace_back().role = role;
  return request_.messages.back();
}

chat::Message& ResponsesInput::turn() {
  auto& messages = request_.messages;
  if (messages.empty() || messages.back().role != Role::kAssistant) begin(Role::kAssistant);
  return messages.back();
}

}  // namespace abv::openai
