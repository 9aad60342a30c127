#include "tests/plugins/openai/json_at.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "abv/sdk/signature.hpp"
#include "dialect.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

struct Fixture {
  RequestProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};

  std::string canonical(const std::string& body) const {
    const auto request = dialect.read(body);
    return request.status == ABV_OK ? request.canonical : request.failure;
  }
  std::string messages(const std::string& list) const {
    return json_at(canonical(R"({"model":"m","messages":[)" + list + "]}"), "/messages");
  }
  std::string parts(const std::string& content) const {
    return json_at(canonical(R"({"messages":[{"role":"user","content":)" + content + "}]}"),
                   "/messages/0/parts");
  }
  // A request with one message and these members.
  std::string with(const std::string& members, const std::string& pointer) const {
    return json_at(canonical(R"({"messages":[{"role":"user","content":"x"}],)" + members + "}"),
                   pointer);
  }
  std::string failure(const std::string& body) const { return dialect.read(body).failure; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "chat prompts keep their roles and places", "[openai][request]") {
  CHECK(messages(R"({"role":"system","content":"a"},{"role":"user","name":"bob","content":"b"},)"
                 R"({"role":"developer","content":[{"type":"text","text":"c\u00e9"}]})") ==
        R"([{"parts":[{"text":"a","type":"text"}],"role":"system"},)"
        R"({"name":"bob","parts":[{"text":"b","type":"text"}],"role":"user"},)"
        R"({"parts":[{"text":"cé","type":"text"}],"role":"developer"}])");
}

TEST_CASE_METHOD(Fixture, "a chat image is data or a URL", "[openai][request]") {
  CHECK(parts(R"([{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO",)"
              R"("detail":"low"}},{"type":"image_url","image_url":{"url":"https://a/b.png"}},)"
              R"({"type":"image_url","image_url":"data:image\/webp;base64,UklG\/x"},)"
              R"({"type":"image_url","image_url":{"url":"data:image/svg+xml,%3Csvg"}}])") ==
        R"([{"data":"iVBO","detail":"low","media_type":"image/png","type":"image"},)"
        R"({"type":"image","url":"https://a/b.png"},)"
        R"({"data":"UklG/x","media_type":"image/webp","type":"image"},)"
        R"({"type":"image","url":"data:image/svg+xml,%3Csvg"}])");
}

TEST_CASE_METHOD(Fixture, "chat audio and files are read with their types", "[openai][request]") {
  CHECK(parts(R"([{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}},)"
              R"({"type":"file","file":{"filename":"a.pdf","file_data":)"
              R"("data:application/pdf;base64,JVBE"}},)"
              R"({"type":"file","file":{"filename":"b.csv","file_data":"YSxi"}},)"
              R"({"type":"file","file":{"file_id":"file-1"}}])") ==
        R"([{"data":"UklG","media_type":"audio/wav","type":"audio"},)"
        R"({"data":"JVBE","media_type":"application/pdf","name":"a.pdf","type":"file"},)"
        R"({"data":"YSxi","media_type":"text/csv","name":"b.csv","type":"file"},)"
        R"({"file_id":"file-1","type":"file"}])");
}

TEST_CASE_METHOD(Fixture, "an image written into markdown stays text", "[openai][request]") {
  CHECK(parts(R"x("![x](data:image/png;base64,iVBO)")x") ==
        R"x([{"text":"![x](data:image/png;base64,iVBO)","type":"text"}])x");
}

TEST_CASE_METHOD(Fixture, "a chat part that is not known is kept in its own words",
                 "[openai][request]") {
  CHECK(parts(R"([{"type":"video_url","video_url":{"url":"https://a"}}])") ==
        R"([{"dialect":"openai-chat","raw":{"type":"video_url","video_url":{"url":"https://a"}},)"
        R"("type":"opaque"}])");
  CHECK(messages(R"({"role":"critic","content":"x"})") ==
        R"([{"parts":[{"dialect":"openai-chat","name":"message",)"
        R"("raw":{"content":"x","role":"critic"},"type":"opaque"}],"role":"user"}])");
}

TEST_CASE_METHOD(Fixture, "cache_control of a part and of a message are cache marks",
                 "[openai][request]") {
  CHECK(
      messages(R"({"role":"system","content":"a","cache_control":{"type":"ephemeral"}},)"
               R"({"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"c",)"
               R"("cache_control":{"type":"ephemeral","ttl":"1h"}}]})") ==
      R"([{"parts":[{"cache":{},"text":"a","type":"text"}],"role":"system"},)"
      R"({"parts":[{"text":"b","type":"text"},{"cache":{"ttl":"1h"},"text":"c","type":"text"}],)"
      R"("role":"user"}])");
}

TEST_CASE_METHOD(Fixture, "what an assistant thought, said, refused and called are its parts",
                 "[openai][request]") {
  CHECK(messages(R"({"role":"assistant","content":null,"reasoning_content":"Hm","refusal":"No",)"
                 R"("tool_calls":[{"id":"c1","type":"function","index":0,"function":{"name":"f",)"
                 R"("arguments":"{\"a\": \"\\u00e9\"}"}},{"id":"c2","type":"custom","custom":)"
                 R"({"name":"patch","input":"*** x"}}]})") ==
        R"([{"parts":[{"text":"Hm","type":"reasoning"},{"text":"No","type":"refusal"},)"
        R"({"arguments":{"a":"é"},"id":"c1","name":"f","type":"tool_call"},)"
        R"({"arguments":"*** x","custom":true,"id":"c2","name":"patch","type":"tool_call"}],)"
        R"("role":"assistant"}])");
}

TEST_CASE_METHOD(Fixture, "arguments keep their own text, and broken ones stay a string",
                 "[openai][request]") {
  const auto [wire, arguments] = GENERATE(table<std::string, std::string>({
      {R"("{\"b\" : 1,\"a\":1e2}")", R"({"b" : 1,"a":1e2})"},
      {R"("")", "{}"},
      {R"({"a":1})", R"({"a":1})"},
      {R"("{\"a\":")", R"("{\"a\":")"},
      {R"("[1]")", R"("[1]")"},
  }));

  const auto request =
      dialect.read(R"({"messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function",)"
                   R"("function":{"name":"f","arguments":)" +
                   wire + "}}]}]}");

  CHECK_THAT(request.canonical, ContainsSubstring("\"arguments\":" + arguments + "}"));
}

TEST_CASE_METHOD(Fixture, "a thought signature belongs to the call that carries it",
                 "[openai][request]") {
  const auto wrapped = sdk::wrap_signature({"claude", "claude-x", false, "c2ln"});
  const auto call = [](const std::string& signature) {
    return R"({"role":"assistant","tool_calls":[{"id":"c","type":"function","function":)"
           R"({"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":")" +
           signature + R"("}}}]})";
  };

  CHECK(messages(call("Q2lB")) ==
        R"([{"parts":[{"arguments":{},"id":"c","name":"f","origin":"gemini",)"
        R"("signature":"Q2lB","type":"tool_call"}],"role":"assistant"}])");
  CHECK(messages(call(wrapped)) ==
        R"([{"parts":[{"arguments":{},"id":"c","name":"f","origin":"claude",)"
        R"("origin_model":"claude-x","signature":"c2ln","type":"tool_call"}],)"
        R"("role":"assistant"}])");
}

TEST_CASE_METHOD(Fixture, "a chat tool message is a result of its call", "[openai][request]") {
  CHECK(messages(R"({"role":"tool","tool_call_id":"c1","content":"ok"},)"
                 R"({"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"a"},)"
                 R"({"type":"text","text":"b"}],"cache_control":{"type":"ephemeral"}})") ==
        R"([{"parts":[{"content":[{"text":"ok","type":"text"}],"id":"c1","type":"tool_result"}],)"
        R"("role":"user"},{"parts":[{"cache":{},"content":[{"text":"a","type":"text"},)"
        R"({"text":"b","type":"text"}],"id":"c2","type":"tool_result"}],"role":"user"}])");
}

TEST_CASE_METHOD(Fixture, "the older function calls find their results by name",
                 "[openai][request]") {
  const auto request =
      canonical(R"({"messages":[{"role":"assistant","content":null,"function_call":{"name":"f",)"
                R"("arguments":"{}"}},{"role":"function","name":"f","content":"1"}],)"
                R"("functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"}})");

  CHECK(json_at(request, "/messages") ==
        R"([{"parts":[{"arguments":{},"id":"call_0_0","name":"f","type":"tool_call"}],)"
        R"("role":"assistant"},{"parts":[{"content":[{"text":"1","type":"text"}],)"
        R"("id":"call_0_0","name":"f","type":"tool_result"}],"role":"user"}])");
  CHECK(json_at(request, "/tools") == R"([{"name":"f","parameters":{},"type":"function"}])");
  CHECK(json_at(request, "/tool_choice") == R"({"mode":"required","names":["f"]})");
}

TEST_CASE_METHOD(Fixture, "a function's result without its call is no error", "[openai][request]") {
  CHECK(messages(R"({"role":"function","name":"f","content":"1"})") ==
        R"([{"parts":[{"content":[{"text":"1","type":"text"}],"id":"call_f","name":"f",)"
        R"("type":"tool_result"}],"role":"user"}])");
}

TEST_CASE_METHOD(Fixture, "chat tools are read with their kinds", "[openai][request]") {
  CHECK(with(R"("tools":[{"type":"function","function":{"name":"f","description":"d",)"
             R"("parameters":{"type":"object"},"strict":true},)"
             R"("cache_control":{"type":"ephemeral"}},)"
             R"({"type":"custom","custom":{"name":"p","format":{"type":"grammar","grammar":)"
             R"({"syntax":"lark","definition":"start: x"}}}},)"
             R"({"type":"function","name":"flat","parameters":{}},)"
             R"({"type":"openrouter:web","name":"w"}])",
             "/tools") ==
        R"([{"cache":{},"description":"d","name":"f","parameters":{"type":"object"},)"
        R"("strict":true,"type":"function"},)"
        R"({"format":{"definition":"start: x","syntax":"lark","type":"grammar"},"name":"p",)"
        R"("type":"custom"},)"
        R"({"name":"flat","parameters":{},"type":"function"},)"
        R"({"dialect":"openai-chat","name":"w","raw":{"name":"w","type":"openrouter:web"},)"
        R"("type":"opaque"}])");
}

TEST_CASE_METHOD(Fixture, "web_search_options are a tool", "[openai][request]") {
  CHECK(with(R"("web_search_options":{"search_context_size":"low","user_location":)"
             R"({"type":"approximate","approximate":{"city":"Paris","country":"FR"}}})",
             "/tools") ==
        R"([{"name":"web_search","settings":{"context_size":"low","user_location":)"
        R"({"city":"Paris","country":"FR","type":"approximate"}},"type":"web_search"}])");
}

TEST_CASE_METHOD(Fixture, "every form of chat's tool_choice is understood", "[openai][request]") {
  const auto [wire, choice] = GENERATE(table<std::string, std::string>({
      {R"("none")", R"({"mode":"none"})"},
      {R"("auto")", R"({"mode":"auto"})"},
      {R"("required")", R"({"mode":"required"})"},
      {R"("validated")", R"({"mode":"auto"})"},
      {R"({"type":"function","function":{"name":"f"}})", R"({"mode":"required","names":["f"]})"},
      {R"({"type":"custom","custom":{"name":"p"}})", R"({"mode":"required","names":["p"]})"},
      {R"({"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function",)"
       R"("function":{"name":"f"}},{"type":"custom","custom":{"name":"p"}}]}})",
       R"({"mode":"auto","names":["f","p"]})"},
      {R"("sometimes")", "nothing"},
  }));

  CHECK(with("\"tool_choice\":" + wire, "/tool_choice") == choice);
}

TEST_CASE_METHOD(Fixture, "\"validated\" is kept for those who know it", "[openai][request]") {
  CHECK(with(R"("tool_choice":"validated","parallel_tool_calls":false)", "/extras") ==
        R"([{"dialect":"openai-chat","key":"tool_choice","value":"validated"}])");
  CHECK(with(R"("tool_choice":"validated","parallel_tool_calls":false)", "/tool_choice") ==
        R"({"mode":"auto","parallel":false})");
}

TEST_CASE_METHOD(Fixture, "every way to ask for thinking is understood", "[openai][request]") {
  const auto [wire, reasoning] = GENERATE(table<std::string, std::string>({
      {R"("reasoning_effort":"xhigh")", R"({"effort":"xhigh"})"},
      {R"("reasoning":{"effort":"low","exclude":true})", R"({"effort":"low","show":"none"})"},
      {R"("reasoning":{"max_tokens":2000})", R"({"budget_tokens":2000})"},
      {R"("reasoning":{"enabled":false})", R"({"enabled":false})"},
      {R"("thinking":{"type":"enabled","budget_tokens":4096})",
       R"({"budget_tokens":4096,"enabled":true})"},
      {R"("thinking":{"type":"adaptive"})", R"({"adaptive":true})"},
      {R"("temperature":1)", "{}"},
  }));

  CHECK(with(wire, "/reasoning") == reasoning);
}

TEST_CASE_METHOD(Fixture, "response_format is the output's format", "[openai][request]") {
  CHECK(with(R"("response_format":{"type":"json_object"},"verbosity":"low",)"
             R"("modalities":["text","audio"])",
             "/output") == R"({"format":"json","modalities":["text","audio"],"verbosity":"low"})");
  CHECK(with(R"("response_format":{"type":"json_schema","json_schema":{"name":"s",)"
             R"("description":"d","schema":{"type":"object"},"strict":false}})",
             "/output") ==
        R"({"description":"d","format":"json_schema","name":"s","schema":{"type":"object"},)"
        R"("strict":false})");
}

TEST_CASE_METHOD(Fixture, "chat options keep their values", "[openai][request]") {
  const auto request = canonical(
      R"({"model":"gpt-5","stream":true,"messages":[{"role":"user","content":"x"}],)"
      R"("max_completion_tokens":100,"temperature":0.5,"top_p":0.9,"top_k":5,"seed":7,"n":2,)"
      R"("presence_penalty":-1,"frequency_penalty":1.5,"stop":"END","logprobs":true,)"
      R"("top_logprobs":3,"user":"u","metadata":{"a":"b"},"service_tier":"flex",)"
      R"("prompt_cache_key":"k","store":false,"stream_options":{"include_usage":true}})");

  CHECK(request ==
        R"({"abv":"chat/1","model":"gpt-5","stream":true,"messages":[{"role":"user","parts":)"
        R"([{"type":"text","text":"x"}]}],"reasoning":{},"output":{},"max_tokens":100,)"
        R"("temperature":0.5,"top_p":0.9,"top_k":5,"seed":7,"n":2,"presence_penalty":-1,)"
        R"("frequency_penalty":1.5,"stop":["END"],"logprobs":true,"top_logprobs":3,"user":"u",)"
        R"("metadata":{"a":"b"},"service_tier":"flex","cache_key":"k","store":false})");
}

TEST_CASE_METHOD(Fixture, "what only chat knows is kept under its own name", "[openai][request]") {
  const auto request = canonical(
      R"({"messages":[{"role":"assistant","content":"x","audio":{"id":"a"}},{"role":"user",)"
      R"("content":[{"type":"text","text":"y","prompt_cache_breakpoint":{"mode":"explicit"}}]}],)"
      R"("logit_bias":{"5":-100},"prediction":null,"safety_identifier":"s",)"
      R"("stream_options":{"include_obfuscation":false}})");

  CHECK(json_at(request, "/extras") ==
        R"([{"dialect":"openai-chat","key":"logit_bias","value":{"5":-100}},)"
        R"({"dialect":"openai-chat","key":"safety_identifier","value":"s"},)"
        R"({"dialect":"openai-chat","key":"stream_options.include_obfuscation","value":false}])");
  CHECK(json_at(request, "/messages/0/extras") ==
        R"([{"dialect":"openai-chat","key":"audio","value":{"id":"a"}}])");
  CHECK(json_at(request, "/messages/1/parts/0/extras") ==
        R"([{"dialect":"openai-chat","key":"prompt_cache_breakpoint","value":)"
        R"({"mode":"explicit"}}])");
}

TEST_CASE_METHOD(Fixture, "of two limits of tokens the newer counts and the other is told",
                 "[openai][request]") {
  const auto request = dialect.read(
      R"({"messages":[{"role":"user","content":"x"}],"max_tokens":5,"max_completion_tokens":9})");

  CHECK(json_at(request.canonical, "/max_tokens") == "9");
  CHECK(request.losses == Losses{"dropped /max_tokens: max_completion_tokens takes its place"});
}

TEST_CASE_METHOD(Fixture, "a malformed chat request says what is wrong where",
                 "[openai][request]") {
  const auto [body, failure] = GENERATE(table<std::string, std::string>({
      {R"({"messages":)", "the body is no JSON from byte 12 onwards"},
      {R"([])", "the body: expected an object, got an array"},
      {R"({"model":"m"})", "messages: expected an array, got nothing"},
      {R"({"messages":[]})", "messages: expected at least one message, got none"},
      {R"({"messages":["x"]})", "messages[0]: expected an object, got a string"},
      {R"({"messages":[{"content":"x"}]})", "messages[0].role: expected a string, got nothing"},
      {R"({"messages":[{"role":"user","content":5}]})",
       "messages[0].content: expected a string or an array, got a number"},
      {R"({"messages":[{"role":"user","content":[{"type":"image_url"}]}]})",
       "messages[0].content[0].image_url: expected an object, got nothing"},
      {R"({"messages":[{"role":"tool","content":"x"}]})",
       "messages[0].tool_call_id: expected a string, got nothing"},
      {R"({"messages":[{"role":"user","content":"x"}],"temperature":"hot"})",
       "temperature: expected a number, got a string"},
      {R"({"messages":[{"role":"user","content":"x"}],"n":1.5})",
       "n: expected a whole number, got 1.5"},
      {R"({"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}]})",
       "tools[0].function: expected an object, got nothing"},
      {R"({"messages":[{"role":"user","content":"x"}],"stop":["a",1]})",
       "stop[1]: expected a string, got a number"},
  }));

  CHECK(this->failure(body) == "400 invalid_request_error: " + failure);
}

TEST_CASE_METHOD(Fixture, "openai has no canonical request for what nobody else has",
                 "[openai][request]") {
  CHECK(dialect.read(ClientFacts{R"({"input":"x"})", "moderations"}).status == ABV_E_UNSUPPORTED);
  CHECK(dialect.write(R"({"abv":"chat/1","messages":[]})", {"m", "moderations"}).status ==
        ABV_E_UNSUPPORTED);
}

}  // namespace abv::tests
