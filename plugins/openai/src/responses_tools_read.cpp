#include <string>
#include <string_view>
#include <utility>

#include "responses_tools.hpp"
#include "responses_trace.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Tool;
using chat::ToolChoice;
using chat::ToolKind;

Tool read_function(const json::Value& value, const Place& place) {
  Tool tool;
  tool.dialect = kResponsesDialect;
  tool.name = read_word(value["name"], Place(place, "name"));
  tool.description = read_string(value["description"], Place(place, "description"));
  tool.parameters = read_object(value["parameters"], Place(place, "parameters"));
  tool.strict = read_flag(value["strict"], Place(place, "strict"));
  keep_rest(value, {"type", "name", "description", "parameters", "strict"}, kResponsesDialect, "",
            tool.extras);
  return tool;
}

Tool read_custom(const json::Value& value, const Place& place) {
  Tool tool;
  tool.kind = ToolKind::kCustom;
  tool.dialect = kResponsesDialect;
  tool.name = read_word(value["name"], Place(place, "name"));
  tool.description = read_string(value["description"], Place(place, "description"));
  tool.format = read_object(value["format"], Place(place, "format"));
  keep_rest(value, {"type", "name", "description", "format"}, kResponsesDialect, "", tool.extras);
  return tool;
}

// The name is the type, which tells the tool's generations apart.
Tool read_web_search(chat::Request& request, const json::Value& value, const Place& place) {
  Tool tool;
  tool.kind = ToolKind::kWebSearch;
  tool.dialect = kResponsesDialect;
  tool.name = value["type"].as_string();
  const auto filters = value["filters"];
  const auto domains = filters["allowed_domains"];
  json::Writer settings;
  settings.begin_object();
  if (domains.is_array()) settings.member("allowed_domains", domains);
  if (value["user_location"].is_object()) settings.member("user_location", value["user_location"]);
  const auto size = read_word(value["search_context_size"], Place(place, "search_context_size"));
  if (!size.empty()) settings.member("context_size", size);
  settings.end_object();
  if (settings.view() != "{}") tool.settings = request.keep(settings.take());
  keep_rest(value, {"type", "filters", "user_location", "search_context_size"}, kResponsesDialect,
            "", tool.extras);
  keep_rest(filters, {"allowed_domains"}, kResponsesDialect, "filters.", tool.extras);
  return tool;
}

Tool local_shell(const json::Value& value) {
  Tool tool;
  tool.name = kLocalShell;
  tool.dialect = kResponsesDialect;
  tool.description = kLocalShellDescription;
  tool.parameters = kLocalShellParameters;
  keep_rest(value, {"type"}, kResponsesDialect, "", tool.extras);
  return tool;
}

Tool opaque(const json::Value& value) {
  Tool tool;
  tool.kind = ToolKind::kOpaque;
  tool.dialect = kResponsesDialect;
  tool.raw = value.raw();
  return tool;
}

// The namespace's own fields, with a number instead of the tools.
chat::Json fields_of(chat::Request& request, const json::Value& space) {
  json::Writer fields;
  fields.begin_object();
  for (const auto& [key, value] : space.members()) {
    fields.key(key);
    key == "tools" ? fields.value(value.size()) : fields.value(value);
  }
  fields.end_object();
  return request.keep(fields.take());
}

// False for a namespace with tools that are neither functions nor custom tools.
bool is_plain_namespace(const json::Value& space) {
  if (!space["tools"].is_array() || space["tools"].size() == 0) return false;
  for (const auto& tool : space["tools"].items()) {
    const auto type = tool["type"].as_string();
    if (type != "function" && type != "custom") return false;
  }
  return true;
}

void read_namespace(chat::Request& request, const json::Value& space, const Place& place) {
  if (!is_plain_namespace(space)) return request.tools.push_back(opaque(space));
  const auto prefix = read_word(space["name"], Place(place, "name")) + std::string(kNamespaceMark);
  const Place at_tools(place, "tools");
  std::size_t index = 0;
  for (const auto& value : space["tools"].items()) {
    const Place at_tool(at_tools, index++);
    const bool is_custom = value["type"].as_string() == "custom";
    Tool tool = is_custom ? read_custom(value, at_tool) : read_function(value, at_tool);
    tool.name.insert(0, prefix);
    if (index == 1) {
      tool.extras.push_back(
          {std::string(kResponsesDialect), "namespace", fields_of(request, space)});
    }
    request.tools.push_back(std::move(tool));
  }
}

void read_tool(chat::Request& request, const json::Value& value, const Place& place) {
  if (!value.is_object()) refuse(place, "an object", value);
  const auto type = read_word(value["type"], Place(place, "type"));
  if (type == "function") {
    request.tools.push_back(read_function(value, place));
  } else if (type == "custom") {
    request.tools.push_back(read_custom(value, place));
  } else if (type.starts_with("web_search")) {
    request.tools.push_back(read_web_search(request, value, place));
  } else if (type == kLocalShell) {
    request.tools.push_back(local_shell(value));
  } else if (type == "namespace") {
    read_namespace(request, value, place);
  } else {
    request.tools.push_back(opaque(value));
  }
}

// The name that the tool of a choice has among the tools; empty for a tool without one.
std::string name_in(const json::Value& choice) {
  const auto type = choice["type"].as_string();
  if (type == kLocalShell || type.starts_with("web_search")) return type;
  if (type != "function" && type != "custom") return {};
  const auto space = choice["namespace"].as_string();
  const auto name = choice["name"].as_string();
  return space.empty() ? name : space + std::string(kNamespaceMark) + name;
}

}  // namespace

void read_response_tools(chat::Request& request, const json::Value& tools, const Place& place) {
  if (!is_given(tools)) return;
  if (!tools.is_array()) refuse(place, "an array", tools);
  request.tools.reserve(tools.size());
  std::size_t index = 0;
  for (const auto& tool : tools.items())
    read_tool(request, tool, Place(place, index++));
}

void read_response_tool_choice(chat::Request& request, const json::Value& choice,
                               const Place& place) {
  if (!is_given(choice)) return;
  ToolChoice& target = request.tool_choice;
  const auto word = choice.is_string() ? choice.as_string() : choice["mode"].as_string();
  if (word == "auto") target.mode = ToolChoice::Mode::kAuto;
  if (word == "none") target.mode = ToolChoice::Mode::kNone;
  if (word == "required") target.mode = ToolChoice::Mode::kRequired;
  bool is_whole = choice.is_string() && target.mode != ToolChoice::Mode::kUnset;
  if (choice.is_object()) {
    const bool is_list = choice["type"].as_string() == "allowed_tools";
    is_whole = true;
    for (const auto& tool : choice["tools"].items()) {
      auto name = name_in(tool);
      is_whole = is_whole && !name.empty();
      if (!name.empty()) target.names.push_back(std::move(name));
    }
    if (!is_list) {
      auto name = name_in(choice);
      is_whole = !name.empty();
      target.mode = is_whole ? ToolChoice::Mode::kRequired : ToolChoice::Mode::kUnset;
      if (is_whole) target.names.push_back(std::move(name));
    }
  } else if (!choice.is_string()) {
    refuse(place, "a string or an object", choice);
  }
  if (is_whole) return;
  request.extras.push_back({std::string(kResponsesDialect), "tool_choice", choice.raw()});
}

}  // namespace abv::openai
