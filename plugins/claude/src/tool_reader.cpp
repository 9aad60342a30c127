#include "tool_reader.hpp"

#include <array>

#include "content_reader.hpp"
#include "where.hpp"
#include "words.hpp"

namespace abv::claude {

namespace {

using chat::Tool;
using chat::ToolKind;
using Mode = chat::ToolChoice::Mode;

constexpr std::array<std::string_view, 4> kSearchSettings = {"allowed_domains", "blocked_domains",
                                                             "max_uses", "user_location"};

bool is_search_setting(std::string_view key) {
  for (const auto setting : kSearchSettings) {
    if (setting == key) return true;
  }
  return false;
}

// What functions and web search have alike. False for other fields.
bool read_shared(std::string_view key, const json::Value& value, const Where& where, Tool& tool) {
  if (key == "name") {
    tool.name = value.as_string();
  } else if (key == "strict") {
    if (!is_given(value)) return true;
    expect_bool(value, {where, "strict"});
    tool.strict = value.as_bool();
  } else {
    return key == "cache_control" && read_cache(value, tool.cache);
  }
  return true;
}

Tool read_function(const json::Value& entry, const Where& where) {
  Tool tool;
  expect_string(entry["name"], {where, "name"});
  for (const auto& [key, value] : entry.members()) {
    if (key == "type" || read_shared(key, value, where, tool)) continue;
    if (key == "description") {
      if (is_given(value)) expect_string(value, {where, "description"});
      if (is_given(value)) tool.description = value.raw();
    } else if (key == "input_schema") {
      if (is_given(value)) expect_object(value, {where, "input_schema"});
      if (is_given(value)) tool.parameters = value.raw();
    } else {
      keep_extra(tool.extras, key, value);
    }
  }
  return tool;
}

Tool read_web_search(const json::Value& entry, std::string_view type, const Where& where,
                     chat::Request& request) {
  Tool tool;
  tool.kind = ToolKind::kWebSearch;
  json::Writer settings;
  settings.begin_object();
  for (const auto& [key, value] : entry.members()) {
    // No other vendor's search can be strict.
    if (key != "strict" && read_shared(key, value, where, tool)) continue;
    if (is_search_setting(key)) {
      if (is_given(value)) settings.member(key, value);
    } else if (key != "type" || type != kWebSearchType) {
      keep_extra(tool.extras, key, value);
    }
  }
  settings.end_object();
  if (settings.view() != "{}") tool.settings = request.keep(settings.take());
  return tool;
}

Tool read_tool(const json::Value& entry, const Where& where, chat::Request& request) {
  expect_object(entry, where);
  std::string scratch;
  const auto type = entry["type"].text(scratch);
  if (type.empty() || type == "custom") return read_function(entry, where);
  if (type.starts_with("web_search_")) return read_web_search(entry, type, where, request);
  Tool tool;
  tool.kind = ToolKind::kOpaque;
  tool.name = entry["name"].as_string();
  tool.dialect = kDialect;
  tool.raw = entry.raw();
  return tool;
}

}  // namespace

void read_tools(const json::Value& tools, chat::Request& request) {
  const Where where("tools");
  expect_array(tools, where);
  request.tools.reserve(tools.size());
  std::size_t index = 0;
  for (const auto& entry : tools.items())
    request.tools.push_back(read_tool(entry, {where, index++}, request));
}

void read_tool_choice(const json::Value& choice, chat::Request& request) {
  const Where where(kToolChoice);
  expect_object(choice, where);
  chat::ToolChoice& result = request.tool_choice;
  std::string scratch;
  const auto type = choice["type"].text(scratch);
  if (type == "auto") {
    result.mode = Mode::kAuto;
  } else if (type == "none") {
    result.mode = Mode::kNone;
  } else if (type == "any" || type == "tool") {
    result.mode = Mode::kRequired;
  } else {
    return keep_extra(request.extras, kToolChoice, choice);
  }
  if (type == "tool") expect_string(choice["name"], {where, "name"});
  for (const auto& [key, value] : choice.members()) {
    if (key == "name") {
      result.names.push_back(value.as_string());
    } else if (key == "disable_parallel_tool_use") {
      if (!is_given(value)) continue;
      expect_bool(value, {where, key});
      result.parallel = !value.as_bool();
    } else if (key != "type") {
      keep_extra(request.extras, std::string(kToolChoice) + "." + key, value);
    }
  }
}

}  // namespace abv::claude
