#include "abv/sdk/json.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

// As Gemini CLI 0.61 asks a model of 3.x in the second round of a tool call.
constexpr std::string_view kCli = R"({
  "contents": [
    {"role": "user", "parts": [{"text": "context"}, {"text": "list \"files\"\n"}]},
    {"role": "model", "parts": [
      {"functionCall": {"id": "c1", "name": "ls", "args": {"dir": ".", "type": "x"}},
       "thoughtSignature": "c2lnbmVk"},
      {"functionCall": {"id": "c2", "name": "ls", "args": {}}}]},
    {"role": "user", "parts": [
      {"functionResponse": {"id": "c1", "name": "ls", "response": {"output": "a\nb"}}},
      {"functionResponse": {"id": "c2", "name": "ls", "response": {"error": "denied"}}}]}],
  "systemInstruction": {"role": "user", "parts": [{"text": "You are an agent."}]},
  "tools": [{"functionDeclarations": [
    {"name": "ls", "description": "Lists.", "parametersJsonSchema": {
      "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
      "properties": {"dir": {"type": "string", "minLength": 1}, "type": {"type": "string"}},
      "required": ["dir"], "additionalProperties": false}}]}],
  "generationConfig": {"temperature": 1, "topP": 0.95, "topK": 64,
    "thinkingConfig": {"includeThoughts": true, "thinkingLevel": "HIGH"}}})";

// As opencode's SDK asks: OpenAPI schemas, no ids, results with the function's name.
constexpr std::string_view kOpencode = R"({
  "contents": [
    {"role": "user", "parts": [{"text": "hi"}, {"inlineData": {"mimeType": "image/png", "data": "AA=="}}]},
    {"role": "model", "parts": [{"functionCall": {"name": "bash", "args": {"command": "ls", "description": "d"}},
      "thoughtSignature": "c2ln"}]},
    {"role": "user", "parts": [{"functionResponse": {"name": "bash",
      "response": {"name": "bash", "content": "a\nb"}}}]}],
  "systemInstruction": {"role": "user", "parts": [{"text": "s"}]},
  "tools": [{"functionDeclarations": [{"name": "bash", "description": "d", "parameters": {
    "type": "OBJECT", "properties": {"command": {"type": "STRING", "nullable": true},
    "timeout": {"type": "NUMBER", "format": "float"}, "l": {"type": "ARRAY", "maxItems": "3",
    "items": {"anyOf": [{"type": "STRING"}, {"type": "INTEGER"}]}}}, "required": ["command"],
    "propertyOrdering": ["timeout", "command"]}}]}],
  "toolConfig": {"functionCallingConfig": {"mode": "AUTO"}},
  "generationConfig": {"maxOutputTokens": 32000}})";

constexpr std::string_view kEverything = R"({
  "contents": [
    {"role": "user", "parts": [
      {"fileData": {"mimeType": "video/mp4", "fileUri": "https://youtu.be/x", "displayName": "v"},
       "videoMetadata": {"fps": 2}},
      {"text": "and", "partMetadata": {"a": 1}},
      {"inlineData": {"mimeType": "image/png", "data": "AA", "novel": 1},
       "mediaResolution": {"level": "MEDIA_RESOLUTION_HIGH"}}]},
    {"role": "model", "parts": [
      {"text": "hm", "thought": true},
      {"executableCode": {"language": "PYTHON", "code": "1"}},
      {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
      {"text": "so", "thoughtSignature": "c2ln"},
      {"functionCall": {"id": "a", "name": "f", "args": {"deep": {"type": "OBJECT"}}, "willContinue": false},
       "thoughtSignature": "c2lnMg=="}]},
    {"role": "user", "parts": [
      {"functionResponse": {"id": "a", "name": "f", "response": {"n": 1, "m": [true]}, "scheduling": "SILENT",
        "parts": [{"inlineData": {"mimeType": "image/png", "data": "BB", "displayName": "i.png"}}]}},
      {"text": "go on"}], "novel": {"x": 1}}],
  "tools": [
    {"functionDeclarations": [{"name": "f", "behavior": "BLOCKING", "response": {"type": "OBJECT"}}]},
    {"codeExecution": {}}, {"googleSearch": {"excludeDomains": ["a.b"], "timeRangeFilter": {}}},
    {"urlContext": {}}],
  "toolConfig": {"functionCallingConfig": {"mode": "VALIDATED", "allowedFunctionNames": ["f"]},
    "retrievalConfig": {"languageCode": "de"}, "includeServerSideToolInvocations": true},
  "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}],
  "cachedContent": "cachedContents/1", "labels": {"team": "x"}, "serviceTier": "flex", "store": true,
  "generationConfig": {"candidateCount": 1, "stopSequences": ["\n"], "seed": 5, "presencePenalty": 0.5,
    "frequencyPenalty": 0.25, "responseMimeType": "application/json", "responseJsonSchema":
      {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "propertyOrdering": ["a"]},
    "responseModalities": ["TEXT"], "responseLogprobs": true, "logprobs": 2, "speechConfig": {"a": 1},
    "imageConfig": {"aspectRatio": "1:1"}, "mediaResolution": "MEDIA_RESOLUTION_LOW",
    "thinkingConfig": {"includeThoughts": false, "thinkingLevel": "LOW", "novel": 1}}})";

struct Fixture {
  RequestProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a gemini request goes on to gemini as it came", "[gemini]") {
  const auto body = GENERATE(kCli, kOpencode, kEverything);
  const auto written = dialect.round_trip(body, {.model = "gemini-3-flash"});

  CHECK(sorted_json(written.body) == sorted_json(body));
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "gemini's enum mode goes on as it came", "[gemini]") {
  constexpr std::string_view kBody =
      R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{)"
      R"("responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["A","B"]}}})";

  CHECK(sorted_json(dialect.round_trip(kBody).body) == sorted_json(kBody));
}

TEST_CASE_METHOD(Fixture, "gemini's older output schema goes on as JSON Schema", "[gemini]") {
  const auto written = dialect.round_trip(
      R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{)"
      R"("responseMimeType":"application/json","responseSchema":{"type":"OBJECT",)"
      R"("properties":{"a":{"type":"STRING","enum":["X"],"format":"enum"}},"required":["a"]}}})");

  CHECK(sdk::json::parse(written.body).value()["generationConfig"].raw() ==
        R"({"responseMimeType":"application/json","responseJsonSchema":{"type":"object",)"
        R"("properties":{"a":{"type":"string","enum":["X"]}},"required":["a"]}})");
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "parts of a gemini result keep what only gemini knows", "[gemini]") {
  constexpr std::string_view kBody =
      R"({"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[)"
      R"({"functionCall":{"id":"c","name":"f","args":{}},"thoughtSignature":"Cs=="}]},)"
      R"({"role":"user","parts":[{"functionResponse":{"id":"c","name":"f","response":)"
      R"({"result":"r"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AA",)"
      R"("displayName":"a.png"},"mediaProcessing":"LOW"},{"hologram":{"data":"BB"}}]}}]}]})";

  const auto written = dialect.round_trip(kBody, {.model = "gemini-3-pro"});

  CHECK(sorted_json(written.body) == sorted_json(kBody));
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "names in snake case mean the same to gemini", "[gemini]") {
  const auto written = dialect.round_trip(
      R"({"contents":[{"role":"user","parts":[{"inline_data":{"mime_type":"image/png",)"
      R"("data":"AA"}}]}],"system_instruction":{"parts":[{"text":"s"}]},"tools":[{)"
      R"("function_declarations":[{"name":"f","parameters_json_schema":{"type":"object",)"
      R"("properties":{"a_b":{"type":"string"}}}}]}],"tool_config":{"function_calling_config":)"
      R"({"mode":"ANY","allowed_function_names":["f"]}},"generation_config":{"max_output_tokens":5,)"
      R"("thinking_config":{"include_thoughts":true,"thinking_budget":100}},)"
      R"("safety_settings":[]})");

  CHECK(sorted_json(written.body) ==
        sorted_json(
            R"({"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png",)"
            R"("data":"AA"}}]}],"systemInstruction":{"role":"user","parts":[{"text":"s"}]},)"
            R"("tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":)"
            R"({"type":"object","properties":{"a_b":{"type":"string"}}}}]}],"toolConfig":)"
            R"({"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},)"
            R"("generationConfig":{"maxOutputTokens":5,"thinkingConfig":{"includeThoughts":true,)"
            R"("thinkingBudget":100}},"safetySettings":[]})"));
}

TEST_CASE_METHOD(Fixture, "gemini parameters that were changed on the way go as they are now",
                 "[gemini]") {
  auto canonical = dialect.read(kOpencode).canonical;
  const std::string name = R"("timeout":{"type":"number")";
  canonical.replace(canonical.find(name), name.size(), R"("timeout":{"type":"integer")");
  const auto declaration = sdk::json::parse(dialect.write(canonical).body)
                               .value()["tools"][0]["functionDeclarations"][0];

  CHECK(!declaration["parameters"]);
  CHECK(declaration["parametersJsonSchema"]["properties"]["timeout"]["type"].as_string() ==
        "integer");
}

TEST_CASE_METHOD(Fixture, "a counted gemini request goes on as it came", "[gemini]") {
  constexpr std::string_view kBody =
      R"({"generateContentRequest":{"model":"models/g","contents":[{"role":"user","parts":[)"
      R"({"text":"a"}]}],"systemInstruction":{"role":"user","parts":[{"text":"s"}]}}})";
  const auto read = dialect.read({.body = std::string(kBody), .operation = "count_tokens"});

  CHECK(dialect.write(read.canonical, {.model = "g", .operation = "count_tokens"}).body == kBody);
}

TEST_CASE_METHOD(Fixture, "words that gemini's dialect does not know are not written twice",
                 "[gemini]") {
  const std::string_view body =
      GENERATE(R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{)"
               R"("thinkingConfig":{"includeThoughts":true,"thinkingLevel":["HIGH"]}}})",
               R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{)"
               R"("responseMimeType":"text/novel","responseJsonSchema":{"type":"string"}}})",
               R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{)"
               R"("responseJsonSchema":{"type":"string"},"responseMimeType":"text/novel"}})");

  CHECK(sorted_json(dialect.round_trip(body, {.model = "gemini-3-flash"}).body) ==
        sorted_json(body));
}

TEST_CASE_METHOD(Fixture, "a level that is not known stands for one made of a budget", "[gemini]") {
  const auto written = dialect.round_trip(
      R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{)"
      R"("thinkingConfig":{"thinkingBudget":1024,"thinkingLevel":"NOVEL"}}})",
      {.model = "gemini-3-flash"});

  CHECK(sdk::json::parse(written.body).value()["generationConfig"].raw() ==
        R"({"thinkingConfig":{"includeThoughts":false,"thinkingLevel":"NOVEL"}})");
  CHECK(written.losses.back() ==
        "dropped /reasoning/budget_tokens: the level that the client names says it");
}

TEST_CASE_METHOD(Fixture, "names with slashes go on where gemini's clients put them", "[gemini]") {
  constexpr std::string_view kBody =
      R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"x/y":1,)"
      R"("generationConfig":{"a/b":2},"toolConfig":{"c/d":3}})";

  CHECK(sorted_json(dialect.round_trip(kBody).body) == sorted_json(kBody));
}

TEST_CASE_METHOD(Fixture, "functions that may be called but are not there are reported by gemini",
                 "[gemini]") {
  const auto written = dialect.round_trip(
      R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"tools":[{"googleSearch":{}}],)"
      R"("toolConfig":{"functionCallingConfig":{"mode":"VALIDATED","allowedFunctionNames":["f"]}}})");

  CHECK(written.losses == Lines{"dropped /tool_choice/names: there is no function to call"});
}

}  // namespace abv::tests
