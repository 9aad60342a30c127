#include "chat_request_tools.hpp"

#include <string>
#include <utility>

#include "chat_request_parts.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Tool;
using chat::ToolChoice;
using chat::ToolKind;

// What function and custom tools have in common.
void read_names(const json::Value& definition, const Place& place, Tool& tool) {
  if (!definition["name"].is_string()) {
    refuse(Place(place, "name"), "a string", definition["name"]);
  }
  tool.name = definition["name"].as_string();
  tool.description = read_string(definition["description"], Place(place, "description"));
}

Tool read_function(const json::Value& definition, const Place& place, std::string_view prefix) {
  Tool tool;
  read_names(definition, place, tool);
  tool.parameters = read_object(definition["parameters"], Place(place, "parameters"));
  tool.strict = read_flag(definition["strict"], Place(place, "strict"));
  keep_rest(definition, {"type", "name", "description", "parameters", "strict", "cache_control"},
            kChatDialect, prefix, tool.extras);
  return tool;
}

// The wire has an object of its own around what describes a grammar.
chat::Json read_format(chat::Request& request, const json::Value& format, const Place& place) {
  if (!is_given(format)) return {};
  if (!format.is_object()) refuse(place, "an object", format);
  const auto grammar = format["grammar"];
  if (!grammar.is_object()) return format.raw();
  json::Writer out;
  out.begin_object().member("type", "grammar");
  for (const auto& [key, value] : grammar.members())
    out.member(key, value);
  return request.keep(out.end_object().take());
}

Tool read_custom(chat::Request& request, const json::Value& definition, const Place& place) {
  Tool tool;
  tool.kind = ToolKind::kCustom;
  read_names(definition, place, tool);
  tool.format = read_format(request, definition["format"], Place(place, "format"));
  keep_rest(definition, {"name", "description", "format"}, kChatDialect, "custom.", tool.extras);
  return tool;
}

Tool read_tool(chat::Request& request, const json::Value& value, const Place& place) {
  if (!value.is_object()) refuse(place, "an object", value);
  const auto type = read_word(value["type"], Place(place, "type"));
  Tool tool;
  if (type == "custom" && value["custom"].is_object()) {
    tool = read_custom(request, value["custom"], Place(place, "custom"));
    keep_rest(value, {"type", "custom", "cache_control"}, kChatDialect, "", tool.extras);
  } else if (type == "function" || value["function"].is_object()) {
    // There are clients that send the flat form of the Responses API.
    const bool is_flat = !value["function"].exists() && value["name"].is_string();
    const Place at_function(place, "function");
    if (!is_flat && !value["function"].is_object()) {
      refuse(at_function, "an object", value["function"]);
    }
    tool = is_flat ? read_function(value, place, "function.")
                   : read_function(value["function"], at_function, "function.");
    if (!is_flat) {
      keep_rest(value, {"type", "function", "cache_control"}, kChatDialect, "", tool.extras);
    }
  } else {
    tool.kind = ToolKind::kOpaque;
    tool.name = value["name"].as_string();
    tool.dialect = kChatDialect;
    tool.raw = value.raw();
    return tool;
  }
  tool.cache = read_cache_mark(request, value["cache_control"]);
  return tool;
}

// The name in {"type":"function","function":{"name"}}, its custom twin, or the flat form.
std::string named_tool(const json::Value& value) {
  for (const auto* inner : {"function", "custom"}) {
    if (value[inner]["name"].is_string()) return value[inner]["name"].as_string();
  }
  const auto type = value["type"].as_string();
  const bool is_tool = type.empty() || type == "function" || type == "custom";
  return is_tool ? value["name"].as_string() : std::string();
}

ToolChoice::Mode mode_of(std::string_view word) {
  if (word == "none") return ToolChoice::Mode::kNone;
  if (word == "auto") return ToolChoice::Mode::kAuto;
  if (word == "required" || word == "any") return ToolChoice::Mode::kRequired;
  return ToolChoice::Mode::kUnset;
}

void keep_choice(chat::Request& request, const json::Value& choice) {
  request.extras.push_back({std::string(kChatDialect), "tool_choice", choice.raw()});
}

void read_word_choice(chat::Request& request, const json::Value& choice) {
  const auto word = choice.as_string();
  request.tool_choice.mode = mode_of(word);
  if (request.tool_choice.mode != ToolChoice::Mode::kUnset) return;
  // "validated": the model decides, and its calls are held to the schemas. It comes for Gemini.
  if (word == "validated") request.tool_choice.mode = ToolChoice::Mode::kAuto;
  keep_choice(request, choice);
}

void read_allowed_tools(chat::Request& request, const json::Value& choice, const Place& place) {
  const auto allowed = choice["allowed_tools"];
  if (!allowed.is_object()) refuse(Place(place, "allowed_tools"), "an object", allowed);
  request.tool_choice.mode = mode_of(allowed["mode"].as_string("auto"));
  for (const auto& tool : allowed["tools"].items()) {
    auto name = named_tool(tool);
    // One that is run upstream has no name to choose it by.
    if (name.empty()) {
      request.tool_choice.names.clear();
      return keep_choice(request, choice);
    }
    request.tool_choice.names.push_back(std::move(name));
  }
}

}  // namespace

void read_tools(chat::Request& request, const json::Value& tools, const Place& place) {
  if (!is_given(tools)) return;
  if (!tools.is_array()) refuse(place, "an array", tools);
  request.tools.reserve(request.tools.size() + tools.size());
  std::size_t index = 0;
  for (const auto& tool : tools.items())
    request.tools.push_back(read_tool(request, tool, Place(place, index++)));
}

void read_functions(chat::Request& request, const json::Value& functions, const Place& place) {
  if (!is_given(functions)) return;
  if (!functions.is_array()) refuse(place, "an array", functions);
  std::size_t index = 0;
  for (const auto& function : functions.items()) {
    const Place at_function(place, index++);
    if (!function.is_object()) refuse(at_function, "an object", function);
    request.tools.push_back(read_function(function, at_function, "function."));
  }
}

void read_tool_choice(chat::Request& request, const json::Value& choice, const Place& place) {
  if (!is_given(choice)) return;
  if (choice.is_string()) return read_word_choice(request, choice);
  if (!choice.is_object()) refuse(place, "a string or an object", choice);
  if (choice["type"].as_string() == "allowed_tools") {
    return read_allowed_tools(request, choice, place);
  }
  auto name = named_tool(choice);
  if (name.empty()) return keep_choice(request, choice);
  request.tool_choice.mode = ToolChoice::Mode::kRequired;
  request.tool_choice.names.push_back(std::move(name));
}

void read_web_search(chat::Request& request, const json::Value& options, const Place& place) {
  if (!is_given(options)) return;
  if (!options.is_object()) refuse(place, "an object", options);
  Tool tool;
  tool.kind = ToolKind::kWebSearch;
  tool.name = "web_search";
  json::Writer settings;
  settings.begin_object();
  const auto size = options["search_context_size"];
  if (size.is_string()) settings.member("context_size", size);
  const auto location = options["user_location"];
  if (location.is_object()) {
    settings.key("user_location").begin_object().member("type", "approximate");
    for (const auto& [key, value] : location["approximate"].members()) {
      if (key != "type") settings.member(key, value);
    }
    settings.end_object();
  }
  tool.settings = request.keep(settings.end_object().take());
  keep_rest(options, {"search_context_size", "user_location"}, kChatDialect, "", tool.extras);
  request.tools.push_back(std::move(tool));
}

}  // namespace abv::openai
