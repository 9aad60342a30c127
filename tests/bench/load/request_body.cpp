#include "tests/bench/load/request_body.hpp"

#include <algorithm>

#include "tests/bench/load/conversation.hpp"

namespace abv::bench {
namespace {

// Below this a body has one tool only, so that it can be as small as a chat message.
constexpr std::size_t kAgentBytes = std::size_t{8} * 1024;
constexpr std::size_t kAgentTools = 12;

std::string bench_options(const RequestShape& shape, std::string_view id) {
  std::string options(kMarker);
  options += "events=" + std::to_string(shape.events);
  options += ",interval-us=" + std::to_string(shape.interval_us);
  options += ",per-write=" + std::to_string(shape.events_per_write);
  options += ",id=";
  options += id;
  return options;
}

std::string opening(const RequestShape& shape, std::string_view options, std::string_view system) {
  const std::string stream = shape.is_stream ? "true" : "false";
  std::string text;
  if (shape.dialect == Dialect::kOpenai) {
    text = R"({"model":"bench-1","stream":)" + stream;
    if (shape.is_stream) text += R"(,"stream_options":{"include_usage":true})";
    text += R"(,"user":")";
    text += options;
    text += R"(","max_completion_tokens":32000,"tool_choice":"auto","tools":[)";
    return text;
  }
  if (shape.dialect == Dialect::kClaude) {
    text = R"({"model":"bench-1","stream":)" + stream + R"(,"metadata":{"user_id":")";
    text += options;
    text += R"("},"max_tokens":32000,"system":[{"type":"text","text":")";
    text += system;
    text += R"(","cache_control":{"type":"ephemeral"}}],"tools":[)";
    return text;
  }
  text = R"({"labels":{"bench":")";
  text += options;
  text += R"("},"systemInstruction":{"parts":[{"text":")";
  text += system;
  text += R"("}]},"generationConfig":{"maxOutputTokens":32000,"temperature":1},)"
          R"("tools":[{"functionDeclarations":[)";
  return text;
}

std::string_view before_messages(Dialect dialect) {
  return dialect == Dialect::kGemini ? R"(]}],"contents":[)" : R"(],"messages":[)";
}

}  // namespace

Nanos planned_time(const RequestShape& shape) {
  if (!shape.is_stream) return 0;
  const std::size_t writes = (shape.events + shape.events_per_write - 1) / shape.events_per_write;
  return static_cast<Nanos>((writes - 1) * shape.interval_us) * kMicrosecond;
}

std::string make_body(const RequestShape& shape, std::string_view id) {
  const bool is_agent = shape.body_bytes >= kAgentBytes;
  const std::string_view system = is_agent ? agent_prompt() : "You are a careful engineer.";
  std::string body = opening(shape, bench_options(shape, id), system);
  const std::size_t tools = is_agent ? kAgentTools : 1;
  for (std::size_t i = 0; i < tools; ++i) {
    if (i != 0) body += ',';
    body += tool_json(shape.dialect, i);
  }
  body += before_messages(shape.dialect);
  if (shape.dialect == Dialect::kOpenai) {
    body += R"({"role":"system","content":")";
    body += system;
    body += R"("},)";
  }

  const LastMessage last = last_message(shape.dialect);
  const std::size_t frame = last.before.size() + last.after.size();
  for (std::size_t turn = 0;; ++turn) {
    const std::string messages = turn_json(shape.dialect, turn);
    if (body.size() + messages.size() + frame > shape.body_bytes) break;
    body += messages;
  }
  body += last.before;
  const std::size_t used = body.size() + last.after.size();
  body += filler(std::max(shape.body_bytes, used) - used);
  body += last.after;
  return body;
}

std::string make_request(const RequestShape& shape, std::string_view id) {
  const std::string body = make_body(shape, id);
  std::string request = "POST ";
  request += chat_target(shape.dialect, shape.is_stream);
  request += " HTTP/1.1\r\nhost: " + shape.host;
  request += "\r\nuser-agent: abv-bench-load/1\r\naccept: ";
  request += shape.is_stream ? "text/event-stream" : "application/json";
  request += "\r\ncontent-type: application/json\r\n";
  if (!shape.key.empty()) request += "authorization: Bearer " + shape.key + "\r\n";
  if (shape.dialect == Dialect::kClaude) request += "anthropic-version: 2023-06-01\r\n";
  const auto field = [&request](std::string_view name, std::string_view value) {
    request += name;
    request += ": ";
    request += value;
    request += "\r\n";
  };
  if (shape.is_stream) {
    field(kEventsHeader, std::to_string(shape.events));
    field(kIntervalHeader, std::to_string(shape.interval_us));
    field(kPerWriteHeader, std::to_string(shape.events_per_write));
  }
  if (!id.empty()) field(kIdHeader, id);
  field("content-length", std::to_string(body.size()));
  request += "\r\n";
  return request + body;
}

}  // namespace abv::bench
