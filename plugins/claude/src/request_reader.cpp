#include "request_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "abv/sdk/failure.hpp"
#include "content_reader.hpp"
#include "output_schema.hpp"
#include "tool_reader.hpp"
#include "where.hpp"
#include "words.hpp"

namespace abv::claude {

namespace {

using chat::Message;
using chat::Part;
using chat::PartKind;
using chat::Role;

bool is_billing_header(const Part& part) {
  return part.kind == PartKind::kText && part.text.substr(1).starts_with(kBillingHeader);
}

void read_system(const json::Value& system, chat::Request& request) {
  const Where where("system");
  Message message;
  message.role = Role::kSystem;
  read_content(system, where, message.parts);
  if (system.is_array() && !message.parts.empty() && is_billing_header(message.parts.front())) {
    Part hidden;
    hidden.kind = PartKind::kOpaque;
    hidden.dialect = kDialect;
    hidden.raw = system[0].raw();
    message.parts.front() = std::move(hidden);
  }
  if (!message.parts.empty()) request.messages.push_back(std::move(message));
}

Message read_message(const json::Value& entry, const Where& where) {
  expect_object(entry, where);
  Message message;
  std::string scratch;
  const auto role = entry["role"].text(scratch);
  if (!entry["role"].is_string()) refuse({where, "role"}, "a string", entry["role"]);
  message.role = role == "assistant" ? Role::kAssistant
                 : role == "system"  ? Role::kSystem
                                     : Role::kUser;
  if (message.role == Role::kUser && role != "user") {
    keep_extra(message.extras, "role", entry["role"]);
  }
  const auto content = entry["content"];
  // A system message may be there for its output_config alone.
  if (is_given(content) || message.role != Role::kSystem) {
    read_content(content, {where, "content"}, message.parts);
  }
  for (const auto& [key, value] : entry.members()) {
    if (key != "role" && key != "content") keep_extra(message.extras, key, value);
  }
  return message;
}

void read_messages(const json::Value& messages, chat::Request& request) {
  const Where where("messages");
  expect_array(messages, where);
  if (messages.size() == 0) {
    sdk::Failure failure{400, "invalid_request_error",
                         "messages: expected at least one message, got none"};
    failure.param = "messages";
    throw failure;
  }
  request.messages.reserve(request.messages.size() + messages.size());
  std::size_t index = 0;
  for (const auto& entry : messages.items())
    request.messages.push_back(read_message(entry, {where, index++}));
}

// Keeps the fields of `object` for which `take` is false.
template <class Take>
void read_members(const json::Value& object, std::string_view name, chat::Request& request,
                  Take&& take) {
  const Where where(name);
  expect_object(object, where);
  for (const auto& [key, value] : object.members()) {
    if (is_given(value) && !take(key, value, Where(where, key))) {
      keep_extra(request.extras, std::string(name).append(".").append(key), value);
    }
  }
}

bool read_display(const json::Value& display, chat::Reasoning& reasoning) {
  std::string scratch;
  const auto word = display.text(scratch);
  if (word == "summarized") reasoning.show = "summary";
  if (word == "omitted") reasoning.show = "none";
  return !reasoning.show.empty();
}

void read_thinking(const json::Value& thinking, chat::Request& request) {
  expect_object(thinking, Where(kThinking));
  chat::Reasoning& reasoning = request.reasoning;
  std::string scratch;
  const auto type = thinking["type"].text(scratch);
  if (type != "enabled" && type != "adaptive" && type != "disabled") {
    return keep_extra(request.extras, kThinking, thinking);
  }
  reasoning.enabled = type != "disabled";
  reasoning.is_adaptive = type == "adaptive";
  read_members(thinking, kThinking, request, [&](std::string_view key, const auto& value, auto at) {
    if (key == "display") return read_display(value, reasoning);
    if (key != "budget_tokens") return key == "type";
    expect_whole(value, at);
    reasoning.budget_tokens = value.as_int();
    return true;
  });
}

// False when the format must be kept as an extra, beside what could be read of it.
bool read_format(const json::Value& format, chat::Output& output) {
  std::string scratch;
  if (format["type"].text(scratch) != "json_schema" || !format["schema"].is_object()) return false;
  if (format.size() != 2) return false;
  output.format = "json_schema";
  output.schema = format["schema"].raw();
  // Schemas from elsewhere are fitted to the API; what its own client says stays as it is.
  return !output_schema(output.schema);
}

bool read_effort(const json::Value& effort, chat::Reasoning& reasoning) {
  for (const std::string_view known : {"low", "medium", "high", "xhigh", "max"}) {
    if (effort.raw().size() == known.size() + 2 && effort.raw().substr(1, known.size()) == known) {
      reasoning.effort = known;
    }
  }
  return !reasoning.effort.empty();
}

void read_output_config(const json::Value& config, chat::Request& request) {
  read_members(config, kOutputConfig, request, [&](std::string_view key, const auto& value, auto) {
    if (key == "effort") return read_effort(value, request.reasoning);
    return key == "format" && read_format(value, request.output);
  });
}

void read_stop_sequences(const json::Value& sequences, chat::Request& request) {
  const Where where("stop_sequences");
  expect_array(sequences, where);
  std::size_t index = 0;
  for (const auto& sequence : sequences.items()) {
    expect_string(sequence, {where, index++});
    request.stop.push_back(sequence.raw());
  }
}

// Claude Code's user_id is a JSON object that names device, account and session, which is nobody's
// business but Anthropic's. Others get a name that is the same for all sessions of one device and
// account. Nothing for ids of any other form.
std::optional<std::string> name_of_user(std::string_view user_id) {
  json::Document document;
  if (!user_id.starts_with('{') || !document.parse(user_id)) return std::nullopt;
  const auto device = document.root()["device_id"].as_string();
  const auto account = document.root()["account_uuid"].as_string();
  const bool is_known = !device.empty() || !account.empty();
  return "user_" + sdk::hex(sdk::fnv1a(is_known ? device + "\n" + account : std::string(user_id)));
}

// Sampling, limits and labels. False for fields that are none of them.
bool read_option(std::string_view key, const json::Value& value, chat::Request& request) {
  const Where where(key);
  if (key == "max_tokens") {
    expect_whole(value, where);
    request.max_tokens = value.as_int();
  } else if (key == "top_k") {
    expect_whole(value, where);
    request.top_k = value.as_int();
  } else if (key == "temperature") {
    expect_number(value, where);
    request.temperature = value.as_double();
  } else if (key == "top_p") {
    expect_number(value, where);
    request.top_p = value.as_double();
  } else if (key == "stream") {
    expect_bool(value, where);
    request.stream = value.as_bool();
  } else if (key == "service_tier") {
    expect_string(value, where);
    request.service_tier = value.as_string();
  } else if (key == "metadata") {
    read_members(value, kMetadata, request, [&](std::string_view name, const auto& id, auto) {
      if (name != "user_id" || !id.is_string()) return false;
      request.user = id.as_string();
      const auto hidden = name_of_user(request.user);
      request.user = hidden.value_or(request.user);
      return !hidden;
    });
  } else {
    return false;
  }
  return true;
}

void read_field(std::string_view key, const json::Value& value, chat::Request& request) {
  if (key == "model" || key == "system" || key == "messages") return;
  if (read_option(key, value, request)) return;
  if (key == "tools") return read_tools(value, request);
  if (key == "tool_choice") return read_tool_choice(value, request);
  if (key == "thinking") return read_thinking(value, request);
  if (key == "output_config") return read_output_config(value, request);
  if (key == "stop_sequences") return read_stop_sequences(value, request);
  // The name that output_config.format had while it was a beta.
  if (key == "output_format") {
    if (read_format(value, request.output)) return;
    if (!request.output.format.empty()) return keep_extra(request.extras, kOutputFormat, value);
  }
  keep_extra(request.extras, key, value);
}

void mark_effort_alone(chat::Request& request) {
  for (Message& message : request.messages) {
    for (Part& part : message.parts) {
      if (part.kind == PartKind::kOpaque) continue;
      part.dialect = kDialect;
      part.raw = kEffortAlone;
      return;
    }
  }
}

}  // namespace

chat::Request read_request(const json::Value& body) {
  chat::Request request;
  if (!body.is_object()) {
    throw sdk::Failure{400, "invalid_request_error", "request body: expected a JSON object"};
  }
  const auto model = body["model"];
  if (is_given(model)) expect_string(model, Where("model"));
  request.model = model.as_string();
  if (is_given(body["system"])) read_system(body["system"], request);
  read_messages(body["messages"], request);
  for (const auto& [key, value] : body.members()) {
    if (is_given(value)) read_field(key, value, request);
  }
  if (!request.reasoning.effort.empty() && !is_given(body["thinking"])) mark_effort_alone(request);
  return request;
}

}  // namespace abv::claude
