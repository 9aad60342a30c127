#include <algorithm>
#include <set>

#include "tests/cases/request_rules.hpp"

namespace abv::cases {
namespace {

using Faults = std::vector<std::string>;

Json::List blocks_of(const Json& content) {
  if (content.is_list()) return content.list();
  return {Json::Members{{"type", "text"}, {"text", content}}};
}

bool is_type(const Json& block, const char* type) {
  return block["type"].text() == type;
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

void check_text(const Json::List& blocks, Faults& faults) {
  for (const Json& block : blocks) {
    if (!is_type(block, "text")) continue;
    if (block["text"].text().empty()) faults.emplace_back("text content blocks must be non-empty");
    if (is_blank(block["text"].text())) {
      faults.emplace_back("text content blocks must contain non-whitespace text");
    }
  }
}

// Results stand first in the user message right behind their calls, and all of them.
void check_results(const Json::List& blocks, std::set<std::string>& open, Faults& faults) {
  bool is_after_other = false;
  for (const Json& block : blocks) {
    if (!is_type(block, "tool_result")) {
      is_after_other = true;
      continue;
    }
    const std::string id = block["tool_use_id"].text();
    if (open.erase(id) == 0) faults.push_back("unexpected tool_use_id in tool_result: " + id);
    if (is_after_other) faults.emplace_back("tool_result blocks must come first");
  }
  if (!open.empty()) faults.push_back("tool_use without tool_result behind: " + *open.begin());
  open.clear();
}

void check_assistant(const Json::List& blocks, bool thinks, bool is_last_turn,
                     std::set<std::string>& open, Faults& faults) {
  for (const Json& block : blocks) {
    if (is_type(block, "tool_use")) {
      if (!open.insert(block["id"].text()).second) faults.emplace_back("tool_use ids not unique");
      if (!is_tool_name(block["id"].text(), 64)) faults.emplace_back("tool_use.id: bad letters");
      if (!is_tool_name(block["name"].text(), 128)) faults.emplace_back("tool_use.name: bad");
    }
    if (is_type(block, "thinking") && block["signature"].text().empty()) {
      faults.emplace_back("Invalid `signature` in `thinking` block");
    }
  }
  const bool begins_with_thought =
      !blocks.empty() &&
      (is_type(blocks.front(), "thinking") || is_type(blocks.front(), "redacted_thinking"));
  if (thinks && is_last_turn && !open.empty() && !begins_with_thought) {
    faults.emplace_back("Expected `thinking` or `redacted_thinking`, but found another block");
  }
  if (!blocks.empty() && (is_type(blocks.back(), "thinking"))) {
    faults.emplace_back("the final block in an assistant message cannot be `thinking`");
  }
}

void check_messages(const Json& request, Faults& faults) {
  const Json& messages = request["messages"];
  const bool thinks = request["thinking"]["type"].text() == "enabled";
  if (messages.size() == 0) faults.emplace_back("messages: at least one message is required");
  if (messages[0]["role"].text() != "user") faults.emplace_back("the first message must be user's");
  std::set<std::string> open;
  std::size_t last_turn = 0;
  for (std::size_t i = 0; i < messages.size(); ++i)
    if (messages[i]["role"].text() == "assistant") last_turn = i;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Json::List blocks = blocks_of(messages[i]["content"]);
    check_text(blocks, faults);
    check_results(blocks, open, faults);
    if (messages[i]["role"].text() == "assistant") {
      check_assistant(blocks, thinks, i == last_turn, open, faults);
    }
  }
  if (!open.empty()) faults.push_back("tool_use without tool_result behind: " + *open.begin());
  const Json& last = messages[messages.size() - 1];
  if (last["role"].text() == "assistant") {
    const Json::List blocks = blocks_of(last["content"]);
    if (!blocks.empty() &&
        is_blank(blocks.back()["text"].text().substr(
            std::max<std::size_t>(blocks.back()["text"].text().size(), 1) - 1))) {
      faults.emplace_back("final assistant content cannot end with trailing whitespace");
    }
  }
}

void check_thinking(const Json& request, Faults& faults) {
  const Json& thinking = request["thinking"];
  const std::string type = thinking["type"].text();
  if (type.empty() || type == "disabled") return;
  if (type == "enabled") {
    const double budget = thinking["budget_tokens"].number();
    if (budget < 1024) faults.emplace_back("thinking.budget_tokens: at least 1024");
    if (budget >= request["max_tokens"].number()) {
      faults.emplace_back("`max_tokens` must be greater than `thinking.budget_tokens`");
    }
  }
  if (request.has("temperature") && request["temperature"] != Json(1)) {
    faults.emplace_back("`temperature` may only be set to 1 when thinking is enabled");
  }
  if (request.has("top_k")) faults.emplace_back("`top_k` must be unset when thinking is enabled");
  const std::string choice = request["tool_choice"]["type"].text();
  if (choice == "any" || choice == "tool") {
    faults.emplace_back("Thinking may not be enabled when tool_choice forces tool use.");
  }
}

// Keywords that structured outputs refuse.
void check_output_schema(const Json& schema, Faults& faults) {
  for (const char* refused : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
                              "multipleOf", "minLength", "maxLength", "maxItems"}) {
    if (schema.has(refused)) {
      faults.push_back(std::string("output_config.format.schema: '") + refused +
                       "' is not supported");
    }
  }
  for (const auto& [name, property] : schema["properties"].members())
    check_output_schema(property, faults);
  if (schema.has("items")) check_output_schema(schema["items"], faults);
}

void check_tools(const Json& request, Faults& faults) {
  std::set<std::string> names;
  for (const Json& tool : request["tools"].list()) {
    if (!is_tool_name(tool["name"].text(), 128)) faults.emplace_back("a tool's name is refused");
    if (!names.insert(tool["name"].text()).second) faults.emplace_back("tools: names not unique");
    for (const char* refused : {"oneOf", "allOf", "anyOf"}) {
      if (tool["input_schema"].has(refused)) {
        faults.push_back(std::string("input_schema does not support ") + refused +
                         " at the top level");
      }
    }
  }
  if (request.has("tool_choice") && names.empty()) {
    faults.emplace_back("tool_choice: `tool_choice` may only be specified while providing `tools`");
  }
}

int cache_marks(const Json& value) {
  int count = value["cache_control"].is_object() ? 1 : 0;
  for (const Json& item : value.list())
    count += cache_marks(item);
  for (const auto& [name, member] : value.members())
    count += name == "cache_control" || name == "input_schema" ? 0 : cache_marks(member);
  return count;
}

}  // namespace

void check_claude_rules(const std::string& model, const Json& request, Faults& faults) {
  if (request["max_tokens"].number() < 1) faults.emplace_back("max_tokens: at least 1");
  check_messages(request, faults);
  check_thinking(request, faults);
  check_tools(request, faults);
  if (request["temperature"].number() > 1) faults.emplace_back("temperature: range 0..1");
  const bool is_old = model.compare(0, 9, "claude-3-") == 0;  // later ones take one of both
  if (!is_old && request.has("temperature") && request.has("top_p")) {
    faults.emplace_back("`temperature` and `top_p` cannot both be specified for this model");
  }
  for (const Json& stop : request["stop_sequences"].list()) {
    if (is_blank(stop.text())) {
      faults.emplace_back("stop_sequences: each stop sequence must contain non-whitespace");
    }
  }
  if (request["system"].is_list()) check_text(request["system"].list(), faults);
  if (request.has("system") && request["system"].text().empty() && request["system"].size() == 0) {
    faults.emplace_back("system: text content blocks must be non-empty");
  }
  if (cache_marks(request) > 4) {
    faults.emplace_back("A maximum of 4 blocks with cache_control may be provided.");
  }
  const Json& format = request["output_config"]["format"];
  if (format.is_object()) {
    check_strict_schema(format["schema"], "output_config.format.schema", false, faults);
    check_output_schema(format["schema"], faults);
  }
}

}  // namespace abv::cases
