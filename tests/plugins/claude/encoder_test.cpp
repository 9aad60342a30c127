#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

const std::vector<Recorded> kAnswer = {
    start("msg_7", "m"),
    usage(10, -1, 4, 2),
    reasoning(0, "think "),
    reasoning(0, "more"),
    signature(0, "sig"),
    text(1, "Hel"),
    text(1, "lo\n\"you\""),
    tool_start(2, "toolu_1", "get"),
    arguments(2, "{\"a\":"),
    arguments(2, "1}"),
    tool_end(2),
    usage(10, 20, 4, 2),
    stop(StopReason::kTool, "tool_use"),
};

struct Fixture {
  DialectProbe dialect{sdk::Dialect<claude::Messages>::kComponent};
  Params stream{.model = "m"};
  Params whole{.form = sdk::Form::kWhole, .model = "m"};
};

// The names of a stream's events, in their order.
Lines event_names(const std::string& bytes) {
  constexpr std::string_view kField = "event: ";
  Lines names;
  for (auto at = bytes.find(kField); at != std::string::npos; at = bytes.find(kField, at)) {
    at += kField.size();
    names.push_back(bytes.substr(at, bytes.find('\n', at) - at));
  }
  return names;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a claude stream has event lines, numbered blocks and its end",
                 "[claude]") {
  const auto encoded =
      dialect.encode({start("", "m"), text(0, "Hi"), stop(StopReason::kEnd)}, stream);

  CHECK(encoded.status == ABV_OK);
  CHECK(encoded.bytes ==
        "event: message_start\n"
        "data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_r1\",\"type\":\"message\","
        "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,"
        "\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,"
        "\"cache_read_input_tokens\":0,\"output_tokens\":0}}}\n\n"
        "event: content_block_start\n"
        "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
        "{\"type\":\"text\",\"text\":\"\"}}\n\n"
        "event: content_block_delta\n"
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
        "{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
        "event: content_block_stop\n"
        "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        "event: message_delta\n"
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
        "\"stop_sequence\":null},\"usage\":{\"input_tokens\":0,\"cache_creation_input_tokens\":0,"
        "\"cache_read_input_tokens\":0,\"output_tokens\":0}}\n\n"
        "event: message_stop\n"
        "data: {\"type\":\"message_stop\"}\n\n");
}

TEST_CASE_METHOD(Fixture, "a claude stream decodes to the events it was made from", "[claude]") {
  const auto encoded = dialect.encode(kAnswer, stream);

  CHECK(dialect.decode(encoded.bytes).joined_lines() ==
        Lines{"start(msg_7,m)", "usage(in=10,out=0,read=4,write=2,think=-1)",
              "reasoning[0](think more)", "signature[0](sig)", "text[1](Hello\n\"you\")",
              "tool[2](toolu_1,get)", "arguments[2]({\"a\":1})", "tool_end[2]",
              "usage(in=10,out=20,read=4,write=2,think=-1)", "stop(tool,tool_use,)"});
}

TEST_CASE_METHOD(Fixture, "a whole claude message decodes to the events it was made from",
                 "[claude]") {
  const auto encoded = dialect.encode(kAnswer, whole);

  CHECK(dialect.decode(encoded.bytes, whole).joined_lines() ==
        Lines{"start(msg_7,m)", "reasoning[0](think more)", "signature[0](sig)",
              "text[1](Hello\n\"you\")", "tool[2](toolu_1,get)", "arguments[2]({\"a\":1})",
              "tool_end[2]", "usage(in=10,out=20,read=4,write=2,think=-1)",
              "stop(tool,tool_use,)"});
}

TEST_CASE_METHOD(Fixture, "interleaved parts become claude blocks one after the other",
                 "[claude]") {
  const auto encoded =
      dialect.encode({start("msg_1", "m"), tool_start(0, "a", "f"), tool_start(1, "b", "g"),
                      arguments(1, "{\"y\":2}"), text(2, "late"), arguments(0, "{\"x\":1}"),
                      tool_end(0), tool_end(1), stop(StopReason::kTool)},
                     stream);

  CHECK(dialect.decode(encoded.bytes).joined_lines() ==
        Lines{"start(msg_1,m)", "usage(in=0,out=0,read=0,write=0,think=-1)", "tool[0](a,f)",
              "arguments[0]({\"x\":1})", "tool_end[0]", "tool[1](b,g)", "arguments[1]({\"y\":2})",
              "tool_end[1]", "text[2](late)", "usage(in=0,out=0,read=0,write=0,think=-1)",
              "stop(tool,tool_use,)"});
}

TEST_CASE_METHOD(Fixture, "claude calls that never end are closed by the stop", "[claude]") {
  const auto encoded = dialect.encode({start("msg_1", "m"), tool_start(0, "a", "f"),
                                       tool_start(1, "b", "g"), stop(StopReason::kEnd)},
                                      stream);

  CHECK(dialect.decode(encoded.bytes).joined_lines() ==
        Lines{"start(msg_1,m)", "usage(in=0,out=0,read=0,write=0,think=-1)", "tool[0](a,f)",
              "arguments[0]({})", "tool_end[0]", "tool[1](b,g)", "arguments[1]({})", "tool_end[1]",
              "usage(in=0,out=0,read=0,write=0,think=-1)", "stop(tool,tool_use,)"});
}

TEST_CASE_METHOD(Fixture, "a signature without reasoning opens a claude thinking block",
                 "[claude]") {
  const auto encoded = dialect.encode({start("msg_1", "m"), signature(0, "sig"), text(1, "x"),
                                       signature(1, "lost"), stop(StopReason::kEnd)},
                                      stream);

  CHECK(dialect.decode(encoded.bytes).joined_lines()[2] == "signature[0](sig)");
  CHECK_THAT(encoded.bytes, !ContainsSubstring("lost"));
}

TEST_CASE_METHOD(Fixture, "counts that come after the stop stand in message_delta", "[claude]") {
  const auto encoded = dialect.encode(
      {start("msg_1", "m"), text(0, "x"), stop(StopReason::kSequence, "", "END"), usage(7, 9)},
      stream);

  CHECK_THAT(encoded.bytes,
             ContainsSubstring("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                               "\"stop_sequence\",\"stop_sequence\":\"END\"},\"usage\":"
                               "{\"input_tokens\":7,"));
}

TEST_CASE_METHOD(Fixture, "an error inside a claude stream is an error event and its end",
                 "[claude]") {
  const auto encoded = dialect.encode(
      {start("msg_1", "m"), text(0, "x"), error(529, "", "busy"), text(0, "never")}, stream);

  CHECK(encoded.status == ABV_OK);
  CHECK_THAT(encoded.bytes, Catch::Matchers::EndsWith(
                                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                                "\"overloaded_error\",\"message\":\"busy\"},"
                                "\"request_id\":\"r1\"}\n\n"));
}

TEST_CASE_METHOD(Fixture, "a claude ping is an event of its own", "[claude]") {
  const std::string a_ping = "event: ping\ndata: {\"type\": \"ping\"}\n\n";
  const auto names = [&](const std::vector<Recorded>& events) {
    return event_names(dialect.encode(events, stream).bytes);
  };
  const Recorded begin = start("msg_1", "m");
  const Recorded end = stop(StopReason::kEnd);

  CHECK(dialect.encode({ping()}, stream).bytes == a_ping);
  CHECK(names({ping(), begin, ping(), text(0, "x"), ping(), end}) ==
        Lines{"ping", "message_start", "ping", "content_block_start", "content_block_delta", "ping",
              "content_block_stop", "message_delta", "message_stop"});
  CHECK(names({begin, usage(3, -1), end, ping()}) ==
        Lines{"message_start", "ping", "message_delta", "message_stop"});
  CHECK(dialect.encode({begin, ping(), end}, whole).bytes ==
        dialect.encode({begin, end}, whole).bytes);
}

TEST_CASE_METHOD(Fixture, "a claude answer without a stop never looks complete", "[claude]") {
  const auto encoded = dialect.encode({start("msg_1", "m"), text(0, "x")}, stream);

  CHECK(encoded.status == ABV_E_INVALID);
  CHECK_THAT(encoded.bytes, !ContainsSubstring("message_stop"));
}

TEST_CASE_METHOD(Fixture, "a whole claude message refuses arguments that are no object",
                 "[claude]") {
  const auto encoded = dialect.encode({start("msg_1", "m"), tool_start(0, "a", "f"),
                                       arguments(0, "{\"cut"), stop(StopReason::kLength)},
                                      whole);

  CHECK(encoded.status < ABV_OK);
  CHECK(encoded.bytes.empty());
}

TEST_CASE_METHOD(Fixture, "claude has no encoder for operations without a conversation",
                 "[claude]") {
  stream.operation = "batches";

  CHECK(dialect.encode({}, stream).status == ABV_E_UNSUPPORTED);
}

TEST_CASE_METHOD(Fixture, "any answer comes back from claude's wire as it was", "[claude]") {
  const auto seed = GENERATE(range(0U, 100U));
  const auto events = random_answer(seed);

  CAPTURE(seed);
  CHECK(content_lines(dialect.decode(dialect.encode(events, stream).bytes, stream).events) ==
        content_lines(events));
  CHECK(content_lines(dialect.decode(dialect.encode(events, whole).bytes, whole).events) ==
        content_lines(events));
}

}  // namespace abv::tests
