#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

// After the streaming examples of Anthropic's documentation: thinking, text and a tool call.
constexpr std::string_view kStream = R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_creation_input_tokens":100,"cache_read_input_tokens":1000,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me \"look\"."}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQB=="}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Caf\u00e9 – ok"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_01","name":"get_weather","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":" \"Paris\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89,"output_tokens_details":{"thinking_tokens":40}}}

event: message_stop
data: {"type":"message_stop"}

)";

const Lines kStreamLines = {
    "start(msg_01,claude-sonnet-4-6)",
    "usage(in=1125,out=1,read=1000,write=100,think=-1)",
    "ping",
    "reasoning[0](Let me \"look\".)",
    "signature[0](EqQB==)",
    "text[1](Café – ok)",
    "tool[2](toolu_01,get_weather)",
    "arguments[2]({\"city\":)",
    "arguments[2]( \"Paris\"})",
    "tool_end[2]",
    "usage(in=1125,out=89,read=1000,write=100,think=40)",
    "stop(tool,tool_use,)",
};

Lines with_status(Lines lines, abv_status status) {
  lines.push_back("status " + std::to_string(status));
  return lines;
}

std::string without_event_lines(std::string_view stream) {
  std::string out;
  for (std::size_t at = 0; at < stream.size();) {
    const auto end = stream.find('\n', at) + 1;
    const auto line = stream.substr(at, end - at);
    if (!line.starts_with("event:")) out += line;
    at = end;
  }
  return out;
}

std::string with_crlf(std::string_view stream) {
  std::string out;
  for (const char c : stream)
    out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<claude::Messages>::kComponent};
  Params whole{.form = sdk::Form::kWhole};
  Params observer{.wanted = kObserved};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a claude stream gives its events whatever the cut", "[claude]") {
  CHECK(dialect.outcomes_of_all_cuts(kStream) ==
        std::set<Lines>{with_status(kStreamLines, ABV_OK)});
}

TEST_CASE_METHOD(Fixture, "a claude stream with CRLF gives the same events", "[claude]") {
  CHECK(dialect.decode(with_crlf(kStream)).lines() == kStreamLines);
}

TEST_CASE_METHOD(Fixture, "a claude stream without event lines is read by its types", "[claude]") {
  CHECK(dialect.outcomes_of_all_cuts(without_event_lines(kStream)) ==
        std::set<Lines>{with_status(kStreamLines, ABV_OK)});
}

TEST_CASE_METHOD(Fixture, "a claude stream whose event lines say nothing is read by its types",
                 "[claude]") {
  const auto decoded = dialect.decode(
      "event: message\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\"}}\n\n"
      "event: message\ndata: "
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"refusal\"}}\n\n"
      "event: message\ndata: {\"type\":\"message_stop\"}\n\n",
      observer);

  CHECK(decoded.lines() == Lines{"start(msg_1,)", "stop(refusal,refusal,)"});
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "a claude observer gets start, counts and stop alone", "[claude]") {
  const Lines expected = {kStreamLines[0], kStreamLines[1], kStreamLines[10], kStreamLines[11],
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kStream, observer) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "a claude observer never parses content frames", "[claude]") {
  std::string stream(kStream);
  const auto content = stream.find("Caf");
  stream[content] = '"';  // no JSON any more

  CHECK(dialect.decode(stream, observer).status == ABV_OK);
  CHECK(dialect.decode(stream).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "a claude stream without message_stop is not complete", "[claude]") {
  const auto cut = kStream.substr(0, kStream.find("event: message_stop"));

  const auto decoded = dialect.decode(cut);

  CHECK(decoded.lines() == kStreamLines);
  CHECK(decoded.status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "an error event ends a claude stream", "[claude]") {
  const auto head = kStream.substr(0, kStream.find("event: content_block_start"));
  const auto stream = std::string(head) +
                      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                      "\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";

  const auto decoded = dialect.decode(stream, observer);

  CHECK(decoded.events.back().line() == "error(529,overloaded_error,Overloaded)");
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "unknown events and deltas in a claude stream are passed over",
                 "[claude]") {
  const auto decoded = dialect.decode(
      "data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\"}}\n\n"
      "event: telemetry\ndata: {\"type\":\"telemetry\",\"x\":1}\n\n"
      "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
      "{\"type\":\"text\",\"text\":\"\"}}\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"new_delta\"}}\n\n"
      "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
      "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"new_reason\"}}\n\n"
      "data: {\"type\":\"message_stop\"}\n\n");

  CHECK(decoded.lines() == Lines{"start(msg_1,m)", "stop(other,new_reason,)"});
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "a claude frame over 16 MiB is refused", "[claude]") {
  const std::string frame = "data: {\"type\":\"" + std::string((16U << 20U) + 1, 'x');

  CHECK(dialect.decode(frame).status == ABV_E_LIMIT);
}

TEST_CASE_METHOD(Fixture, "a whole claude message gives its events whatever the cut", "[claude]") {
  constexpr std::string_view kMessage =
      R"({"id":"msg_02","type":"message","role":"assistant","model":"claude-haiku-4-5",)"
      R"("content":[{"type":"thinking","thinking":"hm","signature":"sig"},)"
      R"({"type":"text","text":"Hi"},)"
      R"({"type":"tool_use","id":"toolu_2","name":"f","input":{"a":1}},)"
      R"({"type":"tool_use","id":"toolu_3","name":"g","input":{}}],)"
      R"("stop_reason":"stop_sequence","stop_sequence":"END",)"
      R"("usage":{"input_tokens":3,"output_tokens":4}})";
  const Lines expected = {"start(msg_02,claude-haiku-4-5)",
                          "reasoning[0](hm)",
                          "signature[0](sig)",
                          "text[1](Hi)",
                          "tool[2](toolu_2,f)",
                          "arguments[2]({\"a\":1})",
                          "tool_end[2]",
                          "tool[3](toolu_3,g)",
                          "tool_end[3]",
                          "usage(in=3,out=4,read=-1,write=-1,think=-1)",
                          "stop(sequence,stop_sequence,END)",
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kMessage, whole) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "half a claude message is not complete", "[claude]") {
  CHECK(dialect.decode(R"({"id":"msg_02","content":[)", whole).status == ABV_E_INVALID);
  CHECK(dialect.decode(R"({"id":"msg_02","content":[]})", whole).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "a claude error body gives an error", "[claude]") {
  const auto decoded = dialect.decode(
      R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"},"request_id":"q"})",
      whole);

  CHECK(decoded.lines() == Lines{"error(429,rate_limit_error,slow)"});
}

TEST_CASE_METHOD(Fixture, "counted tokens are usage", "[claude]") {
  whole.operation = "count_tokens";

  CHECK(dialect.decode(R"({"input_tokens":2095})", whole).lines() ==
        Lines{"start(,)", "usage(in=2095,out=-1,read=-1,write=-1,think=-1)", "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "claude answers without a conversation are passed over", "[claude]") {
  whole.operation = "files";

  const auto decoded = dialect.decode("%PDF-1.7 not JSON", whole);

  CHECK(decoded.events.empty());
  CHECK(decoded.status == ABV_OK);
}

}  // namespace abv::tests
