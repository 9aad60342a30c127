#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

struct Fixture {
  RequestProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Wanted wanted{.model = "gpt-4.1", .operation = "responses"};

  // A client's request as it goes on, in the form that two bodies of one meaning share.
  std::string round_trip(std::string_view body, Losses& losses) const {
    const auto request =
        dialect.read(ClientFacts{.body = std::string(body), .operation = "responses"});
    CHECK(request.failure.empty());
    const auto written = dialect.write(request.canonical, wanted);
    losses = written.losses;
    return sorted_json(written.body);
  }
};

// A turn of Codex with the gpt-5.5 tools, as its 0.169.0 sends it.
constexpr const char* kCodex = R"({
  "model":"gpt-5.5","store":false,"stream":true,"include":["reasoning.encrypted_content"],
  "tool_choice":"auto","parallel_tool_calls":true,
  "reasoning":{"effort":"medium","summary":"auto"},"text":{"verbosity":"low"},
  "prompt_cache_key":"019a-77","client_metadata":{"x-codex-installation-id":"i"},
  "input":[
    {"type":"message","id":"msg_019a","role":"developer","content":[
      {"type":"input_text","text":"<permissions>"},{"type":"input_text","text":"more"}]},
    {"type":"message","id":"msg_019b","role":"user","content":[
      {"type":"input_text","text":"<environment>"}],
      "internal_chat_message_metadata_passthrough":{"a":1}},
    {"type":"message","role":"user","content":[{"type":"input_text","text":"Do it"},
      {"type":"input_image","image_url":"data:image/png;base64,iVBO","detail":"high"}]},
    {"type":"reasoning","id":"rs_0a1b","encrypted_content":"gAAA","summary":[
      {"type":"summary_text","text":"**Plan**"},{"type":"summary_text","text":"b \"c\""}]},
    {"type":"message","id":"msg_0c","role":"assistant","phase":"commentary","content":[
      {"type":"output_text","text":"First"}]},
    {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Second"}]},
    {"type":"function_call","id":"fc_1","call_id":"call_1","name":"exec_command",
      "arguments":"{\"cmd\": \"ls\"}"},
    {"type":"function_call","id":"fc_2","call_id":"call_2","name":"spawn_agent",
      "namespace":"multi_agent_v1","arguments":"{}"},
    {"type":"custom_tool_call","id":"ctc_1","call_id":"call_3","name":"apply_patch",
      "input":"*** Begin Patch\n"},
    {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search"}},
    {"type":"function_call_output","id":"fco_019c","call_id":"call_1","output":"files"},
    {"type":"function_call_output","call_id":"call_2","output":[
      {"type":"input_text","text":"a"},{"type":"input_image","image_url":"https://a.b/c.png"}]},
    {"type":"custom_tool_call_output","call_id":"call_3","output":"Done"},
    {"type":"compaction","id":"cmp_1","encrypted_content":"gB"}],
  "tools":[
    {"type":"function","name":"exec_command","description":"d","strict":false,
      "parameters":{"type":"object","properties":{"cmd":{"type":"string"}}}},
    {"type":"namespace","name":"multi_agent_v1","description":"agents","tools":[
      {"type":"function","name":"spawn_agent","strict":false,"parameters":{"type":"object"}},
      {"type":"function","name":"wait","parameters":{"type":"object"},"defer_loading":true}]},
    {"type":"custom","name":"apply_patch","description":"d",
      "format":{"type":"grammar","syntax":"lark","definition":"start: x"}},
    {"type":"web_search","external_web_access":false,"filters":{"allowed_domains":["a.b"]}},
    {"type":"tool_search","execution":"client","parameters":{}},
    {"type":"local_shell"}]})";

}  // namespace

TEST_CASE_METHOD(Fixture, "a request of codex goes on as it came", "[openai]") {
  wanted = {.model = "gpt-5.5", .operation = "responses", .is_stream = true};
  Losses losses;

  CHECK(round_trip(kCodex, losses) == sorted_json(kCodex));
  CHECK(losses.empty());
}

TEST_CASE_METHOD(Fixture, "every field of a responses request goes on as it came", "[openai]") {
  const auto fields = GENERATE(
      as<std::string>{},
      R"("instructions":"Be brief.","previous_response_id":"resp_1","truncation":"auto")",
      R"("reasoning":{"effort":"high","summary":"detailed","mode":"pro"})",
      R"("text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},
          "strict":true,"description":"d"},"verbosity":"high"})",
      R"("text":{"format":{"type":"grammar","definition":"g"}})",
      R"("include":["message.output_text.logprobs","file_search_call.results"],"top_logprobs":2)",
      R"("include":["reasoning.encrypted_content"],"store":true)",
      R"("tools":[{"type":"function","name":"f","parameters":{}}],
          "tool_choice":{"type":"function","name":"f"})",
      R"("tools":[{"type":"function","name":"f","parameters":{}},
          {"type":"mcp","server_label":"s","server_url":"https://a.b"}],
          "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[
            {"type":"function","name":"f"},{"type":"mcp","server_label":"s"}]})",
      R"("tools":[{"type":"web_search_preview","search_context_size":"high",
          "user_location":{"type":"approximate","country":"DE"}}],
          "tool_choice":{"type":"web_search_preview"})",
      R"("tools":[{"type":"local_shell"}],"tool_choice":"required")",
      R"("max_output_tokens":99,"max_tool_calls":3,"temperature":0.5,"top_p":0.25,"user":"u",
          "metadata":{"k":"v"},"service_tier":"flex","safety_identifier":"s",
          "prompt_cache_retention":"24h","prompt_cache_options":{"mode":"explicit"},
          "parallel_tool_calls":false,"context_management":[{"type":"compaction"}])");
  const auto body = R"({"model":"gpt-4.1","input":[{"type":"message","role":"user","content":[
    {"type":"input_text","text":"Hi"}]}],)" +
                    fields + "}";
  Losses losses;

  CHECK(round_trip(body, losses) == sorted_json(body));
  CHECK(losses.empty());
}

TEST_CASE_METHOD(Fixture, "every kind of item goes on as it came", "[openai]") {
  const auto items = GENERATE(
      as<std::string>{},
      R"({"type":"reasoning","id":"rs_0a","summary":[]},
         {"type":"function_call","call_id":"c","name":"f","arguments":"{"})",
      R"({"type":"reasoning","summary":[],"encrypted_content":"gA",
           "content":[{"type":"reasoning_text","text":"a"},{"type":"reasoning_text","text":"b"}]},
         {"type":"item_reference","id":"msg_1"})",
      R"({"type":"message","role":"assistant","id":"msg_1","status":"incomplete","content":[
           {"type":"output_text","text":"a","annotations":[{"type":"file_path","file_id":"f",
             "index":1}]},{"type":"refusal","refusal":"no"}]})",
      R"({"type":"local_shell_call","id":"lsh_1","call_id":"c","status":"completed",
           "action":{"type":"exec","command":["ls"],"env":{}}},
         {"type":"local_shell_call_output","id":"lsh_1","call_id":"c","output":"x"})",
      R"({"type":"shell_call","call_id":"c","action":{"commands":["ls"]}},
         {"type":"shell_call_output","call_id":"c","output":[]})",
      R"({"type":"custom_tool_call_output","call_id":"of_before","output":"x"})",
      R"({"type":"additional_tools","role":"developer","tools":[]})",
      R"({"type":"message","role":"user","content":[
           {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JV"},
           {"type":"input_file","file_url":"https://a.b/c.pdf"},
           {"type":"input_file","file_id":"file-1"},
           {"type":"input_image","file_id":"file-2","detail":"original"},
           {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}},
           {"type":"input_hologram","x":1},
           {"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}}]})");
  const auto body = R"({"model":"o3","input":[)" + items +
                    R"(,{"type":"message","role":"user","content":[
                        {"type":"input_text","text":"Hi"}]}]})";
  wanted.model = "o3";
  Losses losses;

  CHECK(round_trip(body, losses) == sorted_json(body));
  CHECK(losses.empty());
}

TEST_CASE_METHOD(Fixture, "ids of our own making stay here", "[openai]") {
  Losses losses;

  CHECK_THAT(round_trip(R"({"model":"m","input":[
      {"type":"message","id":"msg_abv_r1_0","role":"assistant","content":[
        {"type":"output_text","text":"a"}]},
      {"type":"function_call","id":"fc_abv_r1_1","call_id":"c","name":"f","arguments":"{}"}]})",
                        losses),
             !ContainsSubstring("_abv_"));
}

}  // namespace abv::tests
