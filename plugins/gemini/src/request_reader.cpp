#include "request_reader.hpp"

#include <iterator>
#include <utility>

#include "abv/sdk/chat_json.hpp"
#include "config_reader.hpp"
#include "names.hpp"
#include "part_reader.hpp"
#include "tool_reader.hpp"
#include "turn_joiner.hpp"
#include "wire_error.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;
using chat::Message;
using chat::Role;

namespace {

class RequestReader {
 public:
  RequestReader(chat::Request& request, sdk::LossSink& losses)
      : request_(request), losses_(losses), parts_(request) {}

  void read(const json::Value& body) {
    // The system prompt comes first, wherever it stands in the body.
    if (const auto system = field(body, "systemInstruction")) read_system(system);
    read_contents(body);
    for (Message& message : request_.messages)
      join_parts(message, request_);
    for (const auto& [key, value] : body.members()) {
      if (!value.is_null()) read_member(key, value);
    }
  }

 private:
  void read_member(const std::string& key, const json::Value& value) {
    const auto name = camel(key);
    if (name == "contents" || name == "systemInstruction" || name == "model") return;
    if (name == "tools") return read_tools(value, request_);
    if (name == "toolConfig") return read_tool_config(value, request_);
    if (name == "generationConfig") return read_config(value, request_, losses_);
    if (name == "serviceTier" && value.is_string()) {
      request_.service_tier = value.as_string();
    } else if (name == "store" && value.is_bool()) {
      request_.store = value.as_bool();
    } else {
      request_.extras.push_back({std::string(kDialect), name, value.raw()});
    }
  }

  void read_contents(const json::Value& body) {
    const auto contents = field(body, "contents");
    if (contents.is_object()) return read_content(contents, "contents");
    if (!contents.is_array()) throw wrong_type("contents", "an array or an object", contents);
    if (contents.size() == 0) {
      throw sdk::Failure{400, "invalid_request_error", "contents: expected at least one content",
                         -1, "contents"};
    }
    request_.messages.reserve(contents.size() + 1);
    const Where at_contents("contents");
    std::size_t index = 0;
    for (const auto& content : contents.items())
      read_content(content, {at_contents, index++});
  }

  void read_content(const json::Value& content, const Where& where) {
    if (!content.is_object()) throw wrong_type(where, "an object", content);
    Message message;
    for (const auto& [key, value] : content.members()) {
      if (value.is_null()) continue;
      if (key == "role") {
        read_role(value, where, message);
      } else if (key == "parts") {
        read_parts(value, {where, "parts"}, message);
      } else {
        message.extras.push_back({std::string(kDialect), camel(key), value.raw()});
      }
    }
    add(std::move(message));
  }

  // Google's own chat keeps each chunk of a stream as a content; they are one message.
  void add(Message message) {
    Message* const last = request_.messages.empty() ? nullptr : &request_.messages.back();
    const auto is_plain_turn = [](const Message& one) {
      return one.role == Role::kAssistant && one.extras.empty();
    };
    if (last == nullptr || !is_plain_turn(*last) || !is_plain_turn(message)) {
      request_.messages.push_back(std::move(message));
      return;
    }
    last->parts.insert(last->parts.end(), std::make_move_iterator(message.parts.begin()),
                       std::make_move_iterator(message.parts.end()));
  }

  static void read_role(const json::Value& value, const Where& where, Message& message) {
    expect_string(value, {where, "role"});
    const auto role = value.as_string();
    if (role == "model") {
      message.role = Role::kAssistant;
    } else if (role == "system") {
      message.role = Role::kSystem;
    } else if (role != "user" && role != "function" && !role.empty()) {
      message.extras.push_back({std::string(kDialect), "role", value.raw()});
    }
  }

  void read_parts(const json::Value& parts, const Where& where, Message& message) {
    if (parts.is_object()) return parts_.read(parts, where, message.parts);
    if (!parts.is_array()) throw wrong_type(where, "an array", parts);
    message.parts.reserve(parts.size());
    std::size_t index = 0;
    for (const auto& part : parts.items())
      parts_.read(part, {where, index++}, message.parts);
  }

  void read_system(const json::Value& system) {
    Message message;
    message.role = Role::kSystem;
    if (system.is_string()) {
      chat::Part part;
      part.text = system.raw();
      message.parts.push_back(std::move(part));
    } else if (system.is_object()) {
      const auto parts = field(system, "parts");
      const bool is_part = !parts && system["text"].is_string();
      if (parts || is_part) read_parts(is_part ? system : parts, "systemInstruction", message);
    } else {
      throw wrong_type("systemInstruction", "an object or a string", system);
    }
    if (!message.parts.empty()) request_.messages.push_back(std::move(message));
  }

  chat::Request& request_;
  sdk::LossSink& losses_;
  PartReader parts_;
};

}  // namespace

std::string read_request(const sdk::Call& call, sdk::LossSink& losses) {
  json::Document document;
  if (!document.parse(call.body())) {
    throw sdk::Failure{
        400, "invalid_request_error",
        "the body is no JSON: it breaks at byte " + std::to_string(document.stopped_at())};
  }
  json::Value body = document.root();
  if (!body.is_object()) throw wrong_type("the body", "an object", body);
  if (call.operation() == "count_tokens") {
    if (const auto inner = field(body, "generateContentRequest")) body = inner;
  }
  chat::Request request;
  request.model = call.model();
  request.stream = call.wants_stream();
  RequestReader(request, losses).read(body);
  return chat::write_chat(request);
}

}  // namespace abv::gemini
