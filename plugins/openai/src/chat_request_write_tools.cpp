#include <algorithm>
#include <string>

#include "chat_request_parts.hpp"
#include "chat_request_writer.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

using chat::Tool;
using chat::ToolKind;
using Mode = chat::ToolChoice::Mode;

constexpr std::size_t kMostTools = 128;  // OpenAI's limit

std::string_view word_of(Mode mode) {
  switch (mode) {
    case Mode::kNone:
      return "none";
    case Mode::kRequired:
      return "required";
    default:
      return "auto";
  }
}

// A tool that takes free text, told to a model that knows functions only.
std::string description_of_custom(const Tool& tool) {
  std::string text = chat::plain(tool.description);
  json::Document format;
  if (!format.parse(tool.format) || format.root()["type"].as_string() != "grammar") return text;
  if (!text.empty()) text.append("\n\n");
  return text.append("The input must match this ")
      .append(format.root()["syntax"].as_string())
      .append(" grammar:\n")
      .append(format.root()["definition"].as_string());
}

}  // namespace

void ChatRequestWriter::write_tools() {
  const Place at_tools(root_, "tools");
  std::vector<const Tool*> tools;
  for (std::size_t i = 0; i < request_.tools.size(); ++i) {
    const Place place(at_tools, i);
    if (can_write_tool(request_.tools[i], place)) tools.push_back(&request_.tools[i]);
  }
  if (traits_.is_openai && tools.size() > kMostTools) {
    losses_.approximated("/tools", "they go all, though OpenAI takes 128 at most");
  }
  if (!tools.empty()) {
    json_.key("tools").begin_array();
    for (const Tool* tool : tools)
      write_tool(*tool);
    json_.end_array();
  }
  write_tool_choice(tools.size());
}

// Reports what is lost of it; false when it does not stand among the tools.
bool ChatRequestWriter::can_write_tool(const Tool& tool, const Place& place) {
  if (is_hidden(tool)) return false;
  if (tool.kind == ToolKind::kWebSearch) {
    write_web_search(tool, place);
    return false;
  }
  if (tool.kind == ToolKind::kOpaque) {
    if (tool.dialect == kChatDialect) return true;
    losses_.dropped(place.pointer(), "only " + tool.dialect + " knows it");
    return false;
  }
  if (tool.kind == ToolKind::kCustom && !traits_.is_openai) {
    losses_.approximated(place.pointer(), "a custom tool goes as a function with one text");
  }
  if (!tool.cache.empty() && !traits_.is_claude) {
    drop(place, "cache", "the upstream caches by itself");
  }
  report_extras(tool.extras, place);
  return true;
}

// Servers other than OpenAI know no list of allowed tools; what is not on it is not told to them.
bool ChatRequestWriter::is_hidden(const Tool& tool) const {
  const auto& names = request_.tool_choice.names;
  const bool is_single = request_.tool_choice.mode == Mode::kRequired && names.size() == 1;
  if (traits_.is_openai || names.empty() || is_single) return false;
  const bool has_name = tool.kind == ToolKind::kFunction || tool.kind == ToolKind::kCustom;
  return has_name && std::find(names.begin(), names.end(), tool.name) == names.end();
}

void ChatRequestWriter::write_tool(const Tool& tool) {
  if (tool.kind == ToolKind::kOpaque) {
    json_.raw(tool.raw);
    return;
  }
  const bool is_custom = tool.kind == ToolKind::kCustom;
  json_.begin_object();
  if (is_custom && traits_.is_openai) {
    write_custom_tool(tool);
  } else {
    json_.member("type", "function").key("function").begin_object().member("name", tool.name);
    if (is_custom) {
      const auto description = description_of_custom(tool);
      if (!description.empty()) json_.member("description", description);
      json_.key("parameters")
          .raw(
              R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
    } else {
      if (!tool.description.empty()) json_.key("description").raw(tool.description);
      if (!tool.parameters.empty()) json_.key("parameters").raw(tool.parameters);
      if (tool.strict) json_.member("strict", *tool.strict);
      put_extras(tool.extras, "function.");
    }
    json_.end_object();
  }
  write_cache(tool.cache);
  put_extras(tool.extras, "", {"function.", "custom."});
  json_.end_object();
}

void ChatRequestWriter::write_custom_tool(const Tool& tool) {
  json_.member("type", "custom").key("custom").begin_object().member("name", tool.name);
  if (!tool.description.empty()) json_.key("description").raw(tool.description);
  json::Document format;
  if (format.parse(tool.format)) {
    json_.key("format");
    if (format.root()["type"].as_string() == "grammar") {
      json_.begin_object().member("type", "grammar").key("grammar").begin_object();
      for (const auto& [key, value] : format.root().members()) {
        if (key != "type") json_.member(key, value);
      }
      json_.end_object().end_object();
    } else {
      json_.raw(tool.format);
    }
  }
  put_extras(tool.extras, "custom.");
  json_.end_object();
}

void ChatRequestWriter::write_tool_choice(std::size_t tool_count) {
  const chat::ToolChoice& choice = request_.tool_choice;
  if (tool_count == 0) {
    // OpenAI refuses a choice of nothing.
    if (choice.mode == Mode::kRequired) {
      losses_.dropped("/tool_choice", "there is no tool to choose");
    }
    return;
  }
  if (choice.parallel) {
    if (traits_.is_o_series) {
      drop(root_, "tool_choice/parallel", "OpenAI's o-series does not take it");
    } else {
      json_.member("parallel_tool_calls", *choice.parallel);
    }
  }
  if (write_own_choice() || choice.mode == Mode::kUnset) return;
  if (choice.names.empty()) {
    json_.member("tool_choice", word_of(choice.mode));
  } else if (choice.mode == Mode::kRequired && choice.names.size() == 1) {
    json_.key("tool_choice");
    write_named(choice.names.front());
  } else if (traits_.is_openai) {
    write_allowed(choice.names, word_of(choice.mode));
  } else {
    losses_.approximated("/tool_choice/names", "the other tools are left out instead");
    json_.member("tool_choice", word_of(choice.mode));
  }
}

// What the client said in words that have no canonical form. False when there is none that this
// model takes.
bool ChatRequestWriter::write_own_choice() {
  for (const chat::Extra& extra : request_.extras) {
    if (extra.dialect != kChatDialect || extra.key != "tool_choice") continue;
    if (extra.value == R"("validated")" && !traits_.is_gemini) {
      losses_.approximated("/tool_choice", "only Gemini knows \"validated\"");
      return false;
    }
    json_.key("tool_choice").raw(extra.value);
    return true;
  }
  return false;
}

void ChatRequestWriter::write_allowed(const std::vector<std::string>& names,
                                      std::string_view mode) {
  json_.key("tool_choice").begin_object().member("type", "allowed_tools");
  json_.key("allowed_tools").begin_object().member("mode", mode).key("tools").begin_array();
  for (const auto& name : names)
    write_named(name);
  json_.end_array().end_object().end_object();
}

void ChatRequestWriter::write_named(const std::string& name) {
  const auto* const kind = is_custom_tool(name) && traits_.is_openai ? "custom" : "function";
  json_.begin_object().member("type", kind).key(kind).begin_object();
  json_.member("name", name).end_object().end_object();
}

bool ChatRequestWriter::is_custom_tool(std::string_view name) const {
  return std::any_of(request_.tools.begin(), request_.tools.end(), [&](const Tool& tool) {
    return tool.kind == ToolKind::kCustom && tool.name == name;
  });
}

void ChatRequestWriter::write_web_search(const Tool& tool, const Place& place) {
  if (!traits_.can_search) {
    return losses_.dropped(place.pointer(), "in chat, only OpenAI's search models search the web");
  }
  if (!tool.cache.empty()) drop(place, "cache", "the upstream caches by itself");
  json::Document settings;
  settings.parse(tool.settings);
  json_.key("web_search_options").begin_object();
  const Place at_settings(place, "settings");
  for (const auto& [key, value] : settings.root().members()) {
    if (key == "context_size") {
      json_.member("search_context_size", value);
    } else if (key == "user_location" && value.is_object()) {
      json_.key("user_location").begin_object().member("type", "approximate");
      json_.key("approximate").begin_object();
      for (const auto& [name, word] : value.members()) {
        if (name != "type") json_.member(name, word);
      }
      json_.end_object().end_object();
    } else {
      drop(at_settings, key, "chat's search has no such setting");
    }
  }
  put_extras(tool.extras, "");
  json_.end_object();
  report_extras(tool.extras, place);
}

}  // namespace abv::openai
