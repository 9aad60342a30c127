#include "abv/sdk/signature.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

// What has no word in other vendors' answers, or no form in Anthropic's: in and out.
namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

// An answer with a search, citations, hidden thinking and a container, as the API streams it.
constexpr std::string_view kStream = R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"container":{"id":"c0"},"usage":{"input_tokens":5,"cache_creation_input_tokens":30,"cache_read_input_tokens":0,"output_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"service_tier":"standard"}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"EmwK"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"query\":"}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"n\"}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://a","title":"A \"b\""}]}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: content_block_start
data: {"type":"content_block_start","index":3,"content_block":{"type":"text","text":"","citations":[]}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"New."}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","cited_text":"c","url":"https://a","title":"A","encrypted_index":"i"}}}

event: content_block_stop
data: {"type":"content_block_stop","index":3}

event: content_block_start
data: {"type":"content_block_start","index":4,"content_block":{"type":"compaction","content":null}}

event: content_block_delta
data: {"type":"content_block_delta","index":4,"delta":{"type":"compaction_delta","content":"sum","encrypted_content":null}}

event: content_block_stop
data: {"type":"content_block_stop","index":4}

event: content_block_start
data: {"type":"content_block_start","index":5,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{},"caller":{"type":"direct"}}}

event: content_block_stop
data: {"type":"content_block_stop","index":5}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"model_context_window_exceeded","stop_sequence":null,"stop_details":null,"container":{"id":"c1"}},"usage":{"input_tokens":5,"output_tokens":9,"server_tool_use":{"web_search_requests":1}},"context_management":{"applied_edits":[]}}

event: message_stop
data: {"type":"message_stop"}

)";

const Lines kLines = {
    "start(msg_1,m)",
    "usage(in=35,out=1,read=0,write=30,think=-1)",
    "redacted[0](EmwK)",
    R"(opaque[1]({"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use",)"
    R"("id":"srvtoolu_1","name":"web_search","input":{"query":"n"}}}))",
    R"(opaque[2]({"type":"content_block_start","index":2,"content_block":)"
    R"({"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":)"
    R"([{"type":"web_search_result","url":"https://a","title":"A \"b\""}]}}))",
    "text[3](New.)",
    "citation[3](https://a,A,c)",
    R"(opaque[4]({"type":"content_block_start","index":4,"content_block":{"type":"compaction",)"
    R"("content":"sum"}}))",
    "tool[5](toolu_1,f)",
    "tool_end[5]",
    "usage(in=35,out=9,read=0,write=30,think=-1)",
    "stop(length,model_context_window_exceeded,)",
};

struct Fixture {
  DialectProbe dialect{sdk::Dialect<claude::Messages>::kComponent};
  Params stream{.model = "m"};
  Params whole{.form = sdk::Form::kWhole, .model = "m"};

  // The stream of these content events, from the first block on.
  std::string blocks(std::vector<Recorded> events) const {
    events.insert(events.begin(), start("msg_1", "m"));
    events.push_back(stop(StopReason::kEnd));
    const auto bytes = dialect.encode(events, stream).bytes;
    const auto first = bytes.find("event: content_block_start");
    return bytes.substr(first, bytes.find("event: message_delta") - first);
  }
  // The content of a whole message, and its stop_reason.
  std::string content(std::vector<Recorded> events) const {
    events.insert(events.begin(), start("msg_1", "m"));
    events.push_back(stop(StopReason::kEnd));
    const auto message = sdk::json::parse(dialect.encode(events, whole).bytes).value();
    return std::string(message["content"].raw()) + message["stop_reason"].as_string();
  }
};

std::string block(int index, const std::string& content, const std::string& delta = {}) {
  const auto number = "\"index\":" + std::to_string(index);
  std::string text = "event: content_block_start\ndata: {\"type\":\"content_block_start\"," +
                     number + ",\"content_block\":" + content + "}\n\n";
  if (!delta.empty()) {
    text += "event: content_block_delta\ndata: {\"type\":\"content_block_delta\"," + number +
            ",\"delta\":" + delta + "}\n\n";
  }
  return text + "event: content_block_stop\ndata: {\"type\":\"content_block_stop\"," + number +
         "}\n\n";
}

constexpr const char* kText = R"({"type":"text","text":""})";
constexpr const char* kThinking = R"({"type":"thinking","thinking":"","signature":""})";

}  // namespace

TEST_CASE_METHOD(Fixture, "claude's own blocks are opaque events whatever the cut", "[claude]") {
  Lines expected = kLines;
  expected.push_back("status 0");

  CHECK(dialect.outcomes_of_all_cuts(kStream, stream) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "what claude streams comes out as a stream of the same events",
                 "[claude]") {
  const auto events = dialect.decode(kStream, stream).events;

  const auto encoded = dialect.encode(events, stream).bytes;

  CHECK(dialect.decode(encoded, stream).lines() ==
        Lines{kLines[0], kLines[1], kLines[2], kLines[3], kLines[4], kLines[5], kLines[6],
              kLines[7], kLines[8], "arguments[5]({})", kLines[9], kLines[10],
              "stop(length,model_context_window_exceeded,)"});
  CHECK_THAT(encoded, ContainsSubstring(R"("container":{"id":"c0"})"));
  CHECK_THAT(encoded, ContainsSubstring(R"("cache_creation":{"ephemeral_5m_input_tokens":10,)"));
  CHECK_THAT(encoded, ContainsSubstring(R"("service_tier":"standard"},"container")"));
  CHECK_THAT(encoded, ContainsSubstring(R"("input":{},"caller":{"type":"direct"}}})"));
  CHECK_THAT(encoded, ContainsSubstring(R"("delta":{"stop_reason":"model_context_window_exceeded",)"
                                        R"("stop_sequence":null,"container":{"id":"c1"}},"usage":)"
                                        R"({"input_tokens":5,"cache_creation_input_tokens":30,)"
                                        R"("cache_read_input_tokens":0,"output_tokens":9,)"
                                        R"("server_tool_use":{"web_search_requests":1}},)"
                                        R"("context_management":{"applied_edits":[]}})"));
}

TEST_CASE_METHOD(Fixture, "what claude says in one piece comes out the same", "[claude]") {
  const std::string message =
      R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[)"
      R"({"type":"redacted_thinking","data":"EmwK"},{"type":"thinking","thinking":"t",)"
      R"("signature":"s"},{"type":"server_tool_use","id":"srvtoolu_1","name":"web_fetch",)"
      R"("input":{"url":"u"}},{"type":"text","text":"New.","citations":[{"type":"char_location",)"
      R"("cited_text":"c","document_index":0,"document_title":"D","start_char_index":0,)"
      R"("end_char_index":1}]},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1},)"
      R"("caller":{"type":"direct"}}],"stop_reason":"refusal","stop_sequence":null,)"
      R"("stop_details":{"type":"refusal","category":"cyber"},"usage":{"input_tokens":5,)"
      R"("cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":9,)"
      R"("speed":"fast","server_tool_use":{"web_fetch_requests":1}}})";

  const auto decoded = dialect.decode(message, whole);

  CHECK(decoded.lines()[6] == "citation[3](,D,c)");
  CHECK(dialect.encode(decoded.events, whole).bytes == message);
}

TEST_CASE_METHOD(Fixture, "claude's observers pay nothing for opaque blocks", "[claude]") {
  Params observer = stream;
  observer.wanted = kObserved;

  CHECK(dialect.decode(kStream, observer).lines() ==
        Lines{kLines[0], kLines[1], kLines[10], kLines[11]});
}

TEST_CASE_METHOD(Fixture, "encrypted reasoning is claude's redacted thinking", "[claude]") {
  CHECK(blocks({redacted(0, "enc"), text(1, "x")}) ==
        block(0, R"({"type":"redacted_thinking","data":"enc"})") +
            block(1, kText, R"({"type":"text_delta","text":"x"})"));
  CHECK(content({redacted(0, "enc"), text(1, "x")}) ==
        R"([{"type":"redacted_thinking","data":"enc"},{"type":"text","text":"x"}]end_turn)");
}

TEST_CASE_METHOD(Fixture, "encrypted reasoning with a summary signs the summary", "[claude]") {
  CHECK_THAT(blocks({reasoning(0, "s"), redacted(0, "enc")}),
             ContainsSubstring(R"("delta":{"type":"signature_delta","signature":"enc"})"));
  CHECK(content({reasoning(0, "s"), redacted(0, "enc")}) ==
        R"([{"type":"thinking","thinking":"s","signature":"enc"}]end_turn)");
}

TEST_CASE_METHOD(Fixture, "the mark of another vendor's unsigned thinking is its signature",
                 "[claude]") {
  const auto mark = sdk::wrap_signature({"chat", "glm-5", false, ""});
  const std::vector<Recorded> events = {reasoning(0, "t"), signature(0, mark), text(1, "x")};

  CHECK_THAT(
      blocks(events),
      ContainsSubstring(R"("index":0,"delta":{"type":"signature_delta","signature":")" + mark +
                        "\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\","
                        "\"index\":0}"));
  CHECK(content(events) == R"([{"type":"thinking","thinking":"t","signature":")" + mark +
                               R"("},{"type":"text","text":"x"}]end_turn)");
}

TEST_CASE_METHOD(Fixture, "the signature of a call is a thinking block before it", "[claude]") {
  const std::vector<Recorded> events = {signature(0, "sig"), tool_start(0, "toolu_1", "f"),
                                        arguments(0, "{}"), tool_end(0)};

  CHECK(blocks(events) == block(0, kThinking, R"({"type":"signature_delta","signature":"sig"})") +
                              block(1,
                                    R"({"type":"tool_use","id":"toolu_1","name":"f","input":{}})",
                                    R"({"type":"input_json_delta","partial_json":"{}"})"));
  CHECK(content(events) == R"([{"type":"thinking","thinking":"","signature":"sig"},)"
                           R"({"type":"tool_use","id":"toolu_1","name":"f","input":{}}]tool_use)");
}

TEST_CASE_METHOD(Fixture, "a refusal is text and claude's reason to stop", "[claude]") {
  const auto encoded =
      dialect.encode({start("msg_1", "m"), refusal(0, "No."), stop(StopReason::kEnd)}, stream);

  CHECK_THAT(encoded.bytes, ContainsSubstring(R"("delta":{"type":"text_delta","text":"No."})"));
  CHECK_THAT(encoded.bytes, ContainsSubstring(R"("stop_reason":"refusal")"));
  CHECK(content({refusal(0, "No.")}) == R"([{"type":"text","text":"No."}]refusal)");
}

TEST_CASE_METHOD(Fixture, "a citation of the web stands in its text block", "[claude]") {
  const std::string location =
      R"({"type":"web_search_result_location","cited_text":"c","url":"https://a","title":"A",)"
      R"("encrypted_index":""})";
  const std::vector<Recorded> events = {text(0, "x"), citation(0, "https://a", "A", "c")};

  CHECK_THAT(blocks(events),
             ContainsSubstring(R"("index":0,"delta":{"type":"citations_delta","citation":)" +
                               location + "}}"));
  CHECK(content(events) ==
        R"([{"type":"text","text":"x","citations":[)" + location + "]}]end_turn");
}

TEST_CASE_METHOD(Fixture, "a citation of another vendor's document has no place", "[claude]") {
  const std::vector<Recorded> events = {text(0, "x"), citation(0, "", "a.txt", "c")};

  CHECK_THAT(blocks(events), !ContainsSubstring("citation"));
  CHECK(content(events) == R"([{"type":"text","text":"x"}]end_turn)");
}

TEST_CASE_METHOD(Fixture, "free text of a custom tool is an input of claude's", "[claude]") {
  const std::vector<Recorded> events = {custom_tool_start(0, "c", "run"), arguments(0, "say \""),
                                        arguments(0, "hi\""), tool_end(0)};
  const auto streamed = blocks(events);
  const auto piece = [](const std::string& json) {
    return R"({"type":"input_json_delta","partial_json":")" + json + "\"}";
  };

  CHECK_THAT(streamed, ContainsSubstring(piece(R"({\"input\":\"say \\\")")));
  CHECK_THAT(streamed, ContainsSubstring(piece(R"(hi\\\")")));
  CHECK_THAT(streamed, ContainsSubstring(piece(R"(\"})")));
  CHECK(content(events) ==
        R"([{"type":"tool_use","id":"c","name":"run","input":{"input":"say \"hi\""}}]tool_use)");
}

TEST_CASE_METHOD(Fixture, "a citation without its text block opens one", "[claude]") {
  CHECK_THAT(blocks({text(0, "x"), reasoning(1, "y"), citation(0, "https://a", "A", "c")}),
             ContainsSubstring(block(1, kThinking, R"({"type":"thinking_delta","thinking":"y"})") +
                               "event: content_block_start\ndata: {\"type\":"
                               "\"content_block_start\",\"index\":2,\"content_block\":" +
                               kText));
}

TEST_CASE_METHOD(Fixture, "an image in an answer is told, not shown", "[claude]") {
  Recorded linked = image(1, "", "");
  linked.id = "https://a/b.png";

  CHECK(content({image(0, "image/png", "aa=="), linked}) ==
        R"([{"type":"text","text":"[An image (image/png) was left out: answers of this API hold )"
        R"(no images.]"},{"type":"text","text":"[An image at https://a/b.png]"}]end_turn)");
  CHECK_THAT(blocks({linked}), ContainsSubstring("[An image at https://a/b.png]"));
}

TEST_CASE_METHOD(Fixture, "another dialect's opaque event is not claude's to write", "[claude]") {
  Recorded foreign;
  foreign.kind = ABV_EVENT_OPAQUE;
  foreign.raw = R"({"type":"web_search_call","id":"ws_1"})";

  CHECK(content({foreign, text(1, "x")}) == R"([{"type":"text","text":"x"}]end_turn)");
  CHECK(blocks({foreign, text(1, "x")}) == block(0, kText, R"({"type":"text_delta","text":"x"})"));
}

TEST_CASE_METHOD(Fixture, "a block that interrupts a claude call waits for its end", "[claude]") {
  Recorded opaque;
  opaque.kind = ABV_EVENT_OPAQUE;
  opaque.index = 1;
  opaque.raw = R"({"type":"content_block_start","content_block":{"type":"container_upload"}})";

  CHECK(blocks({tool_start(0, "a", "f"), opaque, citation(2, "u", "t", "c"), tool_end(0)}) ==
        block(0, R"({"type":"tool_use","id":"a","name":"f","input":{}})",
              R"({"type":"input_json_delta","partial_json":"{}"})") +
            block(1, R"({"type":"container_upload"})") +
            block(2, kText,
                  R"({"type":"citations_delta","citation":{"type":"web_search_result_location",)"
                  R"("cited_text":"c","url":"u","title":"t","encrypted_index":""}})"));
}

TEST_CASE_METHOD(Fixture, "claude answers with the first of several choices", "[claude]") {
  CHECK(content(
            {text(0, "a"), in_choice(1, text(0, "b")), in_choice(1, stop(StopReason::kLength))}) ==
        R"([{"type":"text","text":"a"}]end_turn)");
}

TEST_CASE_METHOD(Fixture, "a claude stream begins with the counts that are known", "[claude]") {
  const auto bytes = dialect
                         .encode({start("msg_1", "m"), usage(30, -1, 20, 4), text(0, "x"),
                                  usage(30, 9, 20, 4), stop(StopReason::kEnd)},
                                 stream)
                         .bytes;

  CHECK_THAT(bytes.substr(0, bytes.find("content_block")),
             ContainsSubstring(R"("usage":{"input_tokens":6,"cache_creation_input_tokens":4,)"
                               R"("cache_read_input_tokens":20,"output_tokens":0})"));
}

TEST_CASE_METHOD(Fixture, "a count of tokens goes in and out", "[claude]") {
  whole.operation = "count_tokens";
  const std::string body =
      R"({"input_tokens":2095,"context_management":{"original_input_tokens":3000}})";

  CHECK(dialect.encode(dialect.decode(body, whole).events, whole).bytes == body);
  CHECK(dialect.encode({start("", ""), usage(7, -1), stop(StopReason::kEnd)}, whole).bytes ==
        R"({"input_tokens":7})");
  CHECK(dialect.encode({start("", ""), stop(StopReason::kEnd)}, whole).status == ABV_E_IO);
}

}  // namespace abv::tests
