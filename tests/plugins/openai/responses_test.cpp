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
    "start(resp_1,gpt-5.5)",   "reasoning[0](Hm.)", "reasoning[0](\n\n)",
    "signature[0](gAAA)",      "text[1](café)",     "tool[2](call_1,get)",
    "arguments[2]({\"a\":1})", "tool_end[2]",       "usage(in=50,out=9,read=32,write=2,think=6)",
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
  const Lines expected = {"start(resp_3,m)",      "reasoning[0](a)",
                          "reasoning[0](\n\n)",   "reasoning[0](b)",
                          "text[2](Hi)",          "usage(in=1,out=2,read=-1,write=-1,think=-1)",
                          "stop(end,completed,)", "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kResponse, whole) == std::set<Lines>{expected});
}

}  // namespace abv::tests
