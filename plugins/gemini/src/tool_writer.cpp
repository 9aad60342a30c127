#include "tool_writer.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "abv/sdk/json_schema.hpp"
#include "extras_writer.hpp"
#include "names.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;
using chat::Tool;
using chat::ToolKind;
using Mode = chat::ToolChoice::Mode;

namespace {

bool is_function(const Tool& tool) {
  return tool.kind == ToolKind::kFunction || tool.kind == ToolKind::kCustom;
}

class ToolWriter {
 public:
  ToolWriter(const chat::Request& request, const ModelTraits& model, json::Writer& out,
             sdk::LossSink& losses)
      : request_(request), out_(out), losses_(losses) {
    const auto& tools = request.tools;
    has_functions_ = std::any_of(tools.begin(), tools.end(), is_function);
    // Before 3.x, models refuse functions and search in one request.
    drops_search_ = has_functions_ && model.is_before_3();
    mixes_ = has_functions_ && model.is_3_or_later();
  }

  void write() {
    bool has_open = false, has_written_functions = false, has_built_in = false;
    for (std::size_t i = 0; i < request_.tools.size(); ++i) {
      const Tool& tool = request_.tools[i];
      if (is_function(tool) && has_written_functions) continue;
      if (!is_function(tool) && !can_write(tool, place(i))) continue;
      if (!has_open) out_.key("tools").begin_array();
      has_open = true;
      if (is_function(tool)) {
        has_written_functions = true;
        write_functions();
      } else {
        has_built_in = true;
        write_built_in(tool, i);
      }
    }
    if (has_open) out_.end_array();
    write_config(mixes_ && has_built_in);
  }

 private:
  static std::string place(std::size_t index) { return "/tools/" + std::to_string(index); }

  bool can_write(const Tool& tool, const std::string& where) {
    const bool is_search = tool.kind == ToolKind::kWebSearch;
    if (is_search && drops_search_) {
      losses_.dropped(where, "the model takes no web search beside functions");
      return false;
    }
    if (is_search || tool.dialect == kDialect) return true;
    losses_.dropped(where, "only " + tool.dialect + " knows it");
    return false;
  }

  void write_functions() {
    out_.begin_object().key("functionDeclarations").begin_array();
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < request_.tools.size(); ++i) {
      const Tool& tool = request_.tools[i];
      if (!is_function(tool)) continue;
      if (names.insert(tool.name).second) {
        write_function(tool, place(i));
      } else {
        losses_.dropped(place(i), "a function before it has the same name");
      }
    }
    out_.end_array().end_object();
  }

  void write_function(const Tool& tool, const std::string& where) {
    report(tool, where);
    if (tool.strict.value_or(false)) {
      losses_.dropped(where + "/strict", "the upstream has no such promise");
    }
    out_.begin_object().member("name", tool.name);
    if (tool.kind == ToolKind::kCustom) {
      write_custom(tool, where);
    } else {
      if (!tool.description.empty()) out_.key("description").raw(tool.description);
      write_parameters(tool, where);
    }
    for (const auto& extra : tool.extras) {
      if (extra.dialect == kDialect) out_.key(extra.key).raw(extra.value);
    }
    out_.end_object();
  }

  void write_parameters(const Tool& tool, const std::string& where) {
    if (tool.parameters.empty() || tool.parameters == "null") return;
    if (tool.dialect == kDialect) {
      const bool is_as_it_was = !tool.raw.empty() && converted(tool.raw) == tool.parameters;
      out_.key(is_as_it_was ? "parameters" : "parametersJsonSchema");
      out_.raw(is_as_it_was ? tool.raw : tool.parameters);
      return;
    }
    if (!document_.parse(tool.parameters)) return;
    out_.key("parametersJsonSchema");
    sdk::json_schema::convert(document_.root(), sdk::json_schema::kGeminiJsonSchema, out_, losses_,
                              where + "/parameters");
  }

  // `raw` counts only as long as nobody has changed the parameters that were made of it.
  std::string converted(chat::Json raw) {
    if (!document_.parse(raw)) return {};
    json::Writer out;
    sdk::json_schema::from_openapi(document_.root(), out);
    return out.take();
  }

  // Free text becomes the one parameter of a function.
  void write_custom(const Tool& tool, const std::string& where) {
    losses_.approximated(where, "a tool that takes free text became a function");
    std::string description = chat::plain(tool.description);
    if (document_.parse(tool.format) && document_.root()["type"].as_string() == "grammar") {
      const auto format = document_.root();
      description += description.empty() ? "" : "\n\n";
      description += "The input follows this " + format["syntax"].as_string() + " grammar:\n" +
                     format["definition"].as_string();
    }
    if (!description.empty()) out_.member("description", description);
    out_.key("parametersJsonSchema")
        .raw(R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
  }

  void write_built_in(const Tool& tool, std::size_t index) {
    report(tool, place(index));
    if (!tool.raw.empty()) {
      out_.raw(tool.raw);
      return;
    }
    out_.begin_object().key("googleSearch").begin_object();
    const bool has_settings = document_.parse(tool.settings);
    const json::Value settings = has_settings ? document_.root() : json::Value();
    for (const auto& [key, value] : settings.members()) {
      if (key == "blocked_domains" && tool.dialect == kDialect) {
        out_.key("excludeDomains").raw(value.raw());
      } else {
        losses_.dropped(place(index) + "/settings/" + key,
                        "the upstream's search has no such word");
      }
    }
    for (const auto& extra : tool.extras) {
      if (extra.dialect == kDialect) out_.key(extra.key).raw(extra.value);
    }
    out_.end_object().end_object();
  }

  void report(const Tool& tool, const std::string& where) {
    chat::report_foreign(tool.extras, kDialect, where, losses_);
    if (!tool.cache.empty()) losses_.dropped(where + "/cache", "the upstream caches by itself");
  }

  void write_config(bool tells_invocations) {
    const chat::ToolChoice& choice = request_.tool_choice;
    if (choice.parallel && !*choice.parallel) {
      losses_.dropped("/tool_choice/parallel", "the upstream decides how many calls it makes");
    }
    const bool has_mode = choice.mode != Mode::kUnset && has_functions_;
    if (choice.mode == Mode::kRequired && !has_functions_) {
      losses_.dropped("/tool_choice/mode", "there is no function to call");
    } else if (!choice.names.empty() && !has_mode) {
      losses_.dropped("/tool_choice/names", "there is no function to call");
    }
    const ExtrasWriter extras(request_.extras, "toolConfig");
    const ExtrasWriter calling(request_.extras, "toolConfig/functionCallingConfig");
    // Models of 3.x refuse functions beside other tools without it.
    tells_invocations = tells_invocations && !extras.has("includeServerSideToolInvocations");
    if (!has_mode && extras.is_empty() && calling.is_empty() && !tells_invocations) return;
    out_.key("toolConfig").begin_object();
    if (has_mode || !calling.is_empty()) write_calling(has_mode, calling);
    if (tells_invocations) out_.member("includeServerSideToolInvocations", true);
    extras.write(out_);
    out_.end_object();
  }

  void write_calling(bool has_mode, const ExtrasWriter& extras) {
    const chat::ToolChoice& choice = request_.tool_choice;
    out_.key("functionCallingConfig").begin_object();
    if (has_mode && !extras.has("mode")) out_.member("mode", mode_word());
    if (has_mode && !choice.names.empty()) {
      out_.key("allowedFunctionNames").begin_array();
      for (const auto& name : choice.names)
        out_.value(name);
      out_.end_array();
    }
    extras.write(out_);
    out_.end_object();
  }

  // AUTO takes no list of names; VALIDATED is the same with one.
  const char* mode_word() const {
    const chat::ToolChoice& choice = request_.tool_choice;
    if (choice.mode == Mode::kNone) return "NONE";
    if (choice.mode == Mode::kRequired) return "ANY";
    return choice.names.empty() ? "AUTO" : "VALIDATED";
  }

  const chat::Request& request_;
  json::Writer& out_;
  sdk::LossSink& losses_;
  json::Document document_;
  bool has_functions_ = false;
  bool drops_search_ = false;
  bool mixes_ = false;  // functions beside built-in tools are allowed
};

}  // namespace

bool has_tools(const chat::Request& request) {
  return std::any_of(request.tools.begin(), request.tools.end(), [](const Tool& tool) {
    return tool.kind != ToolKind::kOpaque || tool.dialect == kDialect;
  });
}

void write_tools(const chat::Request& request, const ModelTraits& model, json::Writer& out,
                 sdk::LossSink& losses) {
  ToolWriter(request, model, out, losses).write();
}

}  // namespace abv::gemini
