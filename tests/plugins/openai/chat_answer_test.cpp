#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params stream{.model = "m"};
  Params whole{.form = sdk::Form::kWhole, .model = "m"};

  // The deltas and finish_reasons of a chat stream.
  Lines deltas(const std::vector<Recorded>& events) const {
    Lines list;
    sdk::SseReader frames;
    frames.feed(dialect.encode(events, stream).bytes, [&](const sdk::SseFrame& frame) {
      const auto reason = json_at(frame.data, "/choices/0/finish_reason");
      list.push_back(frame.data == "[DONE]" ? "[DONE]"
                     : reason == "null"     ? json_at(frame.data, "/choices/0/delta")
                                            : reason);
    });
    return list;
  }
  std::string message(const std::vector<Recorded>& events) const {
    return json_at(dialect.encode(events, whole).bytes, "/choices/0/message");
  }
};

constexpr const char* kBegin = R"({"content":"","role":"assistant"})";

}  // namespace

TEST_CASE_METHOD(Fixture, "several choices each have a role and a finish_reason", "[openai]") {
  const std::vector<Recorded> events = {start("chatcmpl-1", "m"),
                                        in_choice(1, text(0, "b")),
                                        text(0, "a"),
                                        in_choice(1, stop(StopReason::kLength)),
                                        stop(StopReason::kEnd),
                                        usage(1, 2)};
  const Lines expected = {"start(chatcmpl-1,m)", "text[1.0](b)", "text[0](a)", "stop(end,stop,)",
                          "stop[1](length,length,)"};

  const auto encoded = dialect.encode(events, stream);
  CHECK(dialect.decode(encoded.bytes).lines() == expected);
  CHECK_THAT(encoded.bytes,
             ContainsSubstring(R"({"index":1,"delta":{"role":"assistant","content":""})"));
  CHECK(dialect.decode(dialect.encode(events, whole).bytes, whole).lines() ==
        Lines{expected[0], expected[2], expected[1], "usage(in=1,out=2,read=0,write=-1,think=0)",
              expected[3], expected[4]});
}

TEST_CASE_METHOD(Fixture, "a chat answer with a choice that did not stop never looks complete",
                 "[openai]") {
  const std::vector<Recorded> events = {start("", "m"), in_choice(1, text(0, "b")),
                                        stop(StopReason::kEnd)};

  CHECK(dialect.encode(events, whole).status == ABV_E_INVALID);
  const auto encoded = dialect.encode(events, stream);
  CHECK(encoded.status == ABV_E_INVALID);
  CHECK_THAT(encoded.bytes, !ContainsSubstring("[DONE]"));
}

TEST_CASE_METHOD(Fixture, "a refusal has a field of its own and a plain end", "[openai]") {
  const std::vector<Recorded> events = {start("", "m"), refusal(0, "No"), refusal(0, "."),
                                        stop(StopReason::kRefusal)};

  CHECK(deltas(events) ==
        Lines{kBegin, R"({"refusal":"No"})", R"({"refusal":"."})", "\"stop\"", "[DONE]"});
  CHECK(message(events) == R"({"content":null,"refusal":"No.","role":"assistant"})");
  CHECK(deltas({start("", "m"), stop(StopReason::kRefusal)}) ==
        Lines{kBegin, "\"content_filter\"", "[DONE]"});
}

TEST_CASE_METHOD(Fixture, "a signature goes with its call, and with nothing else", "[openai]") {
  const std::vector<Recorded> events = {
      start("", "m"),           reasoning(0, "Hm"), signature(0, "other"),    signature(1, "Q2lB"),
      tool_start(1, "c1", "f"), tool_end(1),        tool_start(2, "c2", "g"), tool_end(2),
      stop(StopReason::kTool)};
  const std::string signed_call = R"("extra_content":{"google":{"thought_signature":"Q2lB"}},)";

  CHECK(deltas(events) ==
        Lines{kBegin, R"({"reasoning_content":"Hm"})",
              R"({"tool_calls":[{)" + signed_call +
                  R"("function":{"arguments":"","name":"f"},"id":"c1","index":0,)"
                  R"("type":"function"}]})",
              R"({"tool_calls":[{"function":{"arguments":"{}"},"index":0}]})",
              R"({"tool_calls":[{"function":{"arguments":"","name":"g"},"id":"c2","index":1,)"
              R"("type":"function"}]})",
              R"({"tool_calls":[{"function":{"arguments":"{}"},"index":1}]})", "\"tool_calls\"",
              "[DONE]"});
  CHECK(message(events) ==
        R"({"content":null,"reasoning_content":"Hm","refusal":null,"role":"assistant",)"
        R"("tool_calls":[{)" +
            signed_call +
            R"("function":{"arguments":"{}","name":"f"},"id":"c1","type":"function"},)"
            R"({"function":{"arguments":"{}","name":"g"},"id":"c2","type":"function"}]})");
}

TEST_CASE_METHOD(Fixture, "a call of a custom tool is told as such", "[openai]") {
  const std::vector<Recorded> events = {start("", "m"),       custom_tool_start(0, "c1", "p"),
                                        arguments(0, "*** "), arguments(0, "x"),
                                        tool_end(0),          stop(StopReason::kTool)};

  CHECK(deltas(events) ==
        Lines{kBegin,
              R"({"tool_calls":[{"custom":{"input":"","name":"p"},"id":"c1","index":0,)"
              R"("type":"custom"}]})",
              R"({"tool_calls":[{"custom":{"input":"*** "},"index":0}]})",
              R"({"tool_calls":[{"custom":{"input":"x"},"index":0}]})", "\"tool_calls\"",
              "[DONE]"});
  CHECK(message(events) ==
        R"({"content":null,"refusal":null,"role":"assistant","tool_calls":[{"custom":)"
        R"({"input":"*** x","name":"p"},"id":"c1","type":"custom"}]})");
}

TEST_CASE_METHOD(Fixture, "a custom tool that was called as a function gets its free text back",
                 "[openai]") {
  stream.request_body = whole.request_body =
      R"({"tools":[{"type":"custom","custom":{"name":"p"}}]})";
  const std::vector<Recorded> events = {start("", "m"),
                                        tool_start(0, "c1", "p"),
                                        arguments(0, "{\"input\":\"*** "),
                                        arguments(0, "\\\"x\"}"),
                                        tool_end(0),
                                        stop(StopReason::kTool)};

  CHECK(deltas(events) ==
        Lines{kBegin,
              R"({"tool_calls":[{"custom":{"input":"","name":"p"},"id":"c1","index":0,)"
              R"("type":"custom"}]})",
              R"({"tool_calls":[{"custom":{"input":"*** \"x"},"index":0}]})", "\"tool_calls\"",
              "[DONE]"});
  CHECK(message(events) ==
        R"({"content":null,"refusal":null,"role":"assistant","tool_calls":[{"custom":)"
        R"({"input":"*** \"x","name":"p"},"id":"c1","type":"custom"}]})");
}

TEST_CASE_METHOD(Fixture, "a client that asked with functions gets a function_call", "[openai]") {
  stream.request_body = whole.request_body = R"({"functions":[{"name":"f"}]})";
  const std::vector<Recorded> events = {start("", "m"),           tool_start(0, "c1", "f"),
                                        arguments(0, "{}"),       tool_end(0),
                                        tool_start(1, "c2", "g"), tool_end(1),
                                        stop(StopReason::kTool)};

  CHECK(deltas(events) == Lines{kBegin, R"({"function_call":{"arguments":"","name":"f"}})",
                                R"({"function_call":{"arguments":"{}"}})", "\"function_call\"",
                                "[DONE]"});
  CHECK(message(events) == R"({"content":null,"function_call":{"arguments":"{}","name":"f"},)"
                           R"("refusal":null,"role":"assistant"})");
}

TEST_CASE_METHOD(Fixture, "citations are annotations with the text that they stand by",
                 "[openai]") {
  const std::vector<Recorded> events = {start("", "m"), text(0, "Café. "), text(1, "It is."),
                                        citation(1, "https://a", "T", "said"),
                                        stop(StopReason::kEnd)};
  const std::string annotations =
      R"("annotations":[{"type":"url_citation","url_citation":{"content":"said","end_index":12,)"
      R"("start_index":6,"title":"T","url":"https://a"}}])";

  CHECK(deltas(events)[3] == "{" + annotations + "}");
  CHECK(message(events) ==
        "{" + annotations + R"(,"content":"Café. It is.","refusal":null,"role":"assistant"})");
}

TEST_CASE_METHOD(Fixture,
                 "an annotation of chat stands by the cited words, where the text has them",
                 "[openai]") {
  const std::vector<Recorded> events = {start("", "m"),
                                        text(0, "Café. "),
                                        text(1, "It "),
                                        text(1, "is."),
                                        citation(1, "https://a", "T", "is."),
                                        stop(StopReason::kEnd)};

  CHECK_THAT(message(events), ContainsSubstring(R"("end_index":12,"start_index":9)"));
}

TEST_CASE_METHOD(Fixture, "a citation without a URL is no annotation of chat", "[openai]") {
  const std::vector<Recorded> events = {start("", "m"), text(0, "x"), citation(0, "", "a.txt", ""),
                                        stop(StopReason::kEnd)};

  CHECK(deltas(events) == Lines{kBegin, R"({"content":"x"})", R"("stop")", "[DONE]"});
  CHECK(message(events) == R"({"content":"x","refusal":null,"role":"assistant"})");
}

TEST_CASE_METHOD(Fixture, "citations of OpenAI's own kinds keep their places", "[openai]") {
  const auto [raw, expected] = GENERATE(table<std::string, std::string>({
      {R"({"type":"url_citation","url":"u","title":"t","start_index":3,"end_index":4})",
       R"({"end_index":4,"start_index":3,"title":"t","url":"u"})"},
      {R"({"type":"url_citation","url_citation":{"url":"u","title":"t","start_index":1,"new":2}})",
       R"({"new":2,"start_index":1,"title":"t","url":"u"})"},
  }));
  Recorded cited = citation(0, "u", "t", "");
  cited.raw = raw;

  const auto encoded =
      dialect.encode({start("", "m"), text(0, "x"), cited, stop(StopReason::kEnd)}, whole);

  CHECK(json_at(encoded.bytes, "/choices/0/message/annotations/0/url_citation") == expected);
}

TEST_CASE_METHOD(Fixture, "images, probabilities and audio come back as they were", "[openai]") {
  Recorded link = image(1, "", "");
  link.id = "https://a/b";
  Recorded audio;
  audio.kind = ABV_EVENT_OPAQUE;
  audio.index = 3;
  audio.raw = R"({"audio":{"id":"a","data":"AA","transcript":"t","expires_at":5}})";
  const std::vector<Recorded> events = {start("chatcmpl-1", "m"),
                                        image(0, "image/png", "iVBO"),
                                        link,
                                        text(2, "x"),
                                        logprobs(2, R"([{"token":"x"}])"),
                                        audio,
                                        stop(StopReason::kEnd)};
  const auto streamed = dialect.decode(dialect.encode(events, stream).bytes, stream);
  const auto at_once = dialect.decode(dialect.encode(events, whole).bytes, whole);

  CHECK(streamed.lines() == Lines{"start(chatcmpl-1,m)", "image[0](image/png,iVBO)", "image[1](,)",
                                  "text[2](x)", R"(logprobs[2]([{"token":"x"}]))",
                                  "opaque[3](" + audio.raw + ")", "stop(end,stop,)"});
  CHECK(streamed.events[2].id == "https://a/b");
  CHECK(at_once.lines() == Lines{"start(chatcmpl-1,m)", "text[0](x)",
                                 R"(logprobs[0]([{"token":"x"}]))", "image[1](image/png,iVBO)",
                                 "image[2](,)", "opaque[3](" + audio.raw + ")", "stop(end,stop,)"});
}

TEST_CASE_METHOD(Fixture, "what only other upstreams know has no place in chat", "[openai]") {
  Recorded opaque;
  opaque.kind = ABV_EVENT_OPAQUE;
  opaque.raw = R"({"type":"web_search_call","id":"ws"})";

  CHECK(deltas({start("", "m"), opaque, stop(StopReason::kEnd)}) ==
        Lines{kBegin, "\"stop\"", "[DONE]"});
}

TEST_CASE_METHOD(Fixture, "calls without ids get some in chat, in every choice others",
                 "[openai]") {
  const auto encoded = dialect.encode(
      {start("", "m"), tool_start(0, "", "f"), tool_end(0), in_choice(1, tool_start(0, "", "f")),
       in_choice(1, tool_end(0)), stop(StopReason::kTool), in_choice(1, stop(StopReason::kTool))},
      whole);

  CHECK(json_at(encoded.bytes, "/choices/0/message/tool_calls/0/id") == "\"call_r1_0\"");
  CHECK(json_at(encoded.bytes, "/choices/1/message/tool_calls/0/id") == "\"call_r1_1_0\"");
}

}  // namespace abv::tests
