#include <algorithm>
#include <array>

#include "tests/cases/request_rules.hpp"

namespace abv::cases {
namespace {

using Faults = std::vector<std::string>;

std::vector<std::string> names_of(const Json& content, const char* field) {
  std::vector<std::string> names;
  for (const Json& part : content["parts"].list()) {
    if (part.has(field)) names.push_back(part[field]["name"].text());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void check_part(const Json& part, Faults& faults) {
  constexpr std::array<const char*, 7> kData{
      "text",           "inlineData",         "fileData", "functionCall", "functionResponse",
      "executableCode", "codeExecutionResult"};
  const auto count =
      std::count_if(kData.begin(), kData.end(), [&](const char* name) { return part.has(name); });
  if (count != 1) {
    faults.push_back("required oneof field 'data' must have one initialized field, there are " +
                     std::to_string(count));
  }
}

// A turn of responses stands right behind the turn with their calls, and holds as many.
void check_turns(const Json& contents, Faults& faults) {
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const auto calls = names_of(contents[i], "functionCall");
    const auto responses = names_of(contents[i], "functionResponse");
    const Json& before = contents[i - 1];
    if (!responses.empty() && names_of(before, "functionCall") != responses) {
      faults.emplace_back(
          "the number of function response parts must equal that of the function call parts of "
          "the turn before, with their names");
    }
    if (!calls.empty() && names_of(contents[i + 1], "functionResponse").empty()) {
      faults.emplace_back("a function call turn without its response turn behind");
    }
    if (!calls.empty() && (i == 0 || before["role"].text() != "user")) {
      faults.emplace_back(
          "function call turn comes immediately after a user turn or a function response turn");
    }
    if (contents[i]["parts"].size() == 0) faults.emplace_back("contents.parts must not be empty");
    for (const Json& part : contents[i]["parts"].list())
      check_part(part, faults);
  }
}

// Of the current turn, since the user's last own words, each step's first call is signed.
void check_signatures(const Json& contents, Faults& faults) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const bool is_user = contents[i]["role"].text() == "user";
    if (is_user && names_of(contents[i], "functionResponse").empty()) begin = i;
  }
  for (std::size_t i = begin; i < contents.size(); ++i) {
    for (const Json& part : contents[i]["parts"].list()) {
      if (!part.has("functionCall")) continue;
      if (part["thoughtSignature"].text().empty()) {
        faults.emplace_back("Function call is missing a thought_signature in functionCall parts.");
      }
      break;
    }
  }
}

void check_thinking(const std::string& model, const Json& config, Faults& faults) {
  if (config.size() == 0) return;
  if (config.has("thinkingBudget") && config.has("thinkingLevel")) {
    faults.emplace_back("thinking_budget and thinking_level together");
  }
  const bool is_3 = model.compare(0, 8, "gemini-3") == 0;
  if (!is_3 && config.has("thinkingLevel")) {
    faults.emplace_back("Thinking level is not supported for this model.");
  }
  if (!config.has("thinkingBudget") || is_3) return;
  const double budget = config["thinkingBudget"].number();
  const bool is_pro = model.find("-pro") != std::string::npos;
  const bool is_lite = model.find("-lite") != std::string::npos;
  const double least = is_pro ? 128 : is_lite ? 512 : 0;
  const double most = is_pro ? 32768 : 24576;
  const bool is_special = budget == -1 || (budget == 0 && !is_pro);
  if (!is_special && (budget < least || budget > most)) {
    faults.emplace_back("thinking_budget: out of the model's range");
  }
}

// `properties` of a Schema are Schemas; the shapes cannot say it of a map.
void check_schema(const Json& schema, const Shapes& shapes, Faults& faults) {
  for (const auto& [name, property] : schema["properties"].members()) {
    for (const std::string& fault : shapes.faults("Schema", property))
      faults.push_back("property " + name + ": " + fault);
    check_schema(property, shapes, faults);
  }
  if (schema.has("items")) check_schema(schema["items"], shapes, faults);
  for (const Json& one : schema["anyOf"].list())
    check_schema(one, shapes, faults);
  if (schema["type"].text() == "ARRAY" && !schema.has("items")) {
    faults.emplace_back("items: missing field in a schema of an array");
  }
}

}  // namespace

void check_gemini_schemas(const Json& request, const Shapes& shapes, Faults& faults) {
  for (const Json& tool : request["tools"].list()) {
    for (const Json& function : tool["functionDeclarations"].list())
      check_schema(function["parameters"], shapes, faults);
  }
  check_schema(request["generationConfig"]["responseSchema"], shapes, faults);
}

void check_gemini_rules(const std::string& model, const Json& request, Faults& faults) {
  if (request["contents"].size() == 0) faults.emplace_back("contents is not specified");
  check_turns(request["contents"], faults);
  if (model.compare(0, 8, "gemini-3") == 0) check_signatures(request["contents"], faults);
  const Json& config = request["generationConfig"];
  check_thinking(model, config["thinkingConfig"], faults);
  if (config["stopSequences"].size() > 5) faults.emplace_back("stopSequences: more than 5");
  if (config["temperature"].number() > 2) faults.emplace_back("temperature: range 0..2");
  const bool has_schema = config.has("responseSchema") || config.has("responseJsonSchema");
  if (has_schema && config["responseMimeType"].text() != "application/json") {
    faults.emplace_back("a response schema needs the mime type application/json");
  }
  for (const Json& tool : request["tools"].list()) {
    for (const Json& function : tool["functionDeclarations"].list()) {
      if (function.has("parameters") && function.has("parametersJsonSchema")) {
        faults.emplace_back("parameters and parametersJsonSchema exclude each other");
      }
      if (!is_tool_name(function["name"].text(), 64)) faults.emplace_back("Invalid function name");
    }
  }
  const Json& calling = request["toolConfig"]["functionCallingConfig"];
  if (calling.has("allowedFunctionNames") && calling["mode"].text() == "AUTO") {
    faults.emplace_back("allowed_function_names only with mode ANY or VALIDATED");
  }
}

}  // namespace abv::cases
