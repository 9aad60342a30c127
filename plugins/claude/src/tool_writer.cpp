#include "tool_writer.hpp"

#include <optional>
#include <string>

#include "content_writer.hpp"
#include "tool_schema.hpp"
#include "words.hpp"

namespace abv::claude {

namespace {

using chat::Tool;
using chat::ToolKind;
using Mode = chat::ToolChoice::Mode;

// The API refuses a request with more strict tools.
constexpr int kMostStrictTools = 20;

constexpr std::string_view kFreeTextSchema =
    R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})";

class ToolWriter {
 public:
  ToolWriter(const ModelTraits& traits, json::Writer& out, CacheMarks& marks, sdk::LossSink& losses)
      : traits_(traits), out_(out), marks_(marks), losses_(losses) {}

  void write(const Tool& tool, const std::string& path) {
    switch (tool.kind) {
      case ToolKind::kFunction:
        return write_function(tool, path);
      case ToolKind::kCustom:
        return write_custom(tool, path);
      case ToolKind::kWebSearch:
        return write_web_search(tool, path);
      case ToolKind::kOpaque:
        return write_opaque(tool, path);
    }
  }

 private:
  void write_function(const Tool& tool, const std::string& path) {
    const bool is_strict = may_be_strict(tool, path);
    out_.begin_object().member("name", tool.name);
    if (!chat::is_blank(tool.description)) out_.key("description").raw(tool.description);
    out_.key("input_schema");
    write_schema(tool.parameters, is_strict, path + "/parameters");
    if (is_strict) out_.member("strict", true);
    write_rest(tool, path);
    out_.end_object();
  }

  bool may_be_strict(const Tool& tool, const std::string& path) {
    if (!tool.strict.value_or(false)) return false;
    if (traits_.takes_format && ++strict_tools_ <= kMostStrictTools) return true;
    losses_.dropped(path + "/strict", traits_.takes_format ? "the API takes 20 strict tools"
                                                           : "the model knows no strict tools");
    return false;
  }

  void write_schema(chat::Json parameters, bool is_strict, const std::string& path) {
    const auto flat = input_schema(parameters);
    const std::string_view schema = flat ? std::string_view(flat->text) : parameters;
    const auto closed = is_strict ? closed_schema(schema) : std::nullopt;
    out_.raw(closed ? std::string_view(closed->text) : schema);
    if (flat && flat->means_less) {
      losses_.approximated(path, "the API wants one object at the top of a schema");
    }
    if (closed) losses_.approximated(path, "objects of strict tools have no further properties");
  }

  void write_custom(const Tool& tool, const std::string& path) {
    std::string description = chat::plain(tool.description);
    if (!tool.format.empty()) {
      if (!description.empty()) description += "\n\n";
      description.append("The input is free text in this format: ").append(tool.format);
    }
    out_.begin_object().member("name", tool.name);
    if (!description.empty()) out_.member("description", description);
    out_.key("input_schema").raw(kFreeTextSchema);
    write_rest(tool, path);
    out_.end_object();
    losses_.approximated(path, "a tool for free text becomes one with a text as its input");
  }

  void write_web_search(const Tool& tool, const std::string& path) {
    std::string_view type;
    for (const chat::Extra& extra : tool.extras) {
      if (extra.dialect == kDialect && extra.key == "type") type = extra.value;
    }
    out_.begin_object();
    // Written by write_rest when it is the client's own word.
    if (type.empty()) out_.member("type", kWebSearchType);
    out_.member("name", "web_search");
    write_search_settings(tool, path + "/settings");
    write_rest(tool, path);
    out_.end_object();
  }

  void write_search_settings(const Tool& tool, const std::string& path) {
    json::Document document;
    if (tool.settings.empty() || !document.parse(tool.settings)) return;
    const auto settings = document.root();
    const bool has_allowed = settings["allowed_domains"].size() > 0;
    for (const auto& [key, value] : settings.members()) {
      if (key == "context_size") {
        losses_.dropped(path + "/context_size", "the search takes no size");
      } else if (key == "blocked_domains" && has_allowed && value.size() > 0) {
        losses_.dropped(path + "/blocked_domains", "domains are allowed or blocked, never both");
      } else if (key == "user_location" && !value["type"].exists()) {
        out_.key(key).begin_object().member("type", "approximate");
        for (const auto& [name, field] : value.members())
          out_.member(name, field);
        out_.end_object();
      } else if (!value.is_array() || value.size() > 0) {
        out_.member(key, value);
      }
    }
  }

  void write_opaque(const Tool& tool, const std::string& path) {
    if (tool.dialect != kDialect) return losses_.dropped(path, "only another dialect knows it");
    if (tool.raw.find("\"cache_control\"") != std::string_view::npos) marks_.add_fixed();
    out_.raw(tool.raw);
  }

  void write_rest(const Tool& tool, const std::string& path) {
    if (!tool.cache.empty()) marks_.write(tool.cache, path + "/cache", out_);
    write_extras(tool.extras, path, out_, marks_, losses_);
  }

  const ModelTraits& traits_;
  json::Writer& out_;
  CacheMarks& marks_;
  sdk::LossSink& losses_;
  int strict_tools_ = 0;
};

bool has_tools(const chat::Request& request) {
  for (const Tool& tool : request.tools) {
    if (tool.kind != ToolKind::kOpaque || tool.dialect == kDialect) return true;
  }
  return false;
}

// The word of the API for a choice; `names` are reported where it has no place for them.
std::string_view choice_word(const chat::ToolChoice& choice, sdk::LossSink& losses) {
  const bool is_required = choice.mode == Mode::kRequired;
  if (is_required && choice.names.size() == 1) return "tool";
  if (!choice.names.empty()) {
    losses.approximated("/tool_choice/names", "the choice is of one tool or of all");
  }
  if (is_required) return "any";
  return choice.mode == Mode::kNone ? "none" : "auto";
}

}  // namespace

void write_tools(const chat::Request& request, const ModelTraits& traits, json::Writer& out,
                 CacheMarks& marks, sdk::LossSink& losses) {
  const bool has_any = has_tools(request);
  ToolWriter writer(traits, out, marks, losses);
  if (has_any) out.key("tools").begin_array();
  for (std::size_t i = 0; i < request.tools.size(); ++i)
    writer.write(request.tools[i], "/tools/" + std::to_string(i));
  if (has_any) out.end_array();
}

bool is_tool_forced(const chat::Request& request) {
  return request.tool_choice.mode == Mode::kRequired && has_tools(request);
}

void write_tool_choice(const chat::Request& request, json::Writer& out, sdk::LossSink& losses) {
  const chat::ToolChoice& choice = request.tool_choice;
  const bool is_single = choice.parallel == false && choice.mode != Mode::kNone;
  if (choice.mode == Mode::kUnset && !is_single) return;
  if (!has_tools(request)) {
    if (choice.mode == Mode::kRequired) losses.dropped("/tool_choice", "there are no tools");
    return;
  }
  const auto word = choice_word(choice, losses);
  out.key(kToolChoice).begin_object().member("type", word);
  if (word == "tool") out.member("name", choice.names.front());
  if (is_single) out.member("disable_parallel_tool_use", true);
  for (const chat::Extra& extra : request.extras) {
    if (extra.dialect != kDialect || !is_inside(extra.key, kToolChoice)) continue;
    out.key(std::string_view(extra.key).substr(kToolChoice.size() + 1)).raw(extra.value);
  }
  out.end_object();
}

}  // namespace abv::claude
