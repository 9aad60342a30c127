#include "abv/sdk/json.hpp"
#include "abv/sdk/signature.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

struct Fixture {
  RequestProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};

  sdk::json::Value read(const std::string& body) const {
    const auto result = dialect.read(body);
    INFO(result.failure);
    REQUIRE(result.status == ABV_OK);
    return sdk::json::parse(result.canonical).value();
  }

  // The messages of a request with these contents.
  std::string messages(const std::string& contents) const {
    return std::string(read(R"({"contents":)" + contents + "}")["messages"].raw());
  }

  // The canonical form of a request with one message and these members.
  sdk::json::Value with(const std::string& members) const {
    return read(R"({"contents":[{"role":"user","parts":[{"text":"x"}]}],)" + members + "}");
  }
};

std::string part(const std::string& members) {
  return R"([{"role":"user","parts":[)" + members + "]}]";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "gemini contents become messages, whatever their form", "[gemini]") {
  const std::string expected = R"([{"role":"user","parts":[{"type":"text","text":"a\n"}]}])";

  CHECK(messages(R"([{"role":"user","parts":[{"text":"a\n"}]}])") == expected);
  CHECK(messages(R"([{"parts":[{"text":"a\n"}]}])") == expected);
  CHECK(messages(R"({"parts":{"text":"a\n"}})") == expected);
  CHECK(messages(R"([{"role":"function","parts":[{"text":"a\n"}]}])") == expected);
  CHECK(messages(R"([{"role":null,"parts":[{"text":"a\n"}]}])") == expected);
}

TEST_CASE_METHOD(Fixture, "a gemini model's turn is the assistant's", "[gemini]") {
  CHECK(messages(R"([{"role":"model","parts":[{"text":"a"}]}])") ==
        R"([{"role":"assistant","parts":[{"type":"text","text":"a"}]}])");
}

TEST_CASE_METHOD(Fixture, "gemini's model and stream stand in the path", "[gemini]") {
  const auto result = dialect.read(
      {.body = R"({"contents":[{"parts":[{"text":"a"}]}]})", .model = "fast", .is_stream = true});
  const auto canonical = sdk::json::parse(result.canonical).value();

  CHECK(canonical["model"].as_string() == "fast");
  CHECK(canonical["stream"].as_bool());
}

TEST_CASE_METHOD(Fixture, "gemini's system prompt comes first in each of its forms", "[gemini]") {
  const auto [system, parts] = GENERATE(table<std::string, std::string>({
      {R"("be brief")", R"([{"type":"text","text":"be brief"}])"},
      {R"({"parts":[{"text":"a"},{"text":"b"}]})",
       R"([{"type":"text","text":"a"},{"type":"text","text":"b"}])"},
      {R"({"text":"a"})", R"([{"type":"text","text":"a"}])"},
  }));
  const std::string name = GENERATE("systemInstruction", "system_instruction");
  const auto canonical = with("\"" + name + "\":" + system);

  CHECK(canonical["messages"][0]["role"].as_string() == "system");
  CHECK(canonical["messages"][0]["parts"].raw() == parts);
}

TEST_CASE_METHOD(Fixture, "gemini media become images, audio and files", "[gemini]") {
  const auto [given, expected] = GENERATE(table<std::string, std::string>({
      {R"({"inlineData":{"mimeType":"image/png","data":"AA=="}})",
       R"({"type":"image","media_type":"image/png","data":"AA==","dialect":"gemini"})"},
      {R"({"inline_data":{"mime_type":"audio/wav","data":"AA=="}})",
       R"({"type":"audio","media_type":"audio/wav","data":"AA==","dialect":"gemini"})"},
      {R"({"inlineData":{"mimeType":"application/pdf","data":"AA==","displayName":"a.pdf"}})",
       R"({"type":"file","media_type":"application/pdf","data":"AA==","name":"a.pdf","dialect":"gemini"})"},
      {R"({"fileData":{"mimeType":"video/mp4","fileUri":"https://youtu.be/x"}})",
       R"({"type":"file","media_type":"video/mp4","url":"https://youtu.be/x","dialect":"gemini"})"},
      {R"({"fileData":{"mimeType":"image/png","fileUri":"gs://b/a.png"}})",
       R"({"type":"image","media_type":"image/png","file_id":"gs://b/a.png","dialect":"gemini"})"},
  }));

  CHECK(messages(part(given)) == R"([{"role":"user","parts":[)" + expected + "]}]");
}

TEST_CASE_METHOD(Fixture, "gemini thoughts keep text, signature and origin", "[gemini]") {
  CHECK(messages(part(R"({"text":"hm","thought":true,"thoughtSignature":"c2ln"})")) ==
        R"([{"role":"user","parts":[{"type":"reasoning","text":"hm","signature":"c2ln",)"
        R"("origin":"gemini"}]}])");
  CHECK(messages(part(R"({"text":"hm","thought":true},{"text":"","thought":true,)"
                      R"("thought_signature":"c2ln"})")) ==
        R"([{"role":"user","parts":[{"type":"reasoning","text":"hm","signature":"c2ln",)"
        R"("origin":"gemini"}]}])");
}

TEST_CASE_METHOD(Fixture, "a wrapped signature is told where it came from by gemini", "[gemini]") {
  const auto wrapped = sdk::wrap_signature({"claude", "claude-x", true, "secret"});

  CHECK(messages(part(R"({"text":"","thought":true,"thoughtSignature":")" + wrapped + "\"}")) ==
        R"([{"role":"user","parts":[{"type":"reasoning","text":"","redacted":"secret",)"
        R"("origin":"claude","origin_model":"claude-x"}]}])");
}

TEST_CASE_METHOD(Fixture, "a placeholder is no signature for gemini", "[gemini]") {
  CHECK(
      messages(part(R"({"functionCall":{"id":"c","name":"f","args":{"a":1}},)"
                    R"("thoughtSignature":"skip_thought_signature_validator"})")) ==
      R"([{"role":"user","parts":[{"type":"tool_call","name":"f","id":"c","arguments":{"a":1}}]}])");
}

TEST_CASE_METHOD(Fixture, "gemini calls and results without ids find each other by name",
                 "[gemini]") {
  const auto parsed = sdk::json::parse(messages(
      R"([{"role":"model","parts":[{"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}},)"
      R"({"functionCall":{"name":"f"}}]},{"role":"user","parts":[)"
      R"({"functionResponse":{"name":"g","response":{"result":"1"}}},)"
      R"({"functionResponse":{"name":"f","response":{"result":"2"}}},)"
      R"({"functionResponse":{"name":"f","response":{"result":"3"}}},)"
      R"({"functionResponse":{"name":"gone","response":{"result":"4"}}}]}])"));
  const auto calls = parsed.value()[0]["parts"];
  const auto results = parsed.value()[1]["parts"];

  CHECK(calls[0]["id"].as_string() != calls[2]["id"].as_string());
  CHECK(calls[0]["arguments"].raw() == "{}");
  CHECK(results[0]["id"].as_string() == calls[1]["id"].as_string());
  CHECK(results[1]["id"].as_string() == calls[0]["id"].as_string());
  CHECK(results[2]["id"].as_string() == calls[2]["id"].as_string());
  CHECK(results[3]["id"].as_string().size() == 17);
}

TEST_CASE_METHOD(Fixture, "gemini results find their calls by id before they do by name",
                 "[gemini]") {
  const auto parsed = sdk::json::parse(
      messages(R"([{"role":"model","parts":[{"functionCall":{"id":"a","name":"f"}},)"
               R"({"functionCall":{"name":"f"}}]},{"role":"user","parts":[)"
               R"({"functionResponse":{"id":"a","name":"f","response":{}}},)"
               R"({"functionResponse":{"name":"f","response":{}}}]}])"));

  CHECK(parsed.value()[1]["parts"][0]["id"].as_string() == "a");
  CHECK(parsed.value()[1]["parts"][1]["id"].as_string() ==
        parsed.value()[0]["parts"][1]["id"].as_string());
}

TEST_CASE_METHOD(Fixture, "the text of a gemini result is found in each of its forms", "[gemini]") {
  const auto [response, expected] = GENERATE(table<std::string, std::string>({
      {R"({"result":"ok"})", R"("content":[{"type":"text","text":"ok"}])"},
      {R"({"error":"no"})", R"("error":true,"content":[{"type":"text","text":"no"}])"},
      {R"({"output":"ok"})",
       R"("content":[{"type":"text","text":"ok"}],"dialect":"gemini","raw":"output")"},
      {R"({"name":"f","content":"ok"})",
       R"("content":[{"type":"text","text":"ok"}],"dialect":"gemini","raw":"name,content")"},
      {R"({"a":1,"b":"x"})", R"("content":[{"type":"text","text":"{\"a\":1,\"b\":\"x\"}"}],)"
                             R"("dialect":"gemini","raw":{})"},
      {R"({})", R"("content":[],"dialect":"gemini","raw":{})"},
  }));

  CHECK(
      messages(part(R"({"functionResponse":{"id":"c","name":"f","response":)" + response + "}}")) ==
      R"([{"role":"user","parts":[{"type":"tool_result","name":"f","id":"c",)" + expected + "}]}]");
}

TEST_CASE_METHOD(Fixture, "media in a gemini result are content of the result", "[gemini]") {
  CHECK(messages(part(R"({"functionResponse":{"id":"c","name":"f","response":{"result":"t"},)"
                      R"("parts":[{"inlineData":{"mimeType":"image/png","data":"AA"}}]}})")) ==
        R"([{"role":"user","parts":[{"type":"tool_result","name":"f","id":"c","content":[)"
        R"({"type":"text","text":"t"},{"type":"image","media_type":"image/png","data":"AA",)"
        R"("dialect":"gemini"}]}]}])");
}

TEST_CASE_METHOD(Fixture, "gemini parts that nobody else knows are opaque", "[gemini]") {
  const std::string raw = GENERATE(R"({"executableCode":{"code":"1"},"thoughtSignature":"s"})",
                                   R"({"codeExecutionResult":{"outcome":"OUTCOME_OK"}})",
                                   R"({"toolCall":{"id":"t"}})", R"({"newThing":1})");

  CHECK(messages(part(raw)) ==
        R"([{"role":"user","parts":[{"type":"opaque","dialect":"gemini","raw":)" + raw + "}]}]");
}

TEST_CASE_METHOD(Fixture, "unknown members of gemini parts, contents and bodies are extras",
                 "[gemini]") {
  const auto canonical =
      read(R"({"contents":[{"parts":[{"text":"a","video_metadata":{"fps":1}}],"novel":2}],)"
           R"("safetySettings":[],"cachedContent":"c","labels":{"a":"b"},)"
           R"("toolConfig":{"retrievalConfig":{"languageCode":"de"}},)"
           R"("generationConfig":{"speechConfig":{},"thinkingConfig":{"odd":1}}})");

  CHECK(canonical["messages"][0]["parts"][0]["extras"].raw() ==
        R"([{"dialect":"gemini","key":"videoMetadata","value":{"fps":1}}])");
  CHECK(canonical["messages"][0]["extras"].raw() ==
        R"([{"dialect":"gemini","key":"novel","value":2}])");
  CHECK(canonical["extras"].raw() ==
        R"([{"dialect":"gemini","key":"safetySettings","value":[]},)"
        R"({"dialect":"gemini","key":"cachedContent","value":"c"},)"
        R"({"dialect":"gemini","key":"labels","value":{"a":"b"}},)"
        R"({"dialect":"gemini","key":"toolConfig/retrievalConfig","value":{"languageCode":"de"}},)"
        R"({"dialect":"gemini","key":"generationConfig/speechConfig","value":{}},)"
        R"({"dialect":"gemini","key":"generationConfig/thinkingConfig/odd","value":1}])");
}

TEST_CASE_METHOD(Fixture, "gemini functions are read with both kinds of schema", "[gemini]") {
  const auto canonical = with(
      R"("tools":[{"functionDeclarations":[)"
      R"({"name":"a","description":"A","parametersJsonSchema":{"type":"object","$schema":"x"}},)"
      R"({"name":"b","parameters":{"type":"OBJECT","properties":{"type":{"type":"STRING",)"
      R"("nullable":true},"n":{"type":"ARRAY","items":{"type":"INTEGER"},"maxItems":"3"}}}},)"
      R"({"name":"c","behavior":"BLOCKING"}]},{"codeExecution":{}}])");
  const auto tools = canonical["tools"];

  CHECK(tools[0].raw() == R"({"type":"function","name":"a","description":"A",)"
                          R"("parameters":{"type":"object","$schema":"x"},"dialect":"gemini"})");
  CHECK(tools[1]["parameters"].raw() ==
        R"({"type":"object","properties":{"type":{"type":["string","null"]},)"
        R"("n":{"type":"array","items":{"type":"integer"},"maxItems":3}}})");
  CHECK(tools[2]["extras"].raw() ==
        R"([{"dialect":"gemini","key":"behavior","value":"BLOCKING"}])");
  CHECK(tools[3].raw() == R"({"type":"opaque","dialect":"gemini","raw":{"codeExecution":{}}})");
}

TEST_CASE_METHOD(Fixture, "google search is web search", "[gemini]") {
  CHECK(with(R"("tools":[{"google_search":{"exclude_domains":["a.b"]}}])")["tools"].raw() ==
        R"([{"type":"web_search","settings":{"blocked_domains":["a.b"]},"dialect":"gemini"}])");
  CHECK(with(R"("tools":{"googleSearchRetrieval":{"x":1}})")["tools"].raw() ==
        R"([{"type":"web_search","dialect":"gemini","raw":{"googleSearchRetrieval":{"x":1}}}])");
}

TEST_CASE_METHOD(Fixture, "gemini's function calling modes are tool choices", "[gemini]") {
  const auto [config, choice] = GENERATE(table<std::string, std::string>({
      {R"({"mode":"AUTO"})", R"({"mode":"auto"})"},
      {R"({"mode":"NONE"})", R"({"mode":"none"})"},
      {R"({"mode":"VALIDATED"})", R"({"mode":"auto"})"},
      {R"({"mode":"ANY","allowedFunctionNames":["f","g"]})",
       R"({"mode":"required","names":["f","g"]})"},
      {R"({"mode":"MODE_UNSPECIFIED"})", ""},
  }));

  CHECK(with(R"("toolConfig":{"functionCallingConfig":)" + config + "}")["tool_choice"].raw() ==
        choice);
}

TEST_CASE_METHOD(Fixture, "gemini's options keep their values", "[gemini]") {
  const auto canonical =
      with(R"("generationConfig":{"temperature":1,"topP":0.95,"top_k":64.0,"candidateCount":2,)"
           R"("maxOutputTokens":100,"stopSequences":["a\n"],"seed":7,"presencePenalty":0.5,)"
           R"("frequencyPenalty":-0.5,"responseLogprobs":true,"logprobs":3,)"
           R"("responseModalities":["TEXT","IMAGE"]},"serviceTier":"flex","store":false)");

  CHECK(canonical["temperature"].as_double() == 1);
  CHECK(canonical["top_p"].as_double() == 0.95);
  CHECK(canonical["top_k"].raw() == "64");
  CHECK(canonical["n"].raw() == "2");
  CHECK(canonical["max_tokens"].raw() == "100");
  CHECK(canonical["stop"].raw() == R"(["a\n"])");
  CHECK(canonical["seed"].raw() == "7");
  CHECK(canonical["presence_penalty"].as_double() == 0.5);
  CHECK(canonical["frequency_penalty"].as_double() == -0.5);
  CHECK(canonical["logprobs"].as_bool());
  CHECK(canonical["top_logprobs"].raw() == "3");
  CHECK(canonical["output"]["modalities"].raw() == R"(["text","image"])");
  CHECK(canonical["service_tier"].as_string() == "flex");
  CHECK(canonical["store"].raw() == "false");
}

TEST_CASE_METHOD(Fixture, "half a token of gemini's topK is told", "[gemini]") {
  CHECK(dialect.read(R"({"contents":[{"parts":[]}],"generationConfig":{"topK":40.5}})").losses ==
        Lines{"approximated /generationConfig/topK: rounded to a whole number"});
}

TEST_CASE_METHOD(Fixture, "gemini's thinking keeps what the client said", "[gemini]") {
  const auto [config, reasoning] = GENERATE(table<std::string, std::string>({
      {R"({"includeThoughts":true,"thinkingBudget":8192})",
       R"({"enabled":true,"budget_tokens":8192,"show":"summary"})"},
      {R"({"thinkingBudget":-1})", R"({"enabled":true,"adaptive":true,"show":"none"})"},
      {R"({"thinkingBudget":0})", R"({"enabled":false,"budget_tokens":0,"show":"none"})"},
      {R"({"include_thoughts":true,"thinking_level":"HIGH"})",
       R"({"enabled":true,"effort":"high","show":"summary"})"},
      {R"({"includeThoughts":false})", R"({"show":"none"})"},
  }));

  CHECK(with(R"("generationConfig":{"thinkingConfig":)" + config + "}")["reasoning"].raw() ==
        reasoning);
}

TEST_CASE_METHOD(Fixture, "gemini's output schemas are JSON Schema, whatever their case",
                 "[gemini]") {
  const std::string name =
      GENERATE("responseSchema", "responseJsonSchema", "_responseJsonSchema", "response_schema");
  const auto canonical =
      with(R"("generationConfig":{"responseMimeType":"application/json",")" + name +
           R"(":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}})");

  CHECK(
      canonical["output"].raw() ==
      R"({"format":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}}}})");
}

TEST_CASE_METHOD(Fixture, "gemini's JSON mode and enum mode are told apart", "[gemini]") {
  CHECK(with(R"("generationConfig":{"responseMimeType":"application/json"})")["output"].raw() ==
        R"({"format":"json"})");
  const auto canonical = with(R"("generationConfig":{"responseMimeType":"text/x.enum",)"
                              R"("responseSchema":{"type":"STRING","enum":["A"]}})");
  CHECK(canonical["output"].raw() == "{}");
  CHECK(canonical["extras"].size() == 2);
}

TEST_CASE_METHOD(Fixture, "tokens are counted of gemini contents and of whole requests",
                 "[gemini]") {
  const std::string contents = R"("contents":[{"parts":[{"text":"a"}]}])";
  const auto bare = dialect.read({.body = "{" + contents + "}", .operation = "count_tokens"});
  const auto whole = dialect.read({.body = R"({"generateContentRequest":{"model":"models/m",)" +
                                           contents + R"(,"systemInstruction":"s"}})",
                                   .operation = "count_tokens"});

  CHECK(sdk::json::parse(bare.canonical).value()["messages"].size() == 1);
  CHECK(sdk::json::parse(whole.canonical).value()["messages"].size() == 2);
}

TEST_CASE_METHOD(Fixture, "a malformed gemini request says where and what", "[gemini]") {
  const auto [body, message] = GENERATE(table<std::string, std::string>({
      {"{", "the body is no JSON: it breaks at byte 1"},
      {"[]", "the body: expected an object, got an array"},
      {"{}", "contents: expected an array or an object, got nothing"},
      {R"({"contents":[]})", "contents: expected at least one content"},
      {R"({"contents":["a"]})", "contents[0]: expected an object, got a string"},
      {R"({"contents":[{"role":1}]})", "contents[0].role: expected a string, got a number"},
      {R"({"contents":[{"parts":"a"}]})", "contents[0].parts: expected an array, got a string"},
      {R"({"contents":[{"parts":[{"text":1}]}]})",
       "contents[0].parts[0].text: expected a string, got a number"},
      {R"({"contents":[{"parts":[{"functionCall":{"name":"f","args":[]}}]}]})",
       "contents[0].parts[0].functionCall.args: expected an object, got an array"},
      {R"({"contents":[{"parts":[]}],"tools":1})", "tools: expected an array, got a number"},
      {R"({"contents":[{"parts":[]}],"generationConfig":{"topP":"x"}})",
       "generationConfig.topP: expected a number, got a string"},
  }));
  const auto result = dialect.read(body);

  CHECK(result.status == ABV_E_INVALID);
  CHECK(result.failure == "400 invalid_request_error: " + message);
}

}  // namespace abv::tests
