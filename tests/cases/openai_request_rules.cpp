#include <algorithm>
#include <set>

#include "tests/cases/request_rules.hpp"

namespace abv::cases {
namespace {

using Faults = std::vector<std::string>;

void check_range(const Json& request, const char* name, double least, double most, Faults& faults) {
  if (!request[name].is_number()) return;
  const double value = request[name].number();
  if (value < least || value > most) faults.push_back(std::string(name) + ": out of range");
}

void check_sampling(const std::string& model, const Json& request, Faults& faults) {
  check_range(request, "temperature", 0, 2, faults);
  check_range(request, "top_p", 0, 1, faults);
  check_range(request, "top_logprobs", 0, 20, faults);
  if (!is_openai_reasoning(model)) return;
  for (const char* name : {"temperature", "top_p", "presence_penalty", "frequency_penalty",
                           "logprobs", "top_logprobs", "logit_bias", "stop", "max_tokens"}) {
    if (request.has(name) && request[name] != Json(1)) {
      faults.push_back(std::string("Unsupported parameter: '") + name +
                       "' is not supported with this model.");
    }
  }
}

void check_schema_format(const Json& format, Faults& faults) {
  if (!is_tool_name(format["name"].text(), 64)) faults.emplace_back("a schema's name is refused");
  if (format["strict"].flag()) check_strict_schema(format["schema"], "schema", true, faults);
}

// Every tool message answers a call of the assistant message before it, every call is answered.
void check_chat_turns(const Json& messages, Faults& faults) {
  std::set<std::string> open;
  for (const Json& message : messages.list()) {
    if (message["role"].text() == "tool") {
      if (open.erase(message["tool_call_id"].text()) == 0) {
        faults.emplace_back("messages with role 'tool' must answer a preceding tool call");
      }
      continue;
    }
    if (!open.empty()) faults.push_back("tool call " + *open.begin() + " is not answered");
    open.clear();
    for (const Json& call : message["tool_calls"].list()) {
      if (!open.insert(call["id"].text()).second) faults.emplace_back("two calls with one id");
      if (call["id"].text().size() > 40) faults.emplace_back("the id of a call is too long");
      const Json& named = call.has("custom") ? call["custom"] : call["function"];
      if (!is_tool_name(named["name"].text(), 64)) faults.emplace_back("a call's name is refused");
    }
  }
  if (!open.empty()) faults.push_back("tool call " + *open.begin() + " is not answered");
}

// gpt and o models take no fields of other vendors in messages.
void check_own_fields(const std::string& model, const Json& messages, Faults& faults) {
  if (model.compare(0, 4, "gpt-") != 0 && !is_openai_reasoning(model)) return;
  for (const Json& message : messages.list()) {
    if (message.has("reasoning_content")) faults.emplace_back("Unknown: reasoning_content");
    for (const Json& call : message["tool_calls"].list()) {
      if (call.has("extra_content")) faults.emplace_back("Unknown: extra_content");
    }
  }
}

bool is_kind(const std::string& id, const char* prefix) {
  return id.empty() || id.compare(0, std::string_view(prefix).size(), prefix) == 0;
}

void check_item_id(const Json& item, Faults& faults) {
  const std::string type = item["type"].text();
  const std::string& id = item["id"].text();
  const bool fits = type == "function_call"             ? is_kind(id, "fc")
                    : type == "reasoning"               ? is_kind(id, "rs")
                    : type == "custom_tool_call"        ? is_kind(id, "ctc")
                    : type.empty() || type == "message" ? is_kind(id, "msg")
                                                        : true;
  if (!fits) faults.push_back("Invalid id: '" + id + "' of a " + type);
}

bool is_after_reasoning(const Json& item) {
  const std::string type = item["type"].text();
  return item["role"].text() == "assistant" || type == "function_call" ||
         type == "custom_tool_call" || type == "reasoning";
}

void check_items(const Json& input, Faults& faults) {
  std::set<std::string> open;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const Json& item = input[i];
    const std::string type = item["type"].text();
    check_item_id(item, faults);
    const std::string& call_id = item["call_id"].text();
    if (call_id.size() > 64) faults.emplace_back("a call_id is too long");
    if (type == "function_call" || type == "custom_tool_call") open.insert(call_id);
    if ((type == "function_call_output" || type == "custom_tool_call_output") &&
        open.erase(call_id) == 0) {
      faults.push_back("No tool call found for function call output with call_id " + call_id);
    }
    if (type == "reasoning" && !is_after_reasoning(input[i + 1])) {
      faults.emplace_back("an item of type 'reasoning' without its required following item");
    }
  }
  if (!open.empty()) faults.push_back("No tool output found for function call " + *open.begin());
}

}  // namespace

bool is_openai_reasoning(const std::string& model) {
  return model.compare(0, 5, "gpt-5") == 0 ||
         (model.size() > 1 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9');
}

bool is_tool_name(const std::string& name, std::size_t longest) {
  return !name.empty() && name.size() <= longest &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

void check_strict_schema(const Json& schema, const std::string& place, bool needs_all,
                         std::vector<std::string>& faults) {
  for (const Json& one : schema["anyOf"].list())
    check_strict_schema(one, place + ".anyOf", needs_all, faults);
  if (schema.has("items"))
    check_strict_schema(schema["items"], place + ".items", needs_all, faults);
  for (const auto& [name, property] : schema["properties"].members()) {
    check_strict_schema(property, place + "." + name, needs_all, faults);
    const Json::List& required = schema["required"].list();
    if (needs_all && std::find(required.begin(), required.end(), Json(name)) == required.end()) {
      faults.push_back(place + ": 'required' must hold every property, " + name + " is missing");
    }
  }
  if (schema["type"].text() == "object" && schema["additionalProperties"] != Json(false)) {
    faults.push_back(place + ": 'additionalProperties' must be false");
  }
}

void check_chat_rules(const std::string& model, const Json& request, Faults& faults) {
  if (request["messages"].size() == 0) faults.emplace_back("messages: empty");
  if (request.has("stream_options") && !request["stream"].flag()) {
    faults.emplace_back("stream_options without stream");
  }
  check_sampling(model, request, faults);
  check_chat_turns(request["messages"], faults);
  check_own_fields(model, request["messages"], faults);
  if (request["stop"].size() > 4) faults.emplace_back("stop: more than 4");
  if (request.has("top_logprobs") && !request["logprobs"].flag()) {
    faults.emplace_back("top_logprobs without logprobs");
  }
  if (request.has("reasoning_effort") && model.compare(0, 6, "gpt-4.") == 0) {
    faults.emplace_back("Unrecognized request argument supplied: reasoning_effort");
  }
  const bool has_tools = request["tools"].size() > 0;
  if (request.has("tools") && !has_tools) faults.emplace_back("tools: empty array");
  if ((request.has("tool_choice") || request.has("parallel_tool_calls")) && !has_tools) {
    faults.emplace_back("'tool_choice' is only allowed when 'tools' are specified");
  }
  for (const Json& tool : request["tools"].list()) {
    const Json& function = tool[tool["type"].text()];
    if (!is_tool_name(function["name"].text(), 64)) faults.emplace_back("a tool's name is refused");
    if (function["strict"].flag()) {
      check_strict_schema(function["parameters"], function["name"].text(), true, faults);
    }
  }
  const Json& format = request["response_format"];
  if (format.has("json_schema")) check_schema_format(format["json_schema"], faults);
}

void check_responses_rules(const std::string& model, const Json& request, Faults& faults) {
  check_sampling(model, request, faults);
  check_items(request["input"], faults);
  if (request.has("max_output_tokens") && request["max_output_tokens"].number() < 16) {
    faults.emplace_back("max_output_tokens: the least is 16");
  }
  const bool thinks = is_openai_reasoning(model);
  for (const Json& wanted : request["include"].list()) {
    if (wanted.text() == "reasoning.encrypted_content" && !thinks) {
      faults.emplace_back("Encrypted content is not supported with this model.");
    }
  }
  if (request["reasoning"].size() > 0 && !thinks) {
    faults.emplace_back("Unsupported parameter: 'reasoning' is not supported with this model.");
  }
  for (const Json& tool : request["tools"].list()) {
    if (tool["type"].text() != "function") continue;
    if (!is_tool_name(tool["name"].text(), 64)) faults.emplace_back("a tool's name is refused");
    if (tool["strict"].flag()) {
      check_strict_schema(tool["parameters"], tool["name"].text(), true, faults);
    }
  }
  const Json& format = request["text"]["format"];
  if (format["type"].text() == "json_schema") check_schema_format(format, faults);
}

std::vector<std::string> request_faults(const Vendor& vendor, const std::string& model,
                                        const Json& request, const Shapes& shapes) {
  Faults faults = shapes.faults("Request", request);
  if (vendor.name == "openai-chat") check_chat_rules(model, request, faults);
  if (vendor.name == "openai-responses") check_responses_rules(model, request, faults);
  if (vendor.name == "claude-messages") check_claude_rules(model, request, faults);
  if (vendor.name == "gemini") {
    check_gemini_rules(model, request, faults);
    check_gemini_schemas(request, shapes, faults);
  }
  return faults;
}

}  // namespace abv::cases
