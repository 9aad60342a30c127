#include "abv/sdk/json.hpp"
#include "abv/sdk/signature.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

struct Fixture {
  RequestProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};

  ReadRequest read(std::string_view body) const {
    return dialect.read(ClientFacts{.body = std::string(body), .operation = "responses"});
  }

  // The canonical form of one member of the request.
  std::string canonical(std::string_view body, std::string_view member) const {
    const auto request = read(body);
    CHECK(request.failure.empty());
    CHECK(request.losses.empty());
    const auto root = sdk::json::parse(request.canonical);
    return root ? sorted_json((*root)[member].raw()) : std::string();
  }
  std::string messages(const std::string& items) const {
    return canonical(R"({"model":"m","input":[)" + items + "]}", "messages");
  }
  std::string tools(const std::string& tools) const {
    return canonical(R"({"model":"m","input":"Hi","tools":[)" + tools + "]}", "tools");
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a text is a user's message, and instructions the first of all",
                 "[openai]") {
  CHECK(canonical(R"({"model":"m","instructions":"Be \"brief\".","input":"Hi"})", "messages") ==
        sorted_json(R"([
          {"role":"system","parts":[{"type":"text","text":"Be \"brief\".",
            "dialect":"openai-responses","raw":{"instructions":true}}]},
          {"role":"user","parts":[{"type":"text","text":"Hi","dialect":"openai-responses"}]}])"));
}

TEST_CASE_METHOD(Fixture, "messages keep their roles with and without a type", "[openai]") {
  const auto type = GENERATE(as<std::string>{}, "", R"("type":"message",)");

  CHECK(messages("{" + type + R"("role":"developer","content":"a"},{)" + type +
                 R"("role":"user","content":[{"type":"input_text","text":"b"}]})") ==
        sorted_json(R"([
          {"role":"developer","parts":[{"type":"text","text":"a","dialect":"openai-responses"}]},
          {"role":"user","parts":[{"type":"text","text":"b","dialect":"openai-responses"}]}])"));
}

TEST_CASE_METHOD(Fixture, "what the assistant did in a row is one message", "[openai]") {
  CHECK(messages(R"(
      {"type":"reasoning","id":"rs_a1","summary":[{"type":"summary_text","text":"Hm"}],
        "encrypted_content":"gA"},
      {"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":"commentary",
        "content":[{"type":"output_text","text":"x","annotations":[]}]},
      {"type":"function_call","id":"fc_1","call_id":"c1","name":"get","status":"completed",
        "arguments":"{\"a\": 1}"},
      {"type":"function_call_output","call_id":"c1","output":"42"})") == sorted_json(R"([
    {"role":"assistant","parts":[
      {"type":"reasoning","text":"Hm","redacted":"gA","origin":"openai",
        "dialect":"openai-responses","raw":{"id":"rs_a1"}},
      {"type":"text","text":"x","dialect":"openai-responses","raw":{"id":"msg_1"},
        "extras":[{"dialect":"openai-responses","key":"message","value":{"phase":"commentary"}}]},
      {"type":"tool_call","id":"c1","name":"get","arguments":{"a":1},
        "dialect":"openai-responses","raw":{"id":"fc_1"}}]},
    {"role":"user","parts":[{"type":"tool_result","id":"c1","dialect":"openai-responses",
      "content":[{"type":"text","text":"42"}]}]}])"));
}

TEST_CASE_METHOD(Fixture, "wrapped proofs tell whose they are", "[openai]") {
  const auto [is_redacted, field] =
      GENERATE(table<bool, std::string>({{true, "redacted"}, {false, "signature"}}));
  const auto wrapped = sdk::wrap_signature({"claude", "claude-x", is_redacted, "sig"});

  CHECK(messages(R"({"type":"reasoning","id":"rs_abv_r1_0","summary":[],"encrypted_content":")" +
                 wrapped + R"("})") ==
        sorted_json(R"([{"role":"assistant","parts":[{"type":"reasoning","origin":"claude",
          "origin_model":"claude-x","dialect":"openai-responses","raw":{"id":"rs_abv_r1_0"},")" +
                    field + R"(":"sig"}]}])"));
}

TEST_CASE_METHOD(Fixture, "summaries are one text with empty lines between them", "[openai]") {
  const auto found = messages(R"({"type":"reasoning","id":"rs_1","summary":[
      {"type":"summary_text","text":"a\n"},{"type":"summary_text","text":"b"}]})");

  CHECK_THAT(found, ContainsSubstring(R"("text":"a\n\n\nb")") &&
                        ContainsSubstring(R"("raw":{"id":"rs_1","summary":[3,1]})"));
}

TEST_CASE_METHOD(Fixture, "arguments are objects where the model wrote one", "[openai]") {
  const auto [given, found] = GENERATE(table<std::string, std::string>({
      {R"("{\"a\":\"\\u00e9\"}")", R"({"a":"é"})"},
      {R"("")", "{}"},
      {R"("{\"a\":")", R"("{\"a\":")"},
      {R"("[1]")", R"("[1]")"},
  }));

  CHECK_THAT(
      messages(R"({"type":"function_call","call_id":"c","name":"f","arguments":)" + given + "}"),
      ContainsSubstring("\"arguments\":" + found + ","));
}

TEST_CASE_METHOD(Fixture, "custom and local shell calls are tool calls", "[openai]") {
  CHECK(messages(R"(
      {"type":"custom_tool_call","call_id":"c1","name":"apply_patch","input":"*** Begin"},
      {"type":"local_shell_call","id":"lsh_1","call_id":"c2","status":"completed",
        "action":{"type":"exec","command":["ls"],"env":{}}},
      {"type":"custom_tool_call_output","call_id":"c1","output":"ok"},
      {"type":"local_shell_call_output","id":"lsh_1","output":"files"})") == sorted_json(R"([
    {"role":"assistant","parts":[
      {"type":"tool_call","id":"c1","name":"apply_patch","arguments":"*** Begin","custom":true,
        "dialect":"openai-responses"},
      {"type":"tool_call","id":"c2","name":"local_shell",
        "arguments":{"type":"exec","command":["ls"],"env":{}},"dialect":"openai-responses",
        "raw":{"id":"lsh_1","type":"local_shell_call"}}]},
    {"role":"user","parts":[{"type":"tool_result","id":"c1","dialect":"openai-responses",
      "raw":{"type":"custom_tool_call_output"},"content":[{"type":"text","text":"ok"}]}]},
    {"role":"user","parts":[{"type":"tool_result","id":"c2","dialect":"openai-responses",
      "raw":{"id":"lsh_1","type":"local_shell_call_output"},
      "content":[{"type":"text","text":"files"}]}]}])"));
}

TEST_CASE_METHOD(Fixture, "a call in a namespace is called by both names", "[openai]") {
  CHECK_THAT(messages(R"({"type":"function_call","call_id":"c","name":"spawn",
               "namespace":"agents","arguments":"{}"})"),
             ContainsSubstring(R"("name":"agents__spawn")") &&
                 ContainsSubstring(R"("raw":{"namespace":"agents"})"));
}

TEST_CASE_METHOD(Fixture, "pictures, files and sound are read in all their forms", "[openai]") {
  const auto [given, found] = GENERATE(table<std::string, std::string>({
      {R"({"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"high"})",
       R"({"type":"image","media_type":"image/png","data":"iVBO","detail":"high"})"},
      {R"({"type":"input_image","image_url":"https:\/\/a.b\/c.png"})",
       R"({"type":"image","url":"https://a.b/c.png"})"},
      {R"({"type":"input_image","file_id":"file-1","image_url":null})",
       R"({"type":"image","file_id":"file-1"})"},
      {R"({"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"})",
       R"({"type":"file","media_type":"application/pdf","data":"JVBE","name":"a.pdf"})"},
      {R"({"type":"input_file","filename":"a.pdf","file_data":"JVBE"})",
       R"({"type":"file","media_type":"application/pdf","data":"JVBE","name":"a.pdf"})"},
      {R"({"type":"input_file","file_url":"https://a.b/c.pdf"})",
       R"({"type":"file","url":"https://a.b/c.pdf"})"},
      {R"({"type":"input_file","file_id":"file-1"})", R"({"type":"file","file_id":"file-1"})"},
      {R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})",
       R"({"type":"audio","media_type":"audio/wav","data":"AAAA"})"},
      {R"({"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}})",
       R"({"type":"text","text":"a","cache":{},"extras":[{"dialect":"openai-responses",
          "key":"prompt_cache_breakpoint","value":{"mode":"explicit"}}]})"},
      {R"({"type":"input_hologram","x":1})",
       R"({"type":"opaque","dialect":"openai-responses","raw":{"type":"input_hologram","x":1}})"},
  }));

  CHECK(messages(R"({"type":"function_call_output","call_id":"c","output":[)" + given + "]}") ==
        sorted_json(R"([{"role":"user","parts":[{"type":"tool_result","id":"c",
          "dialect":"openai-responses","content":[)" +
                    found + "]}]}]"));
}

TEST_CASE_METHOD(Fixture, "items that nobody else knows are kept on the side that spoke them",
                 "[openai]") {
  const auto [type, role] = GENERATE(table<std::string, std::string>({
      {"web_search_call", "assistant"},
      {"item_reference", "assistant"},
      {"compaction", "assistant"},
      {"what_comes_next", "assistant"},
      {"computer_call_output", "user"},
      {"mcp_approval_response", "user"},
      {"additional_tools", "developer"},
  }));
  const auto item = "{\"type\":\"" + type + "\",\"id\":\"x\"}";

  CHECK(messages(item) == sorted_json("[{\"role\":\"" + role + R"(","parts":[{"type":"opaque",
                            "name":"item","dialect":"openai-responses","raw":)" +
                                      item + "}]}]"));
}

TEST_CASE_METHOD(Fixture, "fields of items that are not known are kept", "[openai]") {
  const std::string field = R"("internal_chat_message_metadata_passthrough":{"a":1})";
  const std::string extra = R"({"dialect":"openai-responses",
    "key":"internal_chat_message_metadata_passthrough","value":{"a":1}})";

  CHECK(messages(R"({"type":"message","role":"user","content":"a",)" + field + "}") ==
        sorted_json(R"([{"role":"user","parts":[{"type":"text","text":"a",
          "dialect":"openai-responses"}],"extras":[)" +
                    extra + "]}]"));
  CHECK(messages(R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}",)" + field +
                 "}") ==
        sorted_json(R"([{"role":"assistant","parts":[{"type":"tool_call","id":"c","name":"f",
          "arguments":{},"dialect":"openai-responses","extras":[)" +
                    extra + "]}]}]"));
}

TEST_CASE_METHOD(Fixture, "tools are read for what they are", "[openai]") {
  const auto [given, found] = GENERATE(table<std::string, std::string>({
      {R"({"type":"function","name":"f","description":"d","parameters":{"type":"object"},
          "strict":true,"defer_loading":true})",
       R"({"type":"function","name":"f","description":"d","parameters":{"type":"object"},
          "strict":true,"dialect":"openai-responses","extras":[
          {"dialect":"openai-responses","key":"defer_loading","value":true}]})"},
      {R"({"type":"custom","name":"p","format":{"type":"grammar","syntax":"lark","definition":"s"}})",
       R"({"type":"custom","name":"p","dialect":"openai-responses",
          "format":{"type":"grammar","syntax":"lark","definition":"s"}})"},
      {R"({"type":"web_search","external_web_access":true,"search_context_size":"low",
          "filters":{"allowed_domains":["a.b"]},"user_location":{"type":"approximate"}})",
       R"({"type":"web_search","name":"web_search","dialect":"openai-responses",
          "settings":{"allowed_domains":["a.b"],"context_size":"low",
            "user_location":{"type":"approximate"}},
          "extras":[{"dialect":"openai-responses","key":"external_web_access","value":true}]})"},
      {R"({"type":"tool_search","execution":"client"})",
       R"({"type":"opaque","dialect":"openai-responses",
          "raw":{"type":"tool_search","execution":"client"}})"},
  }));

  CHECK(tools(given) == sorted_json("[" + found + "]"));
}

TEST_CASE_METHOD(Fixture, "a namespace is functions whose names begin with its own", "[openai]") {
  CHECK(tools(R"({"type":"namespace","name":"agents","description":"d","tools":[
      {"type":"function","name":"spawn","parameters":{"type":"object"},"strict":false},
      {"type":"custom","name":"note"}]})") == sorted_json(R"([
    {"type":"function","name":"agents__spawn","parameters":{"type":"object"},"strict":false,
      "dialect":"openai-responses","extras":[{"dialect":"openai-responses","key":"namespace",
        "value":{"type":"namespace","name":"agents","description":"d","tools":2}}]},
    {"type":"custom","name":"agents__note","dialect":"openai-responses"}])"));
}

TEST_CASE_METHOD(Fixture, "local_shell is offered as a function", "[openai]") {
  const auto found = sdk::json::parse(tools(R"({"type":"local_shell"})"));

  CHECK((*found)[0]["type"].as_string() == "function");
  CHECK((*found)[0]["name"].as_string() == "local_shell");
  CHECK((*found)[0]["parameters"]["required"].raw() == R"(["command"])");
}

TEST_CASE_METHOD(Fixture, "every form of tool_choice is understood", "[openai]") {
  const auto [given, found] = GENERATE(table<std::string, std::string>({
      {R"("auto")", R"({"mode":"auto"})"},
      {R"("none")", R"({"mode":"none"})"},
      {R"("required")", R"({"mode":"required"})"},
      {R"({"type":"function","name":"f"})", R"({"mode":"required","names":["f"]})"},
      {R"({"type":"custom","name":"p"})", R"({"mode":"required","names":["p"]})"},
      {R"({"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"},
          {"type":"custom","name":"p"}]})",
       R"({"mode":"auto","names":["f","p"]})"},
      {R"({"type":"web_search_preview"})", R"({"mode":"required","names":["web_search_preview"]})"},
  }));

  CHECK(canonical(R"({"model":"m","input":"Hi","tool_choice":)" + given + "}", "tool_choice") ==
        sorted_json(found));
}

TEST_CASE_METHOD(Fixture, "a choice of a hosted tool is kept in its own words", "[openai]") {
  CHECK(canonical(R"({"model":"m","input":"Hi","tool_choice":{"type":"mcp","server_label":"s"}})",
                  "extras") == sorted_json(R"([{"dialect":"openai-responses","key":"tool_choice",
                    "value":{"type":"mcp","server_label":"s"}}])"));
}

TEST_CASE_METHOD(Fixture, "options have their canonical names", "[openai]") {
  const auto request = read(R"({"model":"m","input":"Hi","stream":true,"max_output_tokens":99,
    "temperature":0.5,"top_p":0.25,"top_logprobs":3,"include":["message.output_text.logprobs"],
    "parallel_tool_calls":false,"user":"u","metadata":{"k":"v"},"service_tier":"flex",
    "prompt_cache_key":"k","store":false,"reasoning":{"effort":"high","summary":"auto"},
    "background":false,"truncation":null,
    "text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{},
      "strict":true}}})");
  auto root = *sdk::json::parse(request.canonical);

  CHECK(request.losses.empty());
  CHECK(root["stream"].as_bool());
  CHECK(root["max_tokens"].raw() == "99");
  CHECK(root["temperature"].raw() == "0.5");
  CHECK(root["top_p"].raw() == "0.25");
  CHECK(root["top_logprobs"].raw() == "3");
  CHECK(root["logprobs"].raw() == "true");
  CHECK(root["tool_choice"].raw() == R"({"parallel":false})");
  CHECK(root["user"].as_string() == "u");
  CHECK(root["metadata"].raw() == R"({"k":"v"})");
  CHECK(root["service_tier"].as_string() == "flex");
  CHECK(root["cache_key"].as_string() == "k");
  CHECK(root["store"].raw() == "false");
  CHECK(root["reasoning"].raw() == R"({"effort":"high","show":"summary"})");
  CHECK(sorted_json(root["output"].raw()) ==
        R"({"format":"json_schema","name":"n","schema":{},"strict":true,"verbosity":"low"})");
  CHECK_FALSE(root["extras"].exists());
}

TEST_CASE_METHOD(Fixture, "what only this API has is an extra", "[openai]") {
  const auto [given, key, value] = GENERATE(table<std::string, std::string, std::string>({
      {R"("previous_response_id":"resp_1")", "previous_response_id", R"("resp_1")"},
      {R"("client_metadata":{"a":1})", "client_metadata", R"({"a":1})"},
      {R"("include":["file_search_call.results"])", "include", R"(["file_search_call.results"])"},
      {R"("reasoning":{"summary":"detailed","mode":"pro"})", "reasoning",
       R"({"mode":"pro","summary":"detailed"})"},
      {R"("text":{"format":{"type":"grammar","definition":"g"}})", "text",
       R"({"format":{"definition":"g","type":"grammar"}})"},
      {R"("max_tool_calls":3)", "max_tool_calls", "3"},
  }));

  CHECK(canonical(R"({"model":"m","input":"Hi",)" + given + "}", "extras") ==
        sorted_json(R"([{"dialect":"openai-responses","key":")" + key + R"(","value":)" + value +
                    "}]"));
}

TEST_CASE_METHOD(Fixture, "a malformed responses request is refused with its place", "[openai]") {
  const auto [body, message] = GENERATE(table<std::string, std::string>({
      {R"({"model":"m"})", "input: expected a string or an array, got nothing"},
      {R"({"model":"m","input":[]})", "input: expected at least one item"},
      {R"({"model":"m","input":[7]})", "input[0]: expected an object, got a number"},
      {R"({"model":"m","input":[{"role":"user","content":7}]})",
       "input[0].content: expected a string or an array, got a number"},
      {R"({"model":"m","input":[{"role":"user","content":[{"type":"input_text"}]}]})",
       "input[0].content[0].text: expected a string, got nothing"},
      {R"({"model":"m","input":"Hi","tools":{}})", "tools: expected an array, got an object"},
      {R"({"model":"m","input":"Hi","max_output_tokens":"9"})",
       "max_output_tokens: expected a whole number, got a string"},
      {R"({"model":"m","input":"Hi","background":true})",
       "background: a response in the background is not supported here; leave it out, or stream"},
  }));

  CHECK(read(body).failure == "400 invalid_request_error: " + message);
}

TEST_CASE_METHOD(Fixture, "a stored conversation may stand for the input", "[openai]") {
  const auto field = GENERATE(as<std::string>{}, R"("previous_response_id":"resp_1")",
                              R"("conversation":"conv_1")", R"("prompt":{"id":"pmpt_1"})");

  CHECK(read(R"({"model":"m",)" + field + "}").status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "reasoning under a mark without a proof keeps its text and its maker",
                 "[openai]") {
  const bool is_redacted = GENERATE(true, false);
  const auto mark = sdk::wrap_signature({"claude", "claude-x", is_redacted, ""});
  const std::string items =
      R"({"type":"reasoning","id":"rs_abv_r1_0","summary":[{"type":"summary_text","text":"Hm"}],
          "encrypted_content":")" +
      mark + R"("},{"role":"assistant","content":"x"})";

  CHECK(messages(items) == sorted_json(R"([{"role":"assistant","parts":[
    {"type":"reasoning","text":"Hm","origin":"claude","origin_model":"claude-x",
      "dialect":"openai-responses","raw":{"id":"rs_abv_r1_0"}},
    {"type":"text","text":"x","dialect":"openai-responses"}]}])"));
}

TEST_CASE_METHOD(Fixture, "unsigned reasoning comes back to a chat upstream as it was",
                 "[openai]") {
  const auto mark = sdk::wrap_signature({"openai", "deepseek-x", true, ""});
  const auto request =
      read(R"({"model":"m","input":[{"type":"reasoning","id":"rs_abv_r1_0","summary":[{"type":
      "summary_text","text":"Hm"}],"encrypted_content":")" +
           mark + R"("},{"role":"assistant","content":"x"}]})");
  const auto chat = dialect.write(request.canonical, {.model = "deepseek-x"});
  const auto responses =
      dialect.write(request.canonical, {.model = "gpt-5.5", .operation = "responses"});

  CHECK(json_at(chat.body, "/messages") ==
        R"([{"content":"x","reasoning_content":"Hm","role":"assistant"}])");
  CHECK(chat.losses.empty());
  CHECK(json_at(responses.body, "/input/0/type") == R"("message")");
  CHECK(responses.losses ==
        std::vector<std::string>{"dropped /messages/0/parts/0: it was not stored and is not "
                                 "encrypted"});
}

}  // namespace abv::tests
