#include "prompt.hpp"

#include <algorithm>
#include <string>

namespace echo {
namespace {

namespace json = abv::sdk::json;

void append_line(std::string& out, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty()) out.push_back('\n');
  out.append(text);
}

// The text of a string, or of the `text` members of a list of parts.
std::string text_of(const json::Value& content) {
  if (content.is_string()) return content.as_string();
  std::string text;
  for (const json::Value& part : content.items())
    append_line(text, part["text"].as_string());
  return text;
}

// Takes in one message; `is_user` says that the model is being talked to.
void add_message(Prompt& prompt, bool is_user, const std::string& text, const std::string& result,
                 bool is_result) {
  prompt.text_bytes += text.size() + result.size();
  prompt.ends_with_tool_result = is_result && text.empty();
  prompt.tool_result = result;
  if (is_user && !text.empty()) prompt.text = text;
}

Prompt read_openai(const json::Value& request) {
  Prompt prompt;
  prompt.has_tools = request["tools"].size() > 0;
  for (const json::Value& message : request["messages"].items()) {
    const std::string role = message["role"].as_string();
    const std::string text = text_of(message["content"]);
    const bool is_result = role == "tool";
    add_message(prompt, role == "user", is_result ? "" : text, is_result ? text : "", is_result);
  }
  return prompt;
}

Prompt read_claude(const json::Value& request) {
  Prompt prompt;
  prompt.has_tools = request["tools"].size() > 0;
  prompt.text_bytes = text_of(request["system"]).size();
  for (const json::Value& message : request["messages"].items()) {
    std::string result;
    bool is_result = false;
    for (const json::Value& block : message["content"].items()) {
      if (block["type"].as_string() != "tool_result") continue;
      is_result = true;
      append_line(result, text_of(block["content"]));
    }
    const bool is_user = message["role"].as_string() == "user";
    add_message(prompt, is_user, text_of(message["content"]), result, is_result);
  }
  return prompt;
}

// Gemini's JSON may be spelled in camel case or with underscores.
json::Value either(const json::Value& object, const char* camel, const char* snake) {
  const json::Value value = object[camel];
  return value.exists() ? value : object[snake];
}

Prompt read_gemini(const json::Value& request) {
  Prompt prompt;
  for (const json::Value& tool : request["tools"].items()) {
    const auto functions = either(tool, "functionDeclarations", "function_declarations");
    prompt.has_tools = prompt.has_tools || functions.size() > 0;
  }
  const auto system = either(request, "systemInstruction", "system_instruction");
  prompt.text_bytes = text_of(system["parts"]).size();
  for (const json::Value& content : request["contents"].items()) {
    std::string result;
    for (const json::Value& part : content["parts"].items()) {
      const auto response = either(part, "functionResponse", "function_response");
      append_line(result, response["response"].raw());
    }
    const bool is_user = content["role"].as_string("user") != "model";
    add_message(prompt, is_user, text_of(content["parts"]), result, !result.empty());
  }
  return prompt;
}

}  // namespace

Prompt read_prompt(std::string_view dialect, const json::Value& request) {
  if (dialect == "claude-messages") return read_claude(request);
  if (dialect != "gemini") return read_openai(request);
  const auto inner = either(request, "generateContentRequest", "generate_content_request");
  return read_gemini(inner.exists() ? inner : request);
}

std::int64_t estimate_tokens(std::size_t bytes) {
  return static_cast<std::int64_t>(std::max<std::size_t>(1, (bytes + 3) / 4));
}

}  // namespace echo
