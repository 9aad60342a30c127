#include "response_tools.hpp"

#include "responses_trace.hpp"

namespace abv::openai {

namespace json = sdk::json;

DeclaredTools::DeclaredTools(const json::Value& tools) {
  for (const auto& tool : tools.items()) {
    const auto type = tool["type"].as_string();
    const auto name = tool["name"].as_string();
    if (type == "custom") {
      by_name_[name] = {CallKind::kCustom, name, {}};
    } else if (type == kLocalShell) {
      by_name_[std::string(kLocalShell)] = {CallKind::kLocalShell, std::string(kLocalShell), {}};
    } else if (type == "namespace") {
      for (const auto& inner : tool["tools"].items()) {
        const bool is_custom = inner["type"].as_string() == "custom";
        auto inner_name = inner["name"].as_string();
        const auto flat = name + std::string(kNamespaceMark) + inner_name;
        by_name_[flat] = {is_custom ? CallKind::kCustom : CallKind::kFunction,
                          std::move(inner_name), name};
      }
    }
  }
}

DeclaredTool DeclaredTools::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  return {CallKind::kFunction, std::string(name), {}};
}

std::string text_of_arguments(std::string_view arguments) {
  json::Document document;
  const bool is_json = document.parse(arguments);
  const auto input = is_json ? document.root()["input"] : json::Value();
  return input.is_string() ? input.as_string() : std::string(arguments);
}

}  // namespace abv::openai
