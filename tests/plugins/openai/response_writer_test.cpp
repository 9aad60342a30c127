#include "abv/sdk/json.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"
#include "response_grammar.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

const Lines kNone;

// A request with every kind of tool that comes back as another item than a function call.
constexpr const char* kRequest = R"({
  "model":"gpt-5.5","store":false,"include":["reasoning.encrypted_content"],"temperature":0.5,
  "metadata":{"k":"v"},"instructions":"Be brief.","reasoning":{"effort":"low"},
  "tools":[{"type":"function","name":"get","parameters":{}},
    {"type":"custom","name":"apply_patch"},{"type":"local_shell"},
    {"type":"namespace","name":"agents","description":"d","tools":[
      {"type":"function","name":"spawn","parameters":{}},{"type":"custom","name":"note"}]}]})";

std::vector<Recorded> answer(const std::string& id) {
  return {start(id, "m"),
          reasoning(0, "think "),
          reasoning(0, "more"),
          redacted(0, "sig"),
          text(1, "Hel"),
          text(1, "lo\n\"you\""),
          tool_start(2, "call_1", "get"),
          tool_start(3, "call_2", "now"),
          arguments(2, "{\"a\":"),
          arguments(3, "{\"b\""),
          arguments(2, "1}"),
          arguments(3, ":2}"),
          tool_end(2),
          tool_end(3),
          stop(StopReason::kTool),
          usage(10, 20, 4, 1, 5)};
}

const Lines kAnswerLines = {"start(resp_7,m)",
                            "summary[0](think more)",
                            "redacted[0](sig)",
                            "text[1](Hello\n\"you\")",
                            "tool[2](call_1,get)",
                            "arguments[2]({\"a\":1})",
                            "tool_end[2]",
                            "tool[3](call_2,now)",
                            "arguments[3]({\"b\":2})",
                            "tool_end[3]",
                            "usage(in=10,out=20,read=4,write=1,think=5)",
                            "stop(tool,completed,)"};

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params stream{.operation = "responses", .model = "m", .request_body = kRequest};
  Params whole{
      .form = sdk::Form::kWhole, .operation = "responses", .model = "m", .request_body = kRequest};

  // The stream of these events, after the rules of the API were checked.
  std::string streamed(const std::vector<Recorded>& events) const {
    const auto encoded = dialect.encode(events, stream);
    CHECK(encoded.status == ABV_OK);
    CHECK(response_faults(encoded.bytes) == kNone);
    return encoded.bytes;
  }

  // The output items of these events, in a stream and as a whole, which must be the same.
  std::string output(const std::vector<Recorded>& events) const {
    const auto last = sdk::json::parse(last_response_event(streamed(events)));
    const auto document = sdk::json::parse(dialect.encode(events, whole).bytes);
    CHECK((*last)["response"]["output"].raw() == (*document)["output"].raw());
    return std::string((*document)["output"].raw());
  }
};

// Reasoning comes back as what this API calls it.
Lines as_responses(Lines lines) {
  for (auto& line : lines) {
    if (line.starts_with("reasoning[")) line.replace(0, 9, "summary");
    if (line.starts_with("signature[")) line.replace(0, 9, "redacted");
  }
  return lines;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a responses stream decodes to the events it was made from", "[openai]") {
  CHECK(dialect.decode(streamed(answer("resp_7")), stream).joined_lines() == kAnswerLines);
}

TEST_CASE_METHOD(Fixture, "a whole response decodes to the events it was made from", "[openai]") {
  const auto encoded = dialect.encode(answer("resp_7"), whole);

  CHECK(dialect.decode(encoded.bytes, whole).joined_lines() == kAnswerLines);
}

TEST_CASE_METHOD(Fixture, "a responses stream of our own is read whatever the cut", "[openai]") {
  Lines expected = dialect.decode(streamed(answer("resp_7")), stream).lines();
  expected.push_back("status 0");

  CHECK(dialect.outcomes_of_all_cuts(streamed(answer("resp_7")), stream) ==
        std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "any answer makes a sound responses stream and comes back", "[openai]") {
  const auto seed = GENERATE(range(0U, 200U));
  const auto events = random_answer(seed);
  const auto expected = as_responses(content_lines(events));

  CAPTURE(seed);
  CHECK(content_lines(dialect.decode(streamed(events), stream).events) == expected);
  CHECK(content_lines(dialect.decode(dialect.encode(events, whole).bytes, whole).events) ==
        expected);
}

TEST_CASE_METHOD(Fixture, "the events of a text come in the API's order", "[openai]") {
  CHECK(response_event_types(
            streamed({start("", "m"), text(0, "Hi"), text(0, "!"),
                      citation(0, "https://a.b", "A", ""), stop(StopReason::kEnd)})) ==
        Lines{"response.created", "response.in_progress", "response.output_item.added",
              "response.content_part.added", "response.output_text.delta",
              "response.output_text.annotation.added", "response.output_text.done",
              "response.content_part.done", "response.output_item.done", "response.completed"});
}

TEST_CASE_METHOD(Fixture, "the events of a reasoning and a call come in the API's order",
                 "[openai]") {
  CHECK(response_event_types(streamed({start("", "m"), reasoning(0, "Hm"), redacted(0, "s"),
                                       tool_start(1, "c", "get"), arguments(1, "{}"), tool_end(1),
                                       stop(StopReason::kTool)})) ==
        Lines{"response.created", "response.in_progress", "response.output_item.added",
              "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta",
              "response.reasoning_summary_text.done", "response.reasoning_summary_part.done",
              "response.output_item.done", "response.output_item.added",
              "response.function_call_arguments.delta", "response.function_call_arguments.done",
              "response.output_item.done", "response.completed"});
}

TEST_CASE_METHOD(Fixture, "items of calls carry what a client needs to run them", "[openai]") {
  CHECK(sorted_json(output({start("", "m"), tool_start(0, "call_9", "get"), arguments(0, "{}"),
                            tool_end(0), stop(StopReason::kTool)})) ==
        sorted_json(R"([{"id":"fc_abv_r1_0","type":"function_call","status":"completed",
          "call_id":"call_9","name":"get","arguments":"{}"}])"));
}

TEST_CASE_METHOD(Fixture, "a call without arguments has an empty object", "[openai]") {
  CHECK_THAT(
      output({start("", "m"), tool_start(0, "c", "get"), tool_end(0), stop(StopReason::kTool)}),
      ContainsSubstring(R"("arguments":"{}")"));
}

TEST_CASE_METHOD(Fixture, "a custom tool that was offered as a function gets its text back",
                 "[openai]") {
  const std::vector<Recorded> events = {start("", "m"),
                                        tool_start(0, "c", "apply_patch"),
                                        arguments(0, "{\"inp"),
                                        arguments(0, "ut\":\"*** Begin\\n\"}"),
                                        tool_end(0),
                                        stop(StopReason::kTool)};

  CHECK(sorted_json(output(events)) ==
        sorted_json(R"([{"id":"ctc_abv_r1_0","type":"custom_tool_call","status":"completed",
          "call_id":"c","name":"apply_patch","input":"*** Begin\n"}])"));
  CHECK_THAT(streamed(events),
             ContainsSubstring("event: response.custom_tool_call_input.delta") &&
                 ContainsSubstring("event: response.custom_tool_call_input.done"));
}

TEST_CASE_METHOD(Fixture, "what is no wrapped text stays a custom tool's input as it is",
                 "[openai]") {
  const auto given = GENERATE(as<std::string>{}, "*** Begin", R"({"patch":"x"})", R"({"input":1})");

  CHECK_THAT(output({start("", "m"), tool_start(0, "c", "apply_patch"), arguments(0, given),
                     tool_end(0), stop(StopReason::kTool)}),
             ContainsSubstring("\"input\":" + std::string(sdk::chat::Request().quote(given))));
}

TEST_CASE_METHOD(Fixture, "a custom tool's text from an upstream that knows them is streamed",
                 "[openai]") {
  const auto bytes =
      streamed({start("", "m"), custom_tool_start(0, "c", "apply_patch"), arguments(0, "*** "),
                arguments(0, "Begin"), tool_end(0), stop(StopReason::kTool)});

  CHECK(dialect.decode(bytes, stream).lines() ==
        Lines{"start(resp_r1,m)", "custom_tool[0](c,apply_patch)", "arguments[0](*** )",
              "arguments[0](Begin)", "tool_end[0]", "stop(tool,completed,)"});
}

TEST_CASE_METHOD(Fixture, "tools of a namespace are called by name and namespace", "[openai]") {
  const auto [name, item] =
      GENERATE(table<std::string, std::string>({{"agents__spawn", R"("type":"function_call")"},
                                                {"agents__note", R"("type":"custom_tool_call")"}}));

  const auto items = output({start("", "m"), tool_start(0, "c", name), arguments(0, "{}"),
                             tool_end(0), stop(StopReason::kTool)});

  CHECK_THAT(items, ContainsSubstring(item) && ContainsSubstring(R"("namespace":"agents")") &&
                        ContainsSubstring("\"name\":\"" + name.substr(8) + "\""));
}

TEST_CASE_METHOD(Fixture, "a local_shell call becomes the item that its client runs", "[openai]") {
  const auto [given, action] = GENERATE(table<std::string, std::string>({
      {R"({"command":["ls","-l"],"timeout_ms":5,"working_directory":"/t"})",
       R"({"type":"exec","command":["ls","-l"],"env":{},"timeout_ms":5,"working_directory":"/t"})"},
      {R"({"type":"exec","command":["ls"],"env":{"A":"b"}})",
       R"({"type":"exec","command":["ls"],"env":{"A":"b"}})"},
      {"{\n\"command\":\r\n[\"ls\"]}", R"({"type":"exec","command":["ls"],"env":{}})"},
      {R"({"command":"ls -l"})", R"({"type":"exec","command":["bash","-lc","ls -l"],"env":{}})"},
  }));

  const auto items =
      sdk::json::parse(output({start("", "m"), tool_start(0, "c", "local_shell"),
                               arguments(0, given), tool_end(0), stop(StopReason::kTool)}));

  CHECK((*items)[0]["type"].as_string() == "local_shell_call");
  CHECK((*items)[0]["call_id"].as_string() == "c");
  CHECK(sorted_json((*items)[0]["action"].raw()) == sorted_json(action));
}

TEST_CASE_METHOD(Fixture, "a call whose arguments were cut off does not look complete",
                 "[openai]") {
  CHECK_THAT(output({start("", "m"), tool_start(0, "c", "get"), arguments(0, "{\"a\":\"b"),
                     tool_end(0), stop(StopReason::kLength)}),
             ContainsSubstring(R"("status":"incomplete")"));
}

TEST_CASE_METHOD(Fixture, "reasoning that was not shown has no summary but its proof", "[openai]") {
  const std::vector<Recorded> events = {
      start("", "m"), signature(0, "YWJ2MQ=="), tool_start(0, "c", "get"), arguments(0, "{}"),
      tool_end(0),    stop(StopReason::kTool)};
  const auto items = sdk::json::parse(output(events));

  CHECK(sorted_json((*items)[0].raw()) ==
        R"({"encrypted_content":"YWJ2MQ==","id":"rs_abv_r1_0","summary":[],"type":"reasoning"})");
  CHECK((*items)[1]["type"].as_string() == "function_call");
}

TEST_CASE_METHOD(Fixture, "a refusal is a part of its own, and an answer", "[openai]") {
  const auto bytes =
      streamed({start("", "m"), refusal(0, "I "), refusal(0, "won't"), stop(StopReason::kRefusal)});

  CHECK(dialect.decode(bytes, stream).joined_lines() == Lines{"start(resp_r1,m)", "refusal[0](I )",
                                                              "refusal[0](won't)",
                                                              "stop(refusal,completed,)"});
  CHECK_THAT(bytes, ContainsSubstring(R"("part":{"type":"refusal","refusal":"I won't"})"));
}

TEST_CASE_METHOD(Fixture, "a citation tells the characters that it stands for", "[openai]") {
  const auto [cited, start_index, end_index] =
      GENERATE(table<std::string, int, int>({{"né", 3, 5}, {"not in the text", 0, 7}, {"", 0, 7}}));

  const auto items =
      sdk::json::parse(output({start("", "m"), text(0, "Ré né 漢"),
                               citation(0, "https://a.b/c", "A", cited), stop(StopReason::kEnd)}));
  const auto annotation = (*items)[0]["content"][0]["annotations"][0];

  CHECK(annotation["type"].as_string() == "url_citation");
  CHECK(annotation["url"].as_string() == "https://a.b/c");
  CHECK(annotation["title"].as_string() == "A");
  CHECK(annotation["start_index"].as_int() == start_index);
  CHECK(annotation["end_index"].as_int() == end_index);
}

TEST_CASE_METHOD(Fixture, "probabilities stand with the text that is done", "[openai]") {
  const std::string one = R"({"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]})";
  const auto items = output({start("", "m"), text(0, "aa"), logprobs(0, "[" + one + "]"),
                             logprobs(0, "[" + one + "]"), stop(StopReason::kEnd)});

  CHECK_THAT(items, ContainsSubstring("\"logprobs\":[" + one + "," + one + "]"));
}

TEST_CASE_METHOD(Fixture, "an image becomes the item of a generated image", "[openai]") {
  CHECK(sorted_json(
            output({start("", "m"), image(0, "image/webp", "UklG"), stop(StopReason::kEnd)})) ==
        sorted_json(R"([{"id":"ig_abv_r1_0","type":"image_generation_call","status":"completed",
          "result":"UklG","output_format":"webp"}])"));
}

TEST_CASE_METHOD(Fixture, "only items of this API are told as they are", "[openai]") {
  const auto [raw, items] = GENERATE(table<std::string, std::string>({
      {"{\"type\":\"web_search_call\",\n\"id\":\"ws_1\",\r\n\"status\":\"completed\"}",
       R"([{"type":"web_search_call","id":"ws_1","status":"completed"}])"},
      {R"({"type":"mcp_approval_response","id":"mcpa_1","approve":true})",
       R"([{"type":"mcp_approval_response","id":"mcpa_1","approve":true}])"},
      {R"({"type":"server_tool_use","id":"srvtoolu_1"})", "[]"},
      {R"({"executableCode":{}})", "[]"},
  }));
  Recorded opaque;
  opaque.kind = ABV_EVENT_OPAQUE;
  opaque.raw = raw;

  CHECK(sorted_json(output({start("", "m"), opaque, stop(StopReason::kEnd)})) ==
        sorted_json(items));
}

TEST_CASE_METHOD(Fixture, "items of an upstream of this API keep their ids and phases",
                 "[openai]") {
  constexpr std::string_view kAnswer =
      R"({"id":"resp_1","status":"completed","model":"m","output":[)"
      R"({"id":"rs_0a1","type":"reasoning","summary":[{"type":"summary_text","text":"a"},)"
      R"({"type":"summary_text","text":"b"}],"encrypted_content":"gA"},)"
      R"({"id":"msg_0b2","type":"message","status":"completed","role":"assistant",)"
      R"("phase":"commentary","content":[{"type":"output_text","text":"x","annotations":[],)"
      R"("logprobs":[]}]},)"
      R"({"id":"fc_0c3","type":"function_call","status":"completed","call_id":"c","name":"spawn",)"
      R"("namespace":"agents","arguments":"{}"},)"
      R"({"id":"ig_0d4","type":"image_generation_call","status":"completed","result":"AA"}]})";
  const auto given = sdk::json::parse(kAnswer);

  const auto events = dialect.decode(kAnswer, whole).events;

  CHECK(sorted_json(output(events)) == sorted_json((*given)["output"].raw()));
}

TEST_CASE_METHOD(Fixture, "ids that come twice are not kept twice", "[openai]") {
  constexpr std::string_view kAnswer =
      R"({"id":"resp_1","status":"completed","output":[{"id":"msg_1","type":"message","content":[)"
      R"({"type":"output_text","text":"a"},{"type":"refusal","refusal":"b"}]}]})";

  CHECK(response_faults(streamed(dialect.decode(kAnswer, whole).events)) == kNone);
}

TEST_CASE_METHOD(Fixture, "a text beside an open call waits for the call's end", "[openai]") {
  const auto bytes =
      streamed({start("", "m"), tool_start(0, "c", "get"), text(1, "a"), arguments(0, "{}"),
                text(1, "b"), tool_end(0), text(1, "c"), stop(StopReason::kTool)});

  CHECK(dialect.decode(bytes, stream).joined_lines() ==
        Lines{"start(resp_r1,m)", "tool[0](c,get)", "arguments[0]({})", "tool_end[0]",
              "text[1](abc)", "stop(tool,completed,)"});
}

TEST_CASE_METHOD(Fixture, "a response that was cut short is incomplete and says why", "[openai]") {
  const auto [reason, word] = GENERATE(table<StopReason, std::string>(
      {{StopReason::kLength, "max_output_tokens"}, {StopReason::kRefusal, "content_filter"}}));
  const std::vector<Recorded> events = {start("", "m"), text(0, "x"), stop(reason)};

  CHECK_THAT(streamed(events), ContainsSubstring("event: response.incomplete"));
  CHECK_THAT(dialect.encode(events, whole).bytes,
             ContainsSubstring("\"status\":\"incomplete\",\"error\":null,"
                               "\"incomplete_details\":{\"reason\":\"" +
                               word + "\"}"));
  CHECK_THAT(output(events), ContainsSubstring(R"("status":"incomplete")"));
}

TEST_CASE_METHOD(Fixture, "an error ends a responses stream as response.failed", "[openai]") {
  const auto [status, code] = GENERATE(table<int, std::string>(
      {{429, "rate_limit_exceeded"}, {503, "server_error"}, {400, "invalid_prompt"}}));

  const auto bytes =
      streamed({start("", "m"), text(0, "x"), error(status, "", "Please try again in 2.5s."),
                stop(StopReason::kEnd)});

  CHECK_THAT(last_response_event(bytes),
             ContainsSubstring("\"error\":{\"code\":\"" + code +
                               "\",\"message\":\"Please try again in 2.5s.\"}"));
}

TEST_CASE_METHOD(Fixture, "a responses stream without a stop never looks complete", "[openai]") {
  const auto encoded = dialect.encode({start("", "m"), text(0, "x")}, stream);

  CHECK(encoded.status == ABV_E_INVALID);
  CHECK_THAT(encoded.bytes, !ContainsSubstring("response.completed"));
}

TEST_CASE_METHOD(Fixture, "of several choices a responses client gets the first", "[openai]") {
  CHECK_THAT(output({start("", "m"), text(0, "one"), in_choice(1, text(0, "two")),
                     stop(StopReason::kEnd), in_choice(1, stop(StopReason::kEnd))}),
             ContainsSubstring("one") && !ContainsSubstring("two"));
}

TEST_CASE_METHOD(Fixture, "a ping inside of a response is an event with the next number",
                 "[openai]") {
  const std::vector<Recorded> events = {
      ping(), start("", "m"), ping(), text(0, "a"), ping(), text(0, "b"), stop(StopReason::kEnd)};
  const auto bytes = streamed(events);

  CHECK_THAT(bytes, Catch::Matchers::StartsWith(": keep-alive\n\nevent: response.created\n"));
  CHECK_THAT(bytes, ContainsSubstring("\n\nevent: keepalive\ndata: {\"type\":\"keepalive\","
                                      "\"sequence_number\":2}\n\n"));
  CHECK(dialect.decode(bytes, stream).joined_lines() ==
        Lines{"start(resp_r1,m)", "text[0](ab)", "stop(end,completed,)"});
}

}  // namespace abv::tests
