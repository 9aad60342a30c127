#include "tests/plugins/claude/request_probe_claude.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

// Bodies as Claude Code, pi, Copilot and the SDKs send them.
constexpr const char* kClaudeCode =
    R"json({"model":"claude-opus-5-5","max_tokens":128000,"stream":true,
"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.328.a1b; cch=0;"},
 {"type":"text","text":"You are Claude Code.","cache_control":{"type":"ephemeral"}},
 {"type":"text","text":"# Rules\n\"quoted\" – é","cache_control":{"type":"ephemeral","ttl":"1h"}}],
"messages":[
 {"role":"user","content":[{"type":"text","text":"<system-reminder>x</system-reminder>"},
  {"type":"text","text":"List the files","cache_control":{"type":"ephemeral"}}]},
 {"role":"assistant","content":[
  {"type":"thinking","thinking":"","signature":"EqQBCkYIBRgCKkA="},
  {"type":"redacted_thinking","data":"EmwKAhgBEgy3va3p"},
  {"type":"text","text":"I will look."},
  {"type":"tool_use","id":"toolu_01","name":"Bash","input":{"command":"ls","type":"x"}},
  {"type":"tool_use","id":"toolu_02","name":"Read","input":{"file_path":"/a"},
   "caller":{"type":"code_execution_20260120","tool_id":"srvtoolu_1"}}]},
 {"role":"user","content":[
  {"type":"tool_result","tool_use_id":"toolu_02","is_error":true,
   "content":[{"type":"text","text":"no such file"},
    {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},
    {"type":"tool_reference","tool_name":"Grep"}]},
  {"type":"tool_result","tool_use_id":"toolu_01","content":"a\nb",
   "cache_control":{"type":"ephemeral"}},
  {"type":"text","text":"Go on"}]},
 {"role":"system","content":"Be brief.",
  "output_config":{"effort":"low"}}],
"tools":[
 {"name":"Bash","description":"Runs \"it\"","input_schema":{"$schema":
  "https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"command":
  {"type":"string"}},"required":["command"],"additionalProperties":false}},
 {"name":"DeferredToolPlaceholder","description":"d","input_schema":{"type":"object",
  "properties":{}},"defer_loading":true,"eager_input_streaming":true},
 {"type":"web_search_20260209","name":"web_search","max_uses":5,"allowed_domains":["a.org"],
  "user_location":{"type":"approximate","city":"Bern"},"allowed_callers":["direct"]},
 {"type":"bash_20250124","name":"bash"}],
"tool_choice":{"type":"auto","disable_parallel_tool_use":true},
"thinking":{"type":"adaptive","display":"omitted"},
"output_config":{"effort":"xhigh","task_budget":{"type":"tokens","total":90000}},
"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},
"safeguards":[{"type":"dangerous_tool_use"}],
"metadata":{"user_id":"{\"device_id\":\"d\",\"session_id\":\"s\"}"}})json";

constexpr const char* kServerTools = R"json({"model":"claude-opus-5-5","max_tokens":1000,
"messages":[{"role":"user","content":"What is new?"},
 {"role":"assistant","content":[
  {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"news"}},
  {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[
   {"type":"web_search_result","url":"https://a","title":"A","encrypted_content":"e=="}]},
  {"type":"text","text":"This.","citations":[{"type":"web_search_result_location",
   "url":"https://a","title":"A","encrypted_index":"i","cited_text":"t"}]}]},
 {"role":"user","content":[
  {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="},
   "title":"T","context":"C","citations":{"enabled":true}},
  {"type":"document","source":{"type":"text","media_type":"text/plain","data":"plain"}},
  {"type":"document","source":{"type":"content","content":"as one"}},
  {"type":"document","source":{"type":"content","content":[{"type":"text","text":"b"}]}},
  {"type":"document","source":{"type":"url","url":"https://a/b.pdf"}},
  {"type":"document","source":{"type":"file","file_id":"file_1"}},
  {"type":"image","source":{"type":"url","url":"https://a/b.png"},
   "transformations":{"oversized_image":"error"}},
  {"type":"image","source":{"type":"file","file_id":"file_2"}},
  {"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"x"}]},
  {"type":"container_upload","file_id":"file_3"},
  {"type":"text","text":"Compare","cache_control":{"type":"ephemeral","scope":"global"}}]}],
"tools":[{"type":"web_search_20250305","name":"web_search","blocked_domains":["b.org"]},
 {"type":"code_execution_20260521","name":"code_execution"}],
"container":{"id":"c1"},"mcp_servers":[{"type":"url","url":"https://m","name":"m"}],
"inference_geo":"eu","speed":"fast","cache_control":{"type":"ephemeral"},
"service_tier":"standard_only",
"thinking":{"type":"disabled"},
"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{},
 "additionalProperties":false}}}})json";

constexpr const char* kOlder = R"json({"model":"claude-sonnet-4-5-20250929","max_tokens":32000,
"system":"Be kind.","messages":[{"role":"user","content":"Hi"},
 {"role":"assistant","content":"Hello"},{"role":"user","content":"Again"}],
"thinking":{"type":"enabled","budget_tokens":31999,"display":"summarized"},
"temperature":1,"stop_sequences":["\n\nHuman:","END"],
"tools":[{"name":"f","input_schema":{"type":"object","additionalProperties":false},"strict":true,
 "input_examples":[{"a":1}],"cache_control":{"type":"ephemeral"}}],
"tool_choice":{"type":"none"}})json";

constexpr const char* kSampled = R"json({"model":"claude-haiku-4-5","max_tokens":1,
"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"The answer is ("}],
"temperature":0.5,"top_k":40,
"tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
"tool_choice":{"type":"tool","name":"f"}})json";

}  // namespace

TEST_CASE_METHOD(ClaudeRequests, "what a claude client says comes out of its own dialect again",
                 "[claude][request]") {
  const std::string body = GENERATE(as<std::string>(), kClaudeCode, kServerTools, kOlder, kSampled);
  const auto model = sdk::json::parse(body).value()["model"].as_string();
  const bool is_stream = sdk::json::parse(body).value()["stream"].as_bool();

  const auto written = dialect.round_trip(body, {.model = model, .is_stream = is_stream});

  CHECK(sorted_json(written.body) == sorted_json(body));
  CHECK(written.losses == Losses{});
  CHECK(written.path == "/v1/messages");
}

TEST_CASE_METHOD(ClaudeRequests, "an effort without thinking stays one", "[claude][request]") {
  const std::string body = R"({"model":"claude-opus-4-8","max_tokens":9,)"
                           R"("messages":[{"role":"user","content":"Hi"}],)"
                           R"("output_config":{"effort":"high"}})";

  CHECK(sorted_json(dialect.round_trip(body, {.model = "claude-opus-4-8"}).body) ==
        sorted_json(body));
  CHECK_THAT(canonical(body), !ContainsSubstring("extras"));  // it is no loss to others
}

TEST_CASE_METHOD(ClaudeRequests, "the beta's output_format becomes output_config.format",
                 "[claude][request]") {
  const auto written = dialect.round_trip(
      R"({"model":"claude-opus-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],)"
      R"("output_format":{"type":"json_schema","schema":{"type":"string"}}})",
      {.model = "claude-opus-5"});

  CHECK(sorted_json(written.body) ==
        R"({"max_tokens":9,"messages":[{"content":"Hi","role":"user"}],"model":"claude-opus-5",)"
        R"("output_config":{"format":{"schema":{"type":"string"},"type":"json_schema"}}})");
}

TEST_CASE_METHOD(ClaudeRequests, "a request that counts says nothing of an answer",
                 "[claude][request]") {
  const Wanted wanted{.model = "claude-opus-5-5", .operation = "count_tokens"};

  const auto read = dialect.read({.body = kClaudeCode, .operation = "count_tokens"});
  const auto written = dialect.write(read.canonical, wanted);
  const auto body = sdk::json::parse(written.body).value();

  CHECK(written.path == "/v1/messages/count_tokens");
  CHECK(written.losses == Losses{});
  CHECK(!body["max_tokens"].exists());
  CHECK(!body["stream"].exists());
  CHECK(!body["metadata"].exists());
  CHECK(body["thinking"].exists());
  CHECK(body["system"].size() == 3);
  CHECK(body["tools"].size() == 4);
}

TEST_CASE_METHOD(ClaudeRequests, "a field with a dot in its name goes on as it came",
                 "[claude][request]") {
  const std::string body = R"({"model":"claude-opus-5-5","max_tokens":9,"a.b":1,)"
                           R"("messages":[{"role":"user","content":"Hi"}]})";

  CHECK(sorted_json(dialect.round_trip(body, {.model = "claude-opus-5-5"}).body) ==
        sorted_json(body));
}

TEST_CASE_METHOD(ClaudeRequests, "other operations have no canonical form", "[claude][request]") {
  CHECK(dialect.read({.body = kOlder, .operation = "batches"}).status == ABV_E_UNSUPPORTED);
  CHECK(dialect.write("{}", {.operation = "batches"}).status == ABV_E_UNSUPPORTED);
}

}  // namespace abv::tests
