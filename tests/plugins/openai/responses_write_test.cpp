#include "abv/sdk/json.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

struct Fixture {
  RequestProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Wanted wanted{.model = "gpt-4.1", .operation = "responses"};

  // A canonical request with these members.
  WrittenRequest write(const std::string& members) const {
    return dialect.write(R"({"abv":"chat/1","model":"x",)" + members + "}", wanted);
  }
  WrittenRequest write_parts(const std::string& role, const std::string& parts) const {
    return write(R"("messages":[{"role":")" + role + R"(","parts":[)" + parts + "]}]");
  }
  WrittenRequest write_option(const std::string& members) const {
    return write(R"("messages":[{"role":"user","parts":[{"type":"text","text":"Hi"}]}],)" +
                 members);
  }

  static std::string member(const WrittenRequest& request, std::string_view name) {
    const auto root = sdk::json::parse(request.body);
    return root ? sorted_json((*root)[name].raw()) : std::string();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "text that a middleware changed is not taken from the trace",
                 "[openai]") {
  const auto written = write_parts("assistant", R"({"type":"reasoning","text":"[gone]",
      "redacted":"gA","origin":"openai","dialect":"openai-responses",
      "raw":{"id":"rs_1","summary":[7,9]}},{"type":"text","text":"x"})");
  wanted.model = "o3";
  const auto on_o3 = write_parts("assistant", R"({"type":"reasoning","text":"[gone]",
      "redacted":"gA","origin":"openai","dialect":"openai-responses",
      "raw":{"id":"rs_1","summary":[7,9]}},{"type":"text","text":"x"})");

  CHECK_THAT(member(on_o3, "input"),
             ContainsSubstring(R"("summary":[{"text":"[gone]","type":"summary_text"}])"));
  CHECK(written.losses == Losses{"dropped /messages/0/parts/0: the model takes no reasoning"});
}

TEST_CASE_METHOD(Fixture, "a request goes to the API's path as a stream or not", "[openai]") {
  wanted.is_stream = GENERATE(true, false);

  const auto written = write_parts("user", R"({"type":"text","text":"Hi"})");

  CHECK(written.path == "/v1/responses");
  CHECK(member(written, "stream") == (wanted.is_stream ? "true" : ""));
  CHECK(member(written, "model") == R"("gpt-4.1")");
}

TEST_CASE_METHOD(Fixture, "the turns of another dialect become items", "[openai]") {
  wanted.model = "gpt-5.5";
  const auto written = write(R"("messages":[
    {"role":"system","parts":[{"type":"text","text":"S"}]},
    {"role":"user","parts":[{"type":"text","text":"Hi"},
      {"type":"image","media_type":"image/png","data":"iVBO"}]},
    {"role":"assistant","parts":[{"type":"text","text":""},{"type":"text","text":"x"},
      {"type":"tool_call","id":"c1","name":"get","arguments":{"a":1}},
      {"type":"tool_call","id":"c2","name":"patch","arguments":"*** \"","custom":true}]},
    {"role":"user","parts":[
      {"type":"tool_result","id":"c1","content":[{"type":"text","text":"1"}]},
      {"type":"tool_result","id":"c2","content":[{"type":"text","text":"a"},
        {"type":"image","url":"https://a.b/c.png","detail":"low"}]},
      {"type":"text","text":"Go on"}]}])");

  CHECK(written.losses.empty());
  CHECK(member(written, "input") == sorted_json(R"([
    {"type":"message","role":"system","content":[{"type":"input_text","text":"S"}]},
    {"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"},
      {"type":"input_image","image_url":"data:image/png;base64,iVBO"}]},
    {"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]},
    {"type":"function_call","call_id":"c1","name":"get","arguments":"{\"a\":1}"},
    {"type":"custom_tool_call","call_id":"c2","name":"patch","input":"*** \""},
    {"type":"function_call_output","call_id":"c1","output":"1"},
    {"type":"custom_tool_call_output","call_id":"c2","output":[{"type":"input_text","text":"a"},
      {"type":"input_image","image_url":"https://a.b/c.png","detail":"low"}]},
    {"type":"message","role":"user","content":[{"type":"input_text","text":"Go on"}]}])"));
}

TEST_CASE_METHOD(Fixture, "a client of another dialect stores nothing and gets reasoning back",
                 "[openai]") {
  const auto [model, include] = GENERATE(table<std::string, std::string>(
      {{"gpt-5.5", R"(["reasoning.encrypted_content"])"}, {"gpt-4.1", ""}}));
  wanted.model = model;

  const auto written = write_parts("user", R"({"type":"text","text":"Hi"})");

  CHECK(member(written, "store") == "false");
  CHECK(member(written, "include") == include);
}

TEST_CASE_METHOD(Fixture, "only reasoning of this vendor goes out, before what it led to",
                 "[openai]") {
  wanted.model = "gpt-5.5";
  const auto [parts, items, losses] = GENERATE(table<std::string, std::string, Losses>({
      {R"({"type":"reasoning","text":"a","redacted":"gA","origin":"openai"},
          {"type":"tool_call","id":"c","name":"f","arguments":{}})",
       R"([{"type":"reasoning","summary":[{"type":"summary_text","text":"a"}],
            "encrypted_content":"gA"},
           {"type":"function_call","call_id":"c","name":"f","arguments":"{}"}])",
       {}},
      {R"({"type":"text","text":"x"},{"type":"reasoning","redacted":"gA","origin":"openai"})",
       R"([{"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]}])",
       {"dropped /messages/0/parts/1: the API refuses reasoning that nothing follows"}},
      {R"({"type":"reasoning","text":"a","signature":"s","origin":"claude"},
          {"type":"text","text":"x"})",
       R"([{"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]}])",
       {"dropped /messages/0/parts/0: it is signed by another vendor"}},
      {R"({"type":"reasoning","text":"a"},{"type":"text","text":"x"})",
       R"([{"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]}])",
       {"dropped /messages/0/parts/0: the API takes reasoning with its own proof only"}},
  }));

  const auto written = write_parts("assistant", parts);

  CHECK(member(written, "input") == sorted_json(items));
  CHECK(written.losses == losses);
}

TEST_CASE_METHOD(Fixture, "stored reasoning goes out by its id while it is stored", "[openai]") {
  wanted.model = "o3";
  const auto [store, losses] =
      GENERATE(table<std::string, std::size_t>({{"true", 0}, {"false", 1}}));

  const auto written = write(R"("store":)" + store + R"(,"messages":[{"role":"assistant","parts":[
      {"type":"reasoning","origin":"openai","dialect":"openai-responses","raw":{"id":"rs_1"}},
      {"type":"text","text":"x"}]}])");

  CHECK(written.losses.size() == losses);
}

TEST_CASE_METHOD(Fixture, "ids of calls are the same on both sides and fit", "[openai]") {
  const std::string longest(90, 'x');

  const auto input = sdk::json::parse(member(write(R"("messages":[
    {"role":"assistant","parts":[{"type":"tool_call","id":")" +
                                                   longest + R"(","name":"f",
      "arguments":{}}]},
    {"role":"user","parts":[{"type":"tool_result","id":")" +
                                                   longest + R"(","content":[]}]}])"),
                                             "input"));

  CHECK((*input)[0]["call_id"].as_string().size() == 64);
  CHECK((*input)[0]["call_id"].raw() == (*input)[1]["call_id"].raw());
  CHECK((*input)[1]["output"].raw() == R"("")");
}

TEST_CASE_METHOD(Fixture, "arguments that are no object go back as the model wrote them",
                 "[openai]") {
  CHECK_THAT(write_parts("assistant", R"({"type":"tool_call","id":"c","name":"f",
               "arguments":"{\"a\":"})")
                 .body,
             ContainsSubstring(R"("arguments":"{\"a\":")"));
}

TEST_CASE_METHOD(Fixture, "tools are not strict unless they were asked to be", "[openai]") {
  const auto [given, found] = GENERATE(table<std::string, std::string>(
      {{"", "false"}, {R"(,"strict":false)", "false"}, {R"(,"strict":true)", "true"}}));

  CHECK(member(write_option(R"("tools":[{"type":"function","name":"f","description":"d")" + given +
                            "}]"),
               "tools") == sorted_json(R"([{"type":"function","name":"f","description":"d",
          "parameters":{"type":"object","properties":{}},"strict":)" +
                                       found + "}]"));
}

TEST_CASE_METHOD(Fixture, "a web search of another dialect keeps what OpenAI's has", "[openai]") {
  const auto written = write_option(R"("tools":[{"type":"web_search","name":"web_search","settings":
    {"allowed_domains":["a.b"],"max_uses":3,"blocked_domains":["c.d"],
     "user_location":{"type":"approximate","city":"B"}}}])");

  CHECK(member(written, "tools") == sorted_json(R"([{"type":"web_search",
    "filters":{"allowed_domains":["a.b"]},"user_location":{"type":"approximate","city":"B"}}])"));
  CHECK(written.losses ==
        Losses{"dropped /tools/0/settings/blocked_domains: OpenAI's web search has no such setting",
               "dropped /tools/0/settings/max_uses: OpenAI's web search has no such setting"});
}

TEST_CASE_METHOD(Fixture, "choices of tools are written in the API's forms", "[openai]") {
  const auto [choice, found] = GENERATE(table<std::string, std::string>({
      {R"({"mode":"auto"})", R"("auto")"},
      {R"({"mode":"none"})", R"("none")"},
      {R"({"mode":"required"})", R"("required")"},
      {R"({"mode":"required","names":["f"]})", R"({"type":"function","name":"f"})"},
      {R"({"mode":"required","names":["p"]})", R"({"type":"custom","name":"p"})"},
      {R"({"mode":"required","names":["w"]})", R"({"type":"web_search"})"},
      {R"({"mode":"auto","names":["f","p"]})",
       R"({"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"},
          {"type":"custom","name":"p"}]})"},
  }));

  CHECK(member(write_option(R"("tools":[{"type":"function","name":"f"},{"type":"custom","name":"p"},
          {"type":"web_search","name":"w"}],"tool_choice":)" +
                            choice),
               "tool_choice") == sorted_json(found));
}

TEST_CASE_METHOD(Fixture, "options that the API does not have are reported", "[openai]") {
  const auto [given, loss] = GENERATE(table<std::string, std::string>({
      {R"("top_k":5)", "dropped /top_k: the Responses API has no such option"},
      {R"("seed":5)", "dropped /seed: the Responses API has no such option"},
      {R"("n":2)", "dropped /n: the Responses API has no such option"},
      {R"("presence_penalty":1)",
       "dropped /presence_penalty: the Responses API has no such option"},
      {R"("frequency_penalty":1)",
       "dropped /frequency_penalty: the Responses API has no such option"},
      {R"("stop":["x"])", "dropped /stop: the Responses API has no such option"},
      {R"("max_tokens":5)", "approximated /max_tokens: the API takes 16 at least"},
      {R"("output":{"format":"json_schema","schema":{}})",
       "defaulted /output/name: the API demands a name"},
      {R"("extras":[{"dialect":"gemini","key":"safetySettings","value":[]}])",
       "dropped /safetySettings: only gemini knows it"},
      {R"("tools":[{"type":"opaque","dialect":"claude-messages","raw":{}}])",
       "dropped /tools/0: only claude-messages knows it"},
      {R"("tool_choice":{"mode":"required"})",
       "dropped /tool_choice: there is no tool left to call"},
      {R"("reasoning":{"effort":"high"})", "dropped /reasoning: the model does not reason"},
  }));

  CHECK(write_option(given).losses == Losses{loss});
}

TEST_CASE_METHOD(Fixture, "what changes nothing is not reported", "[openai]") {
  const auto given = GENERATE(as<std::string>{}, R"("n":1)", R"("presence_penalty":0)",
                              R"("reasoning":{"enabled":false})", R"("max_tokens":16)",
                              R"("output":{"modalities":["text"]})");

  CHECK(write_option(given).losses.empty());
}

TEST_CASE_METHOD(Fixture, "too few tokens become as few as the API takes", "[openai]") {
  CHECK(member(write_option(R"("max_tokens":5)"), "max_output_tokens") == "16");
}

TEST_CASE_METHOD(Fixture, "reasoning models get no sampling and say so", "[openai]") {
  wanted.model = GENERATE(as<std::string>{}, "o3", "gpt-5.5", "gpt-6-sol", "openai/o4-mini");

  const auto written = write_option(R"("temperature":0.5,"top_p":1,"logprobs":true)");

  CHECK(member(written, "temperature").empty());
  CHECK(member(written, "top_p").empty());
  CHECK(written.losses == Losses{"dropped /temperature: OpenAI's reasoning models do not take it",
                                 "dropped /logprobs: OpenAI's reasoning models do not take it"});
}

TEST_CASE_METHOD(Fixture, "how much to think is told as an effort", "[openai]") {
  wanted.model = "gpt-5.5";
  const auto [given, found, losses] = GENERATE(table<std::string, std::string, Losses>({
      {R"({"effort":"high","show":"summary"})", R"({"effort":"high","summary":"auto"})", {}},
      {R"({"enabled":false})", R"({"effort":"none"})", {}},
      {R"({"enabled":true,"budget_tokens":8192})", R"({"effort":"medium","summary":"auto"})", {}},
      {R"({"enabled":true,"budget_tokens":31999})",
       R"({"effort":"high","summary":"auto"})",
       {"approximated /reasoning/budget_tokens: the API knows efforts, not budgets"}},
      {R"({"enabled":true,"adaptive":true,"effort":"low"})",
       R"({"effort":"low","summary":"auto"})",
       {}},
      {R"({"effort":"low","show":"full"})",
       R"({"effort":"low","summary":"detailed"})",
       {"approximated /reasoning/show: OpenAI shows summaries of reasoning only"}},
  }));

  const auto written = write_option(R"("reasoning":)" + given);

  CHECK(member(written, "reasoning") == sorted_json(found));
  CHECK(written.losses == losses);
}

TEST_CASE_METHOD(Fixture, "names that are too long for the API are shortened", "[openai]") {
  const auto written = write_option(R"("user":")" + std::string(150, 'u') + R"(","cache_key":"k")");

  CHECK(member(written, "user").size() == 66);
  CHECK(written.losses == Losses{"approximated /user: the API takes 64 characters"});
}

TEST_CASE_METHOD(Fixture, "what a part loses is reported with its place", "[openai]") {
  const auto [role, part, loss] = GENERATE(table<std::string, std::string, std::string>({
      {"user", R"({"type":"text","text":"a","cache":{}})",
       "dropped /messages/0/parts/0/cache: OpenAI caches by itself"},
      {"user", R"({"type":"file","text":"plain","media_type":"text/plain"})",
       "approximated /messages/0/parts/0: a document in plain text goes as text"},
      {"user", R"({"type":"file","data":"JVBE","media_type":"application/pdf"})",
       "defaulted /messages/0/parts/0/name: the API demands a file name"},
      {"user", R"({"type":"audio","data":"AA","media_type":"audio/ogg"})",
       "dropped /messages/0/parts/0: the API takes audio as data, in wav or mp3"},
      {"user", R"({"type":"image","file_id":"file_011"})",
       "dropped /messages/0/parts/0: it stands in the file store of another service"},
      {"user", R"({"type":"image","url":"https://a/b.png","name":"b.png"})",
       "dropped /messages/0/parts/0/name: only files have names"},
      {"user", R"({"type":"opaque","dialect":"gemini","raw":{}})",
       "dropped /messages/0/parts/0: only gemini knows it"},
      {"user", R"({"type":"tool_result","id":"c","error":true,"content":[]})",
       "dropped /messages/0/parts/0/error: results have no mark for failure"},
      {"assistant", R"({"type":"image","data":"AA","media_type":"image/png"})",
       "dropped /messages/0/parts/0: the API takes text only of what the model said"},
      {"assistant", R"({"type":"tool_call","id":"c","name":"f","arguments":{},"signature":"s",
         "origin":"gemini"})",
       "dropped /messages/0/parts/0/signature: calls have no signatures here"},
      {"assistant", R"({"type":"text","text":"a","citations":[{"url":"u"}]})",
       "dropped /messages/0/parts/0/citations: the API takes its own annotations only"},
  }));

  CHECK(write_parts(role, part).losses == Losses{loss});
}

TEST_CASE_METHOD(Fixture, "what chat and responses share goes from one to the other", "[openai]") {
  const auto written = write(R"("messages":[{"role":"user","parts":[{"type":"text","text":"a",
      "extras":[{"dialect":"openai-chat","key":"prompt_cache_breakpoint",
        "value":{"mode":"explicit"}}]}]}],
    "extras":[{"dialect":"openai-chat","key":"safety_identifier","value":"u"},
      {"dialect":"openai-chat","key":"prompt_cache_options","value":{"ttl":"30m"}},
      {"dialect":"openai-chat","key":"logit_bias","value":{}}],"service_tier":"standard")");

  CHECK_THAT(member(written, "input"),
             ContainsSubstring(R"("prompt_cache_breakpoint":{"mode":"explicit"})"));
  CHECK(member(written, "safety_identifier") == R"("u")");
  CHECK(member(written, "prompt_cache_options") == R"({"ttl":"30m"})");
  CHECK(member(written, "service_tier") == R"("default")");
  CHECK(written.losses == Losses{"dropped /logit_bias: only openai-chat knows it"});
}

}  // namespace abv::tests
