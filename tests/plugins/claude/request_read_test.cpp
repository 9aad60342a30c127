#include "abv/sdk/signature.hpp"
#include "tests/plugins/claude/request_probe_claude.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

// A body with these messages and other members.
std::string body(const std::string& messages, const std::string& others = {}) {
  return R"({"model":"m","messages":)" + messages + others + "}";
}

std::string with_content(const std::string& content) {
  return body(R"([{"role":"user","content":)" + content + "}]");
}

// The canonical parts of a message with that content.
std::string parts_of(const ClaudeRequests& requests, const std::string& content) {
  const auto canonical = sdk::json::parse(requests.canonical(with_content(content))).value();
  return std::string(canonical["messages"][0]["parts"].raw());
}

std::string failure_of(const ClaudeRequests& requests, const std::string& text) {
  return requests.dialect.read(text).failure;
}

constexpr const char* kHello = R"([{"role":"user","content":"Hi"}])";

}  // namespace

TEST_CASE_METHOD(ClaudeRequests, "a claude system prompt is the first message",
                 "[claude][request]") {
  CHECK(canonical(body(kHello, R"(,"system":"Be kind.","max_tokens":7,"stream":true)")) ==
        R"({"abv":"chat/1","max_tokens":7,"messages":[)"
        R"({"parts":[{"text":"Be kind.","type":"text"}],"role":"system"},)"
        R"({"parts":[{"text":"Hi","type":"text"}],"role":"user"}],)"
        R"("model":"m","output":{},"reasoning":{},"stream":true})");
}

TEST_CASE_METHOD(ClaudeRequests, "claude code's billing header is hidden from other dialects",
                 "[claude][request]") {
  const auto read = sdk::json::parse(canonical(body(
      kHello, R"(,"system":[{"type":"text","text":"x-anthropic-billing-header: a"},)"
              R"({"type":"text","text":"b","cache_control":{"type":"ephemeral","ttl":"1h"}}])")));

  CHECK((*read)["messages"][0]["parts"].raw() ==
        R"([{"dialect":"claude-messages","raw":{"text":"x-anthropic-billing-header: a",)"
        R"("type":"text"},"type":"opaque"},{"cache":{"ttl":"1h"},"text":"b","type":"text"}])");
}

TEST_CASE_METHOD(ClaudeRequests, "a system message stays where it stood", "[claude][request]") {
  const auto read = sdk::json::parse(
      canonical(body(R"([{"role":"user","content":"Hi"},{"role":"system","content":"S",)"
                     R"("output_config":{"effort":"low"}},{"role":"system",)"
                     R"("output_config":{"effort":"high"}}])")));

  CHECK((*read)["messages"][1].raw() ==
        R"({"extras":[{"dialect":"claude-messages","key":"output_config",)"
        R"("value":{"effort":"low"}}],"parts":[{"text":"S","type":"text"}],"role":"system"})");
  CHECK((*read)["messages"][2]["parts"].size() == 0);
}

TEST_CASE_METHOD(ClaudeRequests, "claude's blocks become parts", "[claude][request]") {
  CHECK(parts_of(*this, R"([{"type":"image","source":{"type":"base64","media_type":"image/png",)"
                        R"("data":"aa=="}},{"type":"image","source":{"type":"url","url":"u"}},)"
                        R"({"type":"document","source":{"type":"file","file_id":"file_1"},)"
                        R"("title":"t"},{"type":"document","source":{"type":"text",)"
                        R"("media_type":"text/plain","data":"d"}}])") ==
        R"([{"data":"aa==","media_type":"image/png","type":"image"},{"type":"image","url":"u"},)"
        R"({"file_id":"file_1","name":"t","type":"file"},)"
        R"({"media_type":"text/plain","text":"d","type":"file"}])");
  CHECK(parts_of(*this, R"([{"type":"tool_result","tool_use_id":"t","is_error":true,)"
                        R"("content":"x"},{"type":"tool_result","tool_use_id":"u"},)"
                        R"({"type":"tool_use","id":"v","name":"f","input":{"a":1},)"
                        R"("caller":{"type":"direct"}}])") ==
        R"([{"content":[{"text":"x","type":"text"}],"error":true,"id":"t","type":"tool_result"},)"
        R"({"content":[],"id":"u","type":"tool_result"},)"
        R"({"arguments":{"a":1},"id":"v","name":"f","type":"tool_call"}])");
}

TEST_CASE_METHOD(ClaudeRequests, "claude's blocks without a word elsewhere are opaque",
                 "[claude][request]") {
  CHECK(parts_of(*this, R"([{"type":"new_block","x":1}])") ==
        R"([{"dialect":"claude-messages","raw":{"type":"new_block","x":1},"type":"opaque"}])");
  CHECK(parts_of(*this, R"([{"type":"text","text":"a","new_field":[1],"other":null}])") ==
        R"([{"extras":[{"dialect":"claude-messages","key":"new_field","value":[1]}],)"
        R"("text":"a","type":"text"}])");
}

TEST_CASE_METHOD(ClaudeRequests, "thinking is claude's own unless its signature tells otherwise",
                 "[claude][request]") {
  const auto foreign = sdk::wrap_signature({"gemini", "gemini-3-pro", false, "sig"});
  const auto hidden = sdk::wrap_signature({"openai", "", true, "enc"});

  CHECK(parts_of(*this, R"([{"type":"thinking","thinking":"t","signature":"s"},)"
                        R"({"type":"thinking","thinking":"u"},)"
                        R"({"type":"redacted_thinking","data":"d"}])") ==
        R"([{"origin":"claude","signature":"s","text":"t","type":"reasoning"},)"
        R"({"text":"u","type":"reasoning"},)"
        R"({"origin":"claude","redacted":"d","type":"reasoning"}])");
  CHECK(parts_of(*this, R"([{"type":"thinking","thinking":"","signature":")" + foreign +
                            R"("},{"type":"redacted_thinking","data":")" + hidden + R"("}])") ==
        R"([{"origin":"gemini","origin_model":"gemini-3-pro","signature":"sig","text":"",)"
        R"("type":"reasoning"},{"origin":"openai","redacted":"enc","type":"reasoning"}])");
}

TEST_CASE_METHOD(ClaudeRequests, "marked thinking of another vendor keeps its origin and text",
                 "[claude][request]") {
  const auto mark = sdk::wrap_signature({"chat", "glm-5", false, ""});

  CHECK(parts_of(*this, R"([{"type":"thinking","thinking":"t","signature":")" + mark +
                            R"("},{"type":"thinking","thinking":"u","signature":""}])") ==
        R"([{"origin":"chat","origin_model":"glm-5","text":"t","type":"reasoning"},)"
        R"({"text":"u","type":"reasoning"}])");
}

TEST_CASE_METHOD(ClaudeRequests, "claude code's user is a hash to all but claude",
                 "[claude][request]") {
  const auto user = [&](const std::string& id) {
    const auto read = canonical(body(kHello, R"(,"metadata":{"user_id":)" + id + "}"));
    return sdk::json::parse(read).value()["user"].as_string();
  };
  const std::string id = R"("{\"device_id\":\"d\",\"account_uuid\":\"a\",\"session_id\":\"s\"}")";
  const auto read =
      sdk::json::parse(canonical(body(kHello, R"(,"metadata":{"user_id":)" + id + "}")));

  CHECK(user(id) == "user_cbeb4918f580fece");
  CHECK(user(R"("{\"device_id\":\"d\",\"account_uuid\":\"a\",\"session_id\":\"t\"}")") == user(id));
  CHECK(user(R"("{\"device_id\":\"e\",\"account_uuid\":\"a\"}")") != user(id));
  CHECK(user(R"("{\"session_id\":\"s\"}")").size() == user(id).size());
  CHECK(user(R"("{not json")") == "{not json");
  CHECK((*read)["extras"].raw() ==
        R"([{"dialect":"claude-messages","key":"metadata.user_id","value":)" + id + "}]");
}

TEST_CASE_METHOD(ClaudeRequests, "claude's ways to ask for thinking are kept as they were said",
                 "[claude][request]") {
  const auto reasoning = [&](const std::string& others) {
    const auto read = sdk::json::parse(canonical(body(kHello, others))).value();
    return std::string(read["reasoning"].raw()) + std::string(read["extras"].raw());
  };

  CHECK(reasoning(R"(,"thinking":{"type":"enabled","budget_tokens":2000})") ==
        R"({"budget_tokens":2000,"enabled":true})");
  CHECK(reasoning(R"(,"thinking":{"type":"adaptive","display":"summarized"},)"
                  R"("output_config":{"effort":"max"})") ==
        R"({"adaptive":true,"effort":"max","enabled":true,"show":"summary"})");
  CHECK(reasoning(R"(,"thinking":{"type":"adaptive"})") == R"({"adaptive":true,"enabled":true})");
  CHECK(reasoning(R"(,"thinking":{"type":"disabled"})") == R"({"enabled":false})");
  CHECK(reasoning(R"(,"thinking":{"type":"between_tools"})") ==
        R"({}[{"dialect":"claude-messages","key":"thinking","value":{"type":"between_tools"}}])");
  CHECK(reasoning(R"(,"thinking":{"type":"adaptive","display":"updates"})") ==
        R"({"adaptive":true,"enabled":true}[{"dialect":"claude-messages",)"
        R"("key":"thinking.display","value":"updates"}])");
}

TEST_CASE_METHOD(ClaudeRequests, "claude's tools are functions, web search or opaque",
                 "[claude][request]") {
  const auto read = sdk::json::parse(canonical(body(
      kHello, R"(,"tools":[{"type":"custom","name":"f","description":"d","input_schema":)"
              R"({"type":"object"},"strict":true,"defer_loading":true,)"
              R"("cache_control":{"type":"ephemeral"}},)"
              R"({"type":"web_search_20250305","name":"web_search","max_uses":2,"strict":true,)"
              R"("blocked_domains":null},{"type":"memory_20250818","name":"memory"}],)"
              R"("tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true})")));

  CHECK((*read)["tools"].raw() ==
        R"([{"cache":{},"description":"d","extras":[{"dialect":"claude-messages",)"
        R"("key":"defer_loading","value":true}],"name":"f","parameters":{"type":"object"},)"
        R"("strict":true,"type":"function"},)"
        R"({"extras":[{"dialect":"claude-messages","key":"strict","value":true}],)"
        R"("name":"web_search","settings":{"max_uses":2},"type":"web_search"},)"
        R"({"dialect":"claude-messages","name":"memory","raw":{"name":"memory",)"
        R"("type":"memory_20250818"},"type":"opaque"}])");
  CHECK((*read)["tool_choice"].raw() == R"({"mode":"required","names":["f"],"parallel":false})");
}

TEST_CASE_METHOD(ClaudeRequests, "claude's options have their places, and the rest is extra",
                 "[claude][request]") {
  const auto read = sdk::json::parse(canonical(
      body(kHello,
           R"(,"temperature":0.5,"top_p":0.9,"top_k":4,"stop_sequences":["a"],)"
           R"("metadata":{"user_id":"u","x":1},"service_tier":"auto","speed":"fast",)"
           R"("container":null,"output_config":{"format":{"type":"json_schema","schema":{}}})")));

  CHECK((*read)["temperature"].raw() == "0.5");
  CHECK((*read)["top_p"].raw() == "0.9");
  CHECK((*read)["top_k"].raw() == "4");
  CHECK((*read)["stop"].raw() == R"(["a"])");
  CHECK((*read)["user"].raw() == R"("u")");
  CHECK((*read)["service_tier"].raw() == R"("auto")");
  CHECK((*read)["output"].raw() == R"({"format":"json_schema","schema":{}})");
  CHECK((*read)["extras"].raw() ==
        R"([{"dialect":"claude-messages","key":"metadata.x","value":1},)"
        R"({"dialect":"claude-messages","key":"speed","value":"fast"}])");
}

TEST_CASE_METHOD(ClaudeRequests, "a malformed claude request is refused by its place",
                 "[claude][request]") {
  const auto failure = [&](const std::string& text) { return failure_of(*this, text); };
  const std::string kind = "400 invalid_request_error: ";

  CHECK(failure("{") == kind + "request body: no JSON at byte 1");
  CHECK(failure("[]") == kind + "request body: expected a JSON object");
  CHECK(failure("{}") == kind + "messages: expected an array, got nothing");
  CHECK(failure(R"({"messages":[]})") ==
        kind + "messages: expected at least one message, got none");
  CHECK(failure(body(R"([{"role":"user","content":"a"},{"role":"user","content":5}])")) ==
        kind + "messages[1].content: expected a string or an array, got a number");
  CHECK(failure(body(R"(["a"])")) == kind + "messages[0]: expected an object, got a string");
  CHECK(failure(with_content(R"([{"type":"text"}])")) ==
        kind + "messages[0].content[0].text: expected a string, got nothing");
  CHECK(failure(with_content(R"([{"type":"tool_use","id":"a","name":"f","input":[]}])")) ==
        kind + "messages[0].content[0].input: expected an object, got an array");
  CHECK(failure(with_content(R"([{"type":"image","source":{"type":"base64"}}])")) ==
        kind + "messages[0].content[0].source.media_type: expected a string, got nothing");
  CHECK(failure(body(kHello, R"(,"max_tokens":"9")")) ==
        kind + "max_tokens: expected a whole number, got a string");
  CHECK(failure(body(kHello, R"(,"tools":[{"type":"custom"}])")) ==
        kind + "tools[0].name: expected a string, got nothing");
  CHECK(failure(body(kHello, R"(,"stop_sequences":[1])")) ==
        kind + "stop_sequences[0]: expected a string, got a number");
}

TEST_CASE_METHOD(ClaudeRequests, "an unknown role of claude's is kept and no error",
                 "[claude][request]") {
  const auto read = sdk::json::parse(canonical(body(R"([{"role":"critic","content":"Hi"}])")));

  CHECK((*read)["messages"][0].raw() ==
        R"({"extras":[{"dialect":"claude-messages","key":"role","value":"critic"}],)"
        R"("parts":[{"text":"Hi","type":"text"}],"role":"user"})");
}

}  // namespace abv::tests
