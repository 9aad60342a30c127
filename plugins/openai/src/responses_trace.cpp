#include "responses_trace.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

void leave_trace(chat::Request& request, chat::Part& part, const json::Value& item,
                 std::initializer_list<std::string_view> keys) {
  if (part.kind == chat::PartKind::kOpaque) return;
  part.dialect = kResponsesDialect;
  json::Writer trace;
  for (const auto key : keys) {
    const auto value = item[key];
    if (!value.exists() || value.is_null()) continue;
    if (trace.view().empty()) trace.begin_object();
    trace.member(key, value);
  }
  if (trace.view().empty()) return;
  trace.end_object();
  part.raw = request.keep(trace.take());
}

bool add_to_trace(chat::Request& request, chat::Part& part, std::string_view key,
                  chat::Json value) {
  if (part.kind == chat::PartKind::kOpaque) return false;
  part.dialect = kResponsesDialect;
  json::Writer member;
  member.begin_object().key(key).raw(value).end_object();
  std::string trace = member.take();
  if (part.raw.size() > 2) {
    trace.back() = ',';
    trace.append(part.raw.substr(1));
  }
  part.raw = request.keep(std::move(trace));
  return true;
}

json::Value trace_of(const chat::Part& part, json::Document& document) {
  if (part.kind == chat::PartKind::kOpaque || part.dialect != kResponsesDialect) return {};
  if (part.raw.empty() || !document.parse(part.raw)) return {};
  return document.root();
}

bool is_from_responses(const chat::Request& request) {
  const auto is_own_tool = [](const chat::Tool& tool) { return tool.dialect == kResponsesDialect; };
  const auto is_own_part = [](const chat::Part& part) { return part.dialect == kResponsesDialect; };
  const auto has_own_part = [&](const chat::Message& message) {
    return std::any_of(message.parts.begin(), message.parts.end(), is_own_part);
  };
  return std::any_of(request.messages.begin(), request.messages.end(), has_own_part) ||
         std::any_of(request.tools.begin(), request.tools.end(), is_own_tool);
}

chat::Json own_extra(const chat::Extras& extras, std::string_view key) {
  for (const chat::Extra& extra : extras) {
    if (extra.dialect == kResponsesDialect && extra.key == key) return extra.value;
  }
  return {};
}

void write_own_extras(json::Writer& out, const chat::Extras& extras,
                      std::initializer_list<std::string_view> without) {
  for (const chat::Extra& extra : extras) {
    if (extra.dialect != kResponsesDialect) continue;
    if (std::find(without.begin(), without.end(), extra.key) != without.end()) continue;
    out.key(extra.key).raw(extra.value);
  }
}

}  // namespace abv::openai
