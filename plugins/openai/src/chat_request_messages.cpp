#include "chat_request_messages.hpp"

#include <string>
#include <unordered_map>
#include <utility>

#include "chat_request_parts.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Message;
using chat::Part;
using chat::PartKind;

// The state that goes from one message to the next.
class MessagesReader {
 public:
  explicit MessagesReader(chat::Request& request) : request_(request) {}

  Message read(const json::Value& message, const Place& place, std::size_t index);

 private:
  Message read_plain(chat::Role role, const json::Value& message, const Place& place);
  Message read_assistant(const json::Value& message, const Place& place, std::size_t index);
  Message read_result(const json::Value& message, const Place& place);
  Message read_unknown(const json::Value& message);
  void read_calls(const json::Value& message, const Place& place, std::size_t index,
                  std::vector<Part>& parts);
  void mark(const json::Value& message, Message& result);

  chat::Request& request_;
  // Of the calls in the form that has no ids: by their names, the ids that they were given here.
  std::unordered_map<std::string, std::string> legacy_ids_;
};

Message MessagesReader::read(const json::Value& message, const Place& place, std::size_t index) {
  if (!message.is_object()) refuse(place, "an object", message);
  if (!message["role"].is_string()) refuse(Place(place, "role"), "a string", message["role"]);
  const auto role = message["role"].as_string();
  if (role == "user") return read_plain(chat::Role::kUser, message, place);
  if (role == "system") return read_plain(chat::Role::kSystem, message, place);
  if (role == "developer") return read_plain(chat::Role::kDeveloper, message, place);
  if (role == "assistant") return read_assistant(message, place, index);
  if (role == "tool" || role == "function") return read_result(message, place);
  return read_unknown(message);
}

Message MessagesReader::read_plain(chat::Role role, const json::Value& message,
                                   const Place& place) {
  Message result;
  result.role = role;
  result.name = read_word(message["name"], Place(place, "name"));
  read_content(request_, message["content"], Place(place, "content"), result.parts);
  keep_rest(message, {"role", "content", "name", "cache_control"}, kChatDialect, "", result.extras);
  mark(message, result);
  return result;
}

Message MessagesReader::read_assistant(const json::Value& message, const Place& place,
                                       std::size_t index) {
  Message result;
  result.role = chat::Role::kAssistant;
  result.name = read_word(message["name"], Place(place, "name"));
  // Two spellings of the same, and there are clients that send both back.
  const auto* const spelling = message["reasoning_content"].is_string() ? "reasoning_content"
                               : message["reasoning"].is_string()       ? "reasoning"
                                                                        : "";
  const auto thoughts = message[spelling];
  const bool are_same = thoughts.is_string() && message["reasoning"].raw() == thoughts.raw();
  if (!chat::is_blank(thoughts.raw())) {
    Part& part = result.parts.emplace_back();
    part.kind = PartKind::kReasoning;
    part.text = thoughts.raw();
  }
  read_content(request_, message["content"], Place(place, "content"), result.parts);
  const auto refusal = read_string(message["refusal"], Place(place, "refusal"));
  if (!chat::is_blank(refusal)) {
    Part& part = result.parts.emplace_back();
    part.kind = PartKind::kRefusal;
    part.text = refusal;
  }
  read_calls(message, place, index, result.parts);
  keep_rest(message,
            {"role", "content", "name", "refusal", "tool_calls", "function_call", "cache_control",
             spelling, are_same ? "reasoning" : spelling},
            kChatDialect, "", result.extras);
  mark(message, result);
  return result;
}

void MessagesReader::read_calls(const json::Value& message, const Place& place, std::size_t index,
                                std::vector<Part>& parts) {
  const auto calls = message["tool_calls"];
  const Place at_calls(place, "tool_calls");
  if (is_given(calls) && !calls.is_array()) refuse(at_calls, "an array", calls);
  std::size_t position = 0;
  for (const auto& call : calls.items()) {
    Part part = read_call(request_, call, Place(at_calls, position), position);
    if (part.kind == PartKind::kToolCall && part.id.empty()) {
      part.id = "call_" + std::to_string(index) + "_" + std::to_string(position);
    }
    parts.push_back(std::move(part));
    ++position;
  }
  const auto legacy = message["function_call"];
  if (!is_given(legacy)) return;
  const Place at_legacy(place, "function_call");
  if (!legacy.is_object()) refuse(at_legacy, "an object", legacy);
  Part& part = parts.emplace_back();
  part.kind = PartKind::kToolCall;
  part.id = "call_" + std::to_string(index) + "_" + std::to_string(position);
  part.name = read_word(legacy["name"], Place(at_legacy, "name"));
  part.arguments = read_arguments(request_, legacy["arguments"], Place(at_legacy, "arguments"));
  legacy_ids_[part.name] = part.id;
}

Message MessagesReader::read_result(const json::Value& message, const Place& place) {
  Message result;
  Part& part = result.parts.emplace_back();
  part.kind = PartKind::kToolResult;
  part.name = read_word(message["name"], Place(place, "name"));
  part.id = read_word(message["tool_call_id"], Place(place, "tool_call_id"));
  if (part.id.empty()) {
    if (message["role"].as_string() == "tool") {
      refuse(Place(place, "tool_call_id"), "a string", message["tool_call_id"]);
    }
    const auto known = legacy_ids_.find(part.name);
    part.id = known != legacy_ids_.end() ? known->second : "call_" + part.name;
  }
  read_content(request_, message["content"], Place(place, "content"), part.content);
  keep_rest(message, {"role", "content", "name", "tool_call_id", "cache_control"}, kChatDialect, "",
            result.extras);
  mark(message, result);
  return result;
}

Message MessagesReader::read_unknown(const json::Value& message) {
  Message result;
  Part& part = result.parts.emplace_back();
  part.kind = PartKind::kOpaque;
  part.dialect = kChatDialect;
  part.name = kWholeMessage;
  part.raw = message.raw();
  return result;
}

// A cache mark of a message ends at its last part.
void MessagesReader::mark(const json::Value& message, Message& result) {
  const auto wire = message["cache_control"];
  if (!is_given(wire)) return;
  const auto cache = read_cache_mark(request_, wire);
  if (cache.empty() || result.parts.empty()) {
    result.extras.push_back({std::string(kChatDialect), "cache_control", wire.raw()});
    return;
  }
  result.parts.back().cache = cache;
}

}  // namespace

void read_messages(chat::Request& request, const json::Value& messages, const Place& place) {
  if (!messages.is_array()) refuse(place, "an array", messages);
  if (messages.size() == 0) refuse(place, "expected at least one message, got none");
  MessagesReader reader(request);
  request.messages.reserve(messages.size());
  std::size_t index = 0;
  for (const auto& message : messages.items()) {
    request.messages.push_back(reader.read(message, Place(place, index), index));
    ++index;
  }
}

}  // namespace abv::openai
