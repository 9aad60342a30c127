#include "tool_reader.hpp"

#include <string>
#include <utility>

#include "abv/sdk/json_schema.hpp"
#include "names.hpp"
#include "wire_error.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;
using chat::Tool;
using chat::ToolKind;

namespace {

chat::Extra extra(std::string key, const json::Value& value) {
  return {std::string(kDialect), std::move(key), value.raw()};
}

void read_function(const json::Value& declaration, const Where& where, chat::Request& request) {
  expect_object(declaration, where);
  Tool tool;
  tool.dialect = kDialect;
  for (const auto& [key, value] : declaration.members()) {
    const auto name = camel(key);
    if (value.is_null()) continue;
    if (name == "name") {
      expect_string(value, {where, key});
      tool.name = value.as_string();
    } else if (name == "description") {
      tool.description = value.raw();
    } else if (name == "parametersJsonSchema") {
      tool.parameters = value.raw();
    } else if (name == "parameters") {
      expect_object(value, {where, key});
      json::Writer out;
      sdk::json_schema::from_openapi(value, out);
      tool.parameters = request.keep(out.take());
      tool.raw = value.raw();
    } else {
      tool.extras.push_back(extra(name, value));
    }
  }
  request.tools.push_back(std::move(tool));
}

void read_search(const json::Value& search, chat::Request& request) {
  Tool tool;
  tool.kind = ToolKind::kWebSearch;
  tool.dialect = kDialect;
  for (const auto& [key, value] : search.members()) {
    const auto name = camel(key);
    if (name != "excludeDomains") {
      tool.extras.push_back(extra(name, value));
      continue;
    }
    json::Writer out;
    out.begin_object().member("blocked_domains", value).end_object();
    tool.settings = request.keep(out.take());
  }
  request.tools.push_back(std::move(tool));
}

void read_tool(const json::Value& tool, const Where& where, chat::Request& request) {
  expect_object(tool, where);
  for (const auto& [key, value] : tool.members()) {
    const auto name = camel(key);
    if (value.is_null()) continue;
    if (name == "functionDeclarations") {
      const Where at_list(where, key);
      std::size_t index = 0;
      for (const auto& declaration : value.items()) {
        read_function(declaration, {at_list, index++}, request);
      }
    } else if (name == "googleSearch") {
      read_search(value, request);
    } else {
      Tool other;
      const bool is_search = name == "googleSearchRetrieval";
      other.kind = is_search ? ToolKind::kWebSearch : ToolKind::kOpaque;
      other.dialect = kDialect;
      json::Writer out;
      out.begin_object().member(name, value).end_object();
      other.raw = request.keep(out.take());
      request.tools.push_back(std::move(other));
    }
  }
}

void read_mode(const json::Value& value, chat::Request& request) {
  using Mode = chat::ToolChoice::Mode;
  const auto mode = value.as_string();
  if (mode == "ANY") {
    request.tool_choice.mode = Mode::kRequired;
  } else if (mode == "NONE") {
    request.tool_choice.mode = Mode::kNone;
  } else if (mode != "MODE_UNSPECIFIED") {
    // VALIDATED is AUTO with arguments that are held to their schema.
    request.tool_choice.mode = Mode::kAuto;
    if (mode != "AUTO") {
      request.extras.push_back(extra("toolConfig/functionCallingConfig/mode", value));
    }
  }
}

}  // namespace

void read_tools(const json::Value& tools, chat::Request& request) {
  if (tools.is_object()) return read_tool(tools, "tools", request);
  if (!tools.is_array()) throw wrong_type("tools", "an array", tools);
  std::size_t index = 0;
  for (const auto& tool : tools.items())
    read_tool(tool, "tools[" + std::to_string(index++) + "]", request);
}

void read_tool_config(const json::Value& config, chat::Request& request) {
  expect_object(config, "toolConfig");
  for (const auto& [key, value] : config.members()) {
    const auto name = camel(key);
    if (value.is_null()) continue;
    if (name != "functionCallingConfig") {
      request.extras.push_back(extra("toolConfig/" + name, value));
      continue;
    }
    for (const auto& [inner_key, inner] : value.members()) {
      const auto inner_name = camel(inner_key);
      if (inner_name == "mode") {
        read_mode(inner, request);
      } else if (inner_name == "allowedFunctionNames") {
        for (const auto& allowed : inner.items())
          request.tool_choice.names.push_back(allowed.as_string());
      } else {
        request.extras.push_back(extra("toolConfig/functionCallingConfig/" + inner_name, inner));
      }
    }
  }
}

}  // namespace abv::gemini
