#include <algorithm>
#include <cstddef>
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

bool is_local_shell(const Tool& tool) {
  return tool.kind == ToolKind::kFunction && tool.name == kLocalShell &&
         tool.parameters == kLocalShellParameters;
}

bool can_write(const Tool& tool, const std::string& path, sdk::LossSink& losses) {
  if (tool.kind == ToolKind::kOpaque && tool.dialect != kResponsesDialect) {
    losses.dropped(path, "only " + tool.dialect + " knows it");
    return false;
  }
  if (!tool.cache.empty()) losses.dropped(path + "/cache", "OpenAI caches by itself");
  if (!tool.extras.empty()) chat::report_foreign(tool.extras, kResponsesDialect, path, losses);
  return true;
}

void write_function(const Tool& tool, std::string_view name, json::Writer& out) {
  out.begin_object().member("type", "function").member("name", name);
  if (!tool.description.empty()) out.key("description").raw(tool.description);
  out.key("parameters");
  out.raw(tool.parameters.empty() ? R"({"type":"object","properties":{}})" : tool.parameters);
  // Unsaid means strict to this API, and not strict to all others.
  const bool is_unsaid_here = tool.dialect == kResponsesDialect && !tool.strict;
  if (!is_unsaid_here) out.member("strict", tool.strict.value_or(false));
  write_own_extras(out, tool.extras, {"namespace"});
  out.end_object();
}

void write_custom(const Tool& tool, std::string_view name, json::Writer& out) {
  out.begin_object().member("type", "custom").member("name", name);
  if (!tool.description.empty()) out.key("description").raw(tool.description);
  if (!tool.format.empty()) out.key("format").raw(tool.format);
  write_own_extras(out, tool.extras, {"namespace"});
  out.end_object();
}

void write_filters(const Tool& tool, const json::Value& settings, json::Writer& out) {
  constexpr std::string_view kFilters = "filters.";
  const auto is_filter = [&](const chat::Extra& extra) {
    return extra.dialect == kResponsesDialect && extra.key.starts_with(kFilters);
  };
  const auto domains = settings["allowed_domains"];
  const bool has_more = std::any_of(tool.extras.begin(), tool.extras.end(), is_filter);
  if (!domains.exists() && !has_more) return;
  out.key("filters").begin_object();
  if (domains.exists()) out.member("allowed_domains", domains);
  for (const chat::Extra& extra : tool.extras) {
    if (is_filter(extra)) out.key(extra.key.substr(kFilters.size())).raw(extra.value);
  }
  out.end_object();
}

void write_web_search(const Tool& tool, const std::string& path, json::Writer& out,
                      sdk::LossSink& losses) {
  json::Document document;
  const bool has_settings = !tool.settings.empty() && document.parse(tool.settings);
  const json::Value settings = has_settings ? document.root() : json::Value();
  out.begin_object();
  out.member("type", tool.dialect == kResponsesDialect ? tool.name : std::string("web_search"));
  write_filters(tool, settings, out);
  if (settings["user_location"].exists()) out.member("user_location", settings["user_location"]);
  if (settings["context_size"].exists()) {
    out.member("search_context_size", settings["context_size"]);
  }
  for (const chat::Extra& extra : tool.extras) {
    if (extra.dialect != kResponsesDialect || extra.key.starts_with("filters.")) continue;
    out.key(extra.key).raw(extra.value);
  }
  out.end_object();
  for (const char* key : {"blocked_domains", "max_uses"}) {
    if (!settings[key].exists()) continue;
    losses.dropped(path + "/settings/" + key, "OpenAI's web search has no such setting");
  }
}

void write_tool(const Tool& tool, std::string_view name, const std::string& path, json::Writer& out,
                sdk::LossSink& losses) {
  switch (tool.kind) {
    case ToolKind::kFunction:
      if (!is_local_shell(tool)) return write_function(tool, name, out);
      out.begin_object().member("type", kLocalShell);
      write_own_extras(out, tool.extras);
      out.end_object();
      return;
    case ToolKind::kCustom:
      return write_custom(tool, name, out);
    case ToolKind::kWebSearch:
      return write_web_search(tool, path, out, losses);
    default:
      out.raw(tool.raw);
  }
}

// Writes the tools of one namespace together again.
class Namespace {
 public:
  explicit Namespace(json::Writer& out) : out_(out) {}

  // Opens one if `tool` begins it, closes the one that `tool` is not of. The name that the tool has
  // where it stands now.
  std::string_view place(const Tool& tool) {
    const auto fields = own_extra(tool.extras, "namespace");
    const bool is_of_it = is_open_ && left_ > 0 && fields.empty() &&
                          tool.name.starts_with(prefix_) && tool.kind != ToolKind::kOpaque;
    if (!is_of_it) {
      close();
      if (!fields.empty()) open(fields);
    }
    if (!is_open_) return tool.name;
    --left_;
    std::string_view name = tool.name;
    if (name.starts_with(prefix_)) name.remove_prefix(prefix_.size());
    return name;
  }

  void close() {
    if (is_open_) out_.end_array().end_object();
    is_open_ = false;
  }

 private:
  void open(chat::Json fields) {
    json::Document document;
    if (!document.parse(fields)) return;
    is_open_ = true;
    prefix_ = document.root()["name"].as_string() + std::string(kNamespaceMark);
    left_ = document.root()["tools"].as_int();
    out_.begin_object();
    for (const auto& [key, value] : document.root().members()) {
      if (key != "tools") out_.member(key, value);
    }
    out_.key("tools").begin_array();
  }

  json::Writer& out_;
  bool is_open_ = false;
  std::string prefix_;
  std::int64_t left_ = 0;
};

const Tool* find_tool(const chat::Request& request, std::string_view name) {
  const auto same = [&](const Tool& tool) { return tool.name == name; };
  const auto found = std::find_if(request.tools.begin(), request.tools.end(), same);
  return found == request.tools.end() ? nullptr : &*found;
}

void write_named(const chat::Request& request, const std::string& name, json::Writer& out) {
  const Tool* tool = find_tool(request, name);
  const auto kind = tool == nullptr ? ToolKind::kFunction : tool->kind;
  out.begin_object();
  if (kind == ToolKind::kWebSearch) {
    out.member("type", tool->dialect == kResponsesDialect ? name : std::string("web_search"));
  } else if (tool != nullptr && is_local_shell(*tool)) {
    out.member("type", kLocalShell);
  } else {
    out.member("type", kind == ToolKind::kCustom ? "custom" : "function").member("name", name);
  }
  out.end_object();
}

}  // namespace

bool write_response_tools(const chat::Request& request, json::Writer& out, sdk::LossSink& losses) {
  Namespace space(out);
  bool is_open = false;
  for (std::size_t i = 0; i < request.tools.size(); ++i) {
    const Tool& tool = request.tools[i];
    const auto path = "/tools/" + std::to_string(i);
    if (!can_write(tool, path, losses)) continue;
    if (!std::exchange(is_open, true)) out.key("tools").begin_array();
    const auto name = space.place(tool);
    write_tool(tool, name, path, out, losses);
  }
  space.close();
  if (is_open) out.end_array();
  return is_open;
}

void write_response_tool_choice(const chat::Request& request, json::Writer& out) {
  const auto own = own_extra(request.extras, "tool_choice");
  const ToolChoice& choice = request.tool_choice;
  if (!own.empty()) {
    out.key("tool_choice").raw(own);
    return;
  }
  if (choice.mode == ToolChoice::Mode::kUnset) return;
  const bool is_required = choice.mode == ToolChoice::Mode::kRequired;
  const bool is_none = choice.mode == ToolChoice::Mode::kNone;
  out.key("tool_choice");
  if (choice.names.empty() || is_none) {
    out.value(is_none ? "none" : is_required ? "required" : "auto");
  } else if (is_required && choice.names.size() == 1) {
    write_named(request, choice.names.front(), out);
  } else {
    out.begin_object().member("type", "allowed_tools");
    out.member("mode", is_required ? "required" : "auto").key("tools").begin_array();
    for (const auto& name : choice.names)
      write_named(request, name, out);
    out.end_array().end_object();
  }
}

}  // namespace abv::openai
