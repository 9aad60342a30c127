#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view kStream = R"(event: response.created
data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"gpt-5.5","output":[],"usage":null}}

event: response.output_item.added
data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[]}}

event: response.reasoning_summary_part.added
data: {"type":"response.reasoning_summary_part.added","sequence_number":2,"item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}

event: response.reasoning_summary_text.delta
data: {"type":"response.reasoning_summary_text.delta","sequence_number":3,"item_id":"rs_1","output_index":0,"summary_index":0,"delta":"Hm."}

event: response.reasoning_summary_part.added
data: {"type":"response.reasoning_summary_part.added","sequence_number":4,"item_id":"rs_1","output_index":0,"summary_index":1,"part":{"type":"summary_text","text":""}}

event: response.output_item.done
data: {"type":"response.output_item.done","sequence_number":5,"output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"gAAA"}}

event: response.output_item.added
data: {"type":"response.output_item.added","sequence_number":6,"output_index":1,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}

event: response.output_text.delta
data: {"type":"response.output_text.delta","sequence_number":7,"item_id":"msg_1","output_index":1,"content_index":0,"delta":"caf\u00e9","logprobs":[]}

event: response.output_item.done
data: {"type":"response.output_item.done","sequence_number":8,"output_index":1,"item":{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"café","annotations":[]}]}}

event: response.output_item.added
data: {"type":"response.output_item.added","sequence_number":9,"output_index":2,"item":{"id":"fc_1","type":"function_call","status":"in_progress","arguments":"","call_id":"call_1","name":"get"}}

event: response.function_call_arguments.delta
data: {"type":"response.function_call_arguments.delta","sequence_number":10,"item_id":"fc_1","output_index":2,"delta":"{\"a\":1}"}

event: response.function_call_arguments.done
data: {"type":"response.function_call_arguments.done","sequence_number":11,"item_id":"fc_1","output_index":2,"arguments":"{\"a\":1}"}

event: response.output_item.done
data: {"type":"response.output_item.done","sequence_number":12,"output_index":2,"item":{"id":"fc_1","type":"function_call","status":"completed","arguments":"{\"a\":1}","call_id":"call_1","name":"get"}}

event: response.completed
data: {"type":"response.completed","sequence_number":13,"response":{"id":"resp_1","object":"response","status":"completed","model":"gpt-5.5","output":[{"id":"fc_1","type":"function_call","arguments":"{\"a\":1}","call_id":"call_1","name":"get"}],"usage":{"input_tokens":50,"input_tokens_details":{"cached_tokens":32,"cache_write_tokens":2},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":6},"total_tokens":59}}}

)";

const Lines kStreamLines = {
    "start(resp_1,gpt-5.5)",   "summary[0](Hm.)", "summary[0](\n\n)",
    "redacted[0](gAAA)",       "text[1](café)",   "tool[2](call_1,get)",
    "arguments[2]({\"a\":1})", "tool_end[2]",     "usage(in=50,out=9,read=32,write=2,think=6)",
    "stop(tool,completed,)",   "status 0",
};

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params stream{.operation = "responses"};
  Params whole{.form = sdk::Form::kWhole, .operation = "responses"};
  Params observer{.operation = "responses", .wanted = kObserved};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a responses stream gives its events whatever the cut", "[openai]") {
  CHECK(dialect.outcomes_of_all_cuts(kStream, stream) == std::set<Lines>{kStreamLines});
}

TEST_CASE_METHOD(Fixture, "a responses observer gets start, counts and the same stop", "[openai]") {
  const Lines expected = {kStreamLines[0], kStreamLines[8], kStreamLines[9], "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kStream, observer) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "responses of whole items without deltas give the same pieces",
                 "[openai]") {
  const auto decoded = dialect.decode(
      "data: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"type\":"
      "\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\"}]}}\n\n"
      "data: {\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"type\":"
      "\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}}\n\n"
      "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_2\"}}\n\n",
      stream);

  CHECK(decoded.lines() == Lines{"start(,)", "text[0](Hi)", "tool[1](c,f)", "arguments[1]({})",
                                 "tool_end[1]", "stop(tool,completed,)"});
}

TEST_CASE_METHOD(Fixture, "a responses stream without its end is not complete", "[openai]") {
  const auto cut = kStream.substr(0, kStream.find("event: response.completed"));

  CHECK(dialect.decode(cut, observer).status == ABV_E_INVALID);
  CHECK(dialect.decode(std::string(cut) + "data: [DONE]\n\n", observer).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "the ends of a response are told apart", "[openai]") {
  const auto [response, line] = GENERATE(table<std::string, std::string>({
      {R"({"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}})",
       "stop(length,max_output_tokens,)"},
      {R"({"status":"incomplete","incomplete_details":{"reason":"content_filter"}})",
       "stop(refusal,content_filter,)"},
      {R"({"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow"}})",
       "error(429,rate_limit_exceeded,slow)"},
      {R"({"status":"queued"})", "stop(other,queued,)"},
  }));

  const auto decoded = dialect.decode(response, whole);

  CHECK(decoded.lines() == Lines{"start(,)", line});
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "an error event ends a responses stream", "[openai]") {
  const auto decoded = dialect.decode(
      "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"oops\","
      "\"param\":null,\"sequence_number\":1}\n\n",
      observer);

  CHECK(decoded.lines() == Lines{"error(500,server_error,oops)"});
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "a whole response gives its events whatever the cut", "[openai]") {
  constexpr std::string_view kResponse =
      R"({"id":"resp_3","object":"response","status":"completed","error":null,"model":"m",)"
      R"("output":[{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"a"},)"
      R"({"type":"summary_text","text":"b"}]},{"type":"web_search_call","id":"ws"},)"
      R"({"type":"message","content":[{"type":"output_text","text":"Hi"}]}],)"
      R"("usage":{"input_tokens":1,"output_tokens":2}})";
  const Lines expected = {"start(resp_3,m)",
                          "summary[0](a)",
                          "summary[0](\n\n)",
                          "summary[0](b)",
                          R"(opaque[1]({"type":"web_search_call","id":"ws"}))",
                          "text[2](Hi)",
                          "usage(in=1,out=2,read=-1,write=-1,think=-1)",
                          "stop(end,completed,)",
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kResponse, whole) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "every kind of item gives its events", "[openai]") {
  const auto [item, lines] = GENERATE(table<std::string, Lines>({
      {R"({"type":"message","content":[{"type":"output_text","text":"a","annotations":[]},)"
       R"({"type":"refusal","refusal":"b"}]})",
       {"text[0](a)", "refusal[1](b)"}},
      {R"({"type":"message","content":[{"type":"output_text","text":"a","annotations":[)"
       R"({"type":"url_citation","url":"https://a.b","title":"A","start_index":0,"end_index":1},)"
       R"({"type":"file_citation","file_id":"f","filename":"n.txt","index":0}],)"
       R"("logprobs":[{"token":"a"}]}]})",
       {"text[0](a)", R"(logprobs[0]([{"token":"a"}]))", "citation[0](https://a.b,A,)",
        "citation[0](,n.txt,)"}},
      {R"({"type":"reasoning","id":"rs","summary":[],"encrypted_content":"gA"})",
       {"redacted[0](gA)"}},
      {R"({"type":"reasoning","id":"rs","summary":[],"content":[)"
       R"({"type":"reasoning_text","text":"raw"}]})",
       {"reasoning[0](raw)"}},
      {R"({"type":"function_call","call_id":"c","name":"f","namespace":"n","arguments":""})",
       {"tool[0](c,n__f)", "tool_end[0]"}},
      {R"({"type":"custom_tool_call","call_id":"c","name":"f","input":"in"})",
       {"custom_tool[0](c,f)", "arguments[0](in)", "tool_end[0]"}},
      {R"({"type":"local_shell_call","call_id":"c","action":{"type":"exec","command":["ls"]}})",
       {"tool[0](c,local_shell)", R"(arguments[0]({"type":"exec","command":["ls"]}))",
        "tool_end[0]"}},
      {R"({"type":"image_generation_call","id":"ig","result":"AAAA","output_format":"webp"})",
       {"image[0](image/webp,AAAA)"}},
      {R"({"type":"image_generation_call","id":"ig","result":null})",
       {R"(opaque[0]({"type":"image_generation_call","id":"ig","result":null}))"}},
      {R"({"type":"mcp_call","id":"m"})", {R"(opaque[0]({"type":"mcp_call","id":"m"}))"}},
      {R"({"type":"what_comes_next"})", {R"(opaque[0]({"type":"what_comes_next"}))"}},
  }));
  Lines expected = {"start(r,)"};
  expected.insert(expected.end(), lines.begin(), lines.end());

  const auto events =
      dialect.decode(R"({"id":"r","status":"incomplete","output":[)" + item + "]}", whole).lines();

  CHECK(Lines(events.begin(), events.end() - 1) == expected);
}

TEST_CASE_METHOD(Fixture, "a custom tool's input is streamed whatever the cut", "[openai]") {
  constexpr std::string_view kCall =
      "data: "
      "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"id\":\"ctc_1\","
      "\"type\":\"custom_tool_call\",\"call_id\":\"c\",\"name\":\"apply_patch\",\"input\":\"\"}}"
      "\n\n"
      "data: {\"type\":\"response.custom_tool_call_input.delta\",\"output_index\":0,\"item_id\":"
      "\"ctc_1\",\"delta\":\"*** \\\"\"}\n\n"
      "data: {\"type\":\"response.custom_tool_call_input.done\",\"output_index\":0,\"input\":"
      "\"*** \\\"\"}\n\n"
      "data: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"id\":\"ctc_1\","
      "\"type\":\"custom_tool_call\",\"call_id\":\"c\",\"name\":\"apply_patch\",\"input\":\"*** "
      "\\\"\"}}\n\n"
      "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\"}}"
      "\n\n";
  const Lines expected = {"start(,)",    "custom_tool[0](c,apply_patch)", "arguments[0](*** \")",
                          "tool_end[0]", "stop(tool,completed,)",         "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kCall, stream) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "citations, probabilities and refusals are streamed whatever the cut",
                 "[openai]") {
  constexpr std::string_view kMessage =
      R"(data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a","logprobs":[{"token":"a"}]}

data: {"type":"response.output_text.annotation.added","output_index":0,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"https://a.b","title":"A"}}

data: {"type":"response.refusal.delta","output_index":0,"content_index":1,"delta":"no"}

data: {"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation","url":"https://a.b","title":"A"},{"type":"url_citation","url":"https://c.d","title":"C"}],"logprobs":[{"token":"a"}]},{"type":"refusal","refusal":"no"}]}}

data: {"type":"response.completed","response":{"id":"r","status":"completed"}}

)";
  const Lines expected = {"start(,)",
                          "text[0](a)",
                          R"(logprobs[0]([{"token":"a"}]))",
                          "citation[0](https://a.b,A,)",
                          "refusal[1](no)",
                          "citation[0](https://c.d,C,)",
                          "stop(refusal,completed,)",
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kMessage, stream) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "reasoning that comes in two forms is read once", "[openai]") {
  const auto decoded = dialect.decode(
      R"(data: {"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"raw"}

data: {"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"short"}

data: {"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","summary":[{"type":"summary_text","text":"short"}],"content":[{"type":"reasoning_text","text":"raw"}]}}

data: {"type":"response.completed","response":{"status":"completed"}}

)",
      stream);

  CHECK(decoded.lines() == Lines{"start(,)", "reasoning[0](raw)", "stop(end,completed,)"});
}

TEST_CASE_METHOD(Fixture, "a stream whose only items are in its last event gives them",
                 "[openai]") {
  const auto decoded = dialect.decode(
      "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\","
      "\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\"}]}]"
      "}}\n\n",
      stream);

  CHECK(decoded.lines() == Lines{"start(r,)", "text[0](Hi)", "stop(end,completed,)"});
}

TEST_CASE_METHOD(Fixture, "the code of a failed response tells its status", "[openai]") {
  const auto [code, status] = GENERATE(table<std::string, int>({{"rate_limit_exceeded", 429},
                                                                {"insufficient_quota", 429},
                                                                {"server_error", 500},
                                                                {"server_is_overloaded", 503},
                                                                {"context_length_exceeded", 400},
                                                                {"invalid_prompt", 400},
                                                                {"image_too_large", 400},
                                                                {"bio_policy", 400},
                                                                {"not_known", 500}}));

  const auto decoded = dialect.decode(
      "data: {\"type\":\"response.failed\",\"response\":{\"status\":"
      "\"failed\",\"error\":{\"code\":\"" +
          code + "\",\"message\":\"m\"}}}\n\n",
      observer);

  CHECK(decoded.lines().back() == "error(" + std::to_string(status) + "," + code + ",m)");
}

TEST_CASE_METHOD(Fixture, "a response that completes with a refusal stops as one", "[openai]") {
  const std::string body = R"({"id":"resp_1","model":"m","status":"completed","output":[{"type":)"
                           R"("message","content":[{"type":"refusal","refusal":"No."}]}]})";
  const auto decoded = dialect.decode(body, whole);
  whole.wanted = kObserved;

  CHECK(decoded.lines() == Lines{"start(resp_1,m)", "refusal[0](No.)", "stop(refusal,completed,)"});
  CHECK(dialect.decode(body, whole).lines() ==
        Lines{"start(resp_1,m)", "stop(refusal,completed,)"});
}

TEST_CASE_METHOD(Fixture, "a streamed refusal stops as one, whoever listens", "[openai]") {
  constexpr std::string_view kRefusal = R"(event: response.refusal.delta
data: {"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No."}

event: response.completed
data: {"type":"response.completed","response":{"id":"resp_1","status":"completed"}}

)";

  CHECK(dialect.outcomes_of_all_cuts(kRefusal, stream) ==
        std::set<Lines>{{"start(,)", "refusal[0](No.)", "stop(refusal,completed,)", "status 0"}});
  CHECK(dialect.outcomes_of_all_cuts(kRefusal, observer) ==
        std::set<Lines>{{"start(,)", "stop(refusal,completed,)", "status 0"}});
}

TEST_CASE_METHOD(Fixture, "a refusal of responses is content_filter to a client of completions",
                 "[openai]") {
  const auto decoded =
      dialect.decode(R"({"id":"resp_1","model":"m","status":"completed","output":[{"type":)"
                     R"("message","content":[{"type":"refusal","refusal":"No."}]}]})",
                     whole);

  const auto written = dialect.encode(
      decoded.events, {.form = sdk::Form::kWhole, .operation = "completions", .model = "m"});

  CHECK_THAT(written.bytes, ContainsSubstring(R"("finish_reason":"content_filter")"));
}

}  // namespace abv::tests
