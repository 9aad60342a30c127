#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

std::string chunk(const std::string& delta, const std::string& members = "", int index = 0) {
  return "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":" + std::to_string(index) +
         ",\"delta\":{" + delta + "}" + members + "}]}\n\n";
}
std::string finish(const std::string& reason, int index = 0) {
  return chunk("", R"(,"finish_reason":")" + reason + "\"", index);
}
std::string call(const std::string& members) {
  return chunk(R"("tool_calls":[{)" + members + "}]");
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params stream;
  Params whole{.form = sdk::Form::kWhole};

  Lines lines(const std::string& answer) const {
    const auto outcomes = dialect.outcomes_of_all_cuts(answer, stream);
    return outcomes.size() == 1 ? *outcomes.begin() : Lines{"it depends on the cut"};
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "several choices of a chat stream are told apart", "[openai]") {
  CHECK(
      lines(chunk(R"("content":"a")") + chunk(R"("content":"b")", "", 1) +
            chunk(R"("tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}])", "", 1) +
            finish("length") + finish("tool_calls", 1) +
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
            "data: [DONE]\n\n") ==
      Lines{"start(c,m)", "text[0](a)", "text[1.0](b)", "tool[1.1](call_r1_1_1,f)",
            "arguments[1.1]({})", "tool_end[1.1]", "usage(in=1,out=2,read=-1,write=-1,think=-1)",
            "stop(length,length,)", "stop[1](tool,tool_calls,)", "status 0"});
}

TEST_CASE_METHOD(Fixture, "a chat stream is complete only when all of its choices are",
                 "[openai]") {
  const auto begun = chunk(R"("content":"a")") + chunk(R"("content":"b")", "", 1);

  CHECK(dialect.decode(begun + finish("stop"), stream).status == ABV_E_INVALID);
  CHECK(dialect.decode(begun + finish("stop") + finish("stop", 1), stream).status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "a refusal is told as such and as the reason to stop", "[openai]") {
  CHECK(lines(chunk(R"("refusal":"I ")") + chunk(R"("refusal":"can't")") + finish("stop")) ==
        Lines{"start(c,m)", "refusal[0](I )", "refusal[0](can't)", "stop(refusal,stop,)",
              "status 0"});
}

TEST_CASE_METHOD(Fixture, "probabilities of tokens belong to the text they stand with",
                 "[openai]") {
  constexpr const char* kEntry = R"([{"token":"a","logprob":-1,"bytes":[97],"top_logprobs":[]}])";
  const auto with = [](const std::string& key) {
    return R"(,"logprobs":{")" + key + "\":" + kEntry + "}";
  };

  CHECK(lines(chunk(R"("reasoning_content":"r")", with("content")) +
              chunk(R"("content":"a")", with("content")) +
              chunk(R"("refusal":"n")", with("refusal")) + finish("stop")) ==
        Lines{"start(c,m)", "reasoning[0](r)", "text[1](a)",
              "logprobs[1](" + std::string(kEntry) + ")", "refusal[2](n)",
              "logprobs[2](" + std::string(kEntry) + ")", "stop(refusal,stop,)", "status 0"});
}

TEST_CASE_METHOD(Fixture, "annotations of a chat answer are citations", "[openai]") {
  constexpr const char* kAnnotation =
      R"({"type":"url_citation","url_citation":{"start_index":0,"end_index":2,"title":"T",)"
      R"("url":"https://a","content":"what it says"}})";
  const auto decoded = dialect.decode(
      chunk(R"("content":"Hi")") + chunk(R"("annotations":[)" + std::string(kAnnotation) + "]") +
          finish("stop"),
      stream);

  CHECK(decoded.lines()[2] == "citation[0](https://a,T,what it says)");
  CHECK(decoded.events[2].raw == kAnnotation);
}

TEST_CASE_METHOD(Fixture, "images of a chat answer are images", "[openai]") {
  const auto decoded = dialect.decode(
      chunk(R"("images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}},)"
            R"({"type":"image_url","image_url":{"url":"https://a/b"}}])") +
          chunk(R"("content":"x")") + finish("stop"),
      stream);

  CHECK(decoded.lines() == Lines{"start(c,m)", "image[0](image/png,iVBO)", "image[1](,)",
                                 "text[2](x)", "stop(end,stop,)"});
  CHECK(decoded.events[2].id == "https://a/b");
}

TEST_CASE_METHOD(Fixture, "audio of a chat answer is opaque, in one part", "[openai]") {
  CHECK(
      lines(chunk(R"("audio":{"id":"a"})") + chunk(R"("audio":{"data":"AA"})") + finish("stop")) ==
      Lines{"start(c,m)", R"(opaque[0]({"audio":{"id":"a"}}))",
            R"(opaque[0]({"audio":{"data":"AA"}}))", "stop(end,stop,)", "status 0"});
}

TEST_CASE_METHOD(Fixture, "calls of custom tools bring free text", "[openai]") {
  CHECK(lines(call(R"("index":0,"id":"c1","type":"custom","custom":{"name":"p","input":""})") +
              call(R"("index":0,"custom":{"input":"*** "})") +
              call(R"("index":0,"custom":{"input":"x"})") + finish("tool_calls")) ==
        Lines{"start(c,m)", "custom_tool[0](c1,p)", "arguments[0](*** )", "arguments[0](x)",
              "tool_end[0]", "stop(tool,tool_calls,)", "status 0"});
}

TEST_CASE_METHOD(Fixture, "a thought signature of a call comes before it", "[openai]") {
  CHECK(lines(call(R"("index":0,"id":"c1","function":{"name":"f","arguments":"{}"},)"
                   R"("extra_content":{"google":{"thought_signature":"Q2lB"}})") +
              finish("stop")) == Lines{"start(c,m)", "signature[0](Q2lB)", "tool[0](c1,f)",
                                       "arguments[0]({})", "tool_end[0]", "stop(tool,stop,)",
                                       "status 0"});
}

TEST_CASE_METHOD(Fixture, "servers' ways to send calls all give the same", "[openai]") {
  const auto chunks = GENERATE(
      // whole, as most local servers
      call(R"("index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"})"),
      // the name late
      call(R"("index":0,"id":"c1","function":{"arguments":""})") +
          call(R"("index":0,"function":{"name":"f","arguments":"{\"a\":1}"})"),
      // the id late
      call(R"("index":0,"function":{"name":"f","arguments":""})") +
          call(R"("index":0,"id":"c1","function":{"arguments":"{\"a\":1}"})"),
      // id and name in every chunk
      call(R"("index":0,"id":"c1","function":{"name":"f","arguments":""})") +
          call(R"("index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"})"),
      // an object instead of its text
      call(R"("index":0,"id":"c1","function":{"name":"f","arguments":{"a":1}})"),
      // no number
      call(R"("id":"c1","function":{"name":"f","arguments":"{\"a\":1}"})"),
      // the arguments first
      call(R"("index":0,"function":{"arguments":"{\"a\":1}"})") +
          call(R"("index":0,"id":"c1","function":{"name":"f"})"));

  CHECK(lines(chunks + finish("tool_calls")) == Lines{"start(c,m)", "tool[0](c1,f)",
                                                      "arguments[0]({\"a\":1})", "tool_end[0]",
                                                      "stop(tool,tool_calls,)", "status 0"});
}

TEST_CASE_METHOD(Fixture, "interleaved calls are told apart by their numbers", "[openai]") {
  const auto decoded =
      dialect.decode(call(R"("index":0,"id":"a","function":{"name":"f","arguments":""})") +
                         call(R"("index":1,"id":"b","function":{"name":"g","arguments":""})") +
                         call(R"("index":1,"function":{"arguments":"{}"})") +
                         call(R"("index":0,"function":{"arguments":"[]"})") + finish("tool_calls"),
                     stream);

  CHECK(decoded.lines() == Lines{"start(c,m)", "tool[0](a,f)", "tool[1](b,g)", "arguments[1]({})",
                                 "arguments[0]([])", "tool_end[0]", "tool_end[1]",
                                 "stop(tool,tool_calls,)"});
}

TEST_CASE_METHOD(Fixture, "calls without ids get their own, even of the same tool", "[openai]") {
  const auto one = call(R"("function":{"name":"f","arguments":"{}"})");

  CHECK(lines(one + one + finish("stop")) ==
        Lines{"start(c,m)", "tool[0](call_r1_0,f)", "arguments[0]({})", "tool[1](call_r1_1,f)",
              "arguments[1]({})", "tool_end[0]", "tool_end[1]", "stop(tool,stop,)", "status 0"});
}

TEST_CASE_METHOD(Fixture, "the older function_call is a call", "[openai]") {
  CHECK(lines(chunk(R"("function_call":{"name":"f","arguments":""})") +
              chunk(R"("function_call":{"arguments":"{\"a\":"})") +
              chunk(R"("function_call":{"arguments":"1}"})") + finish("function_call")) ==
        Lines{"start(c,m)", "tool[0](call_r1_0,f)", "arguments[0]({\"a\":)", "arguments[0](1})",
              "tool_end[0]", "stop(tool,function_call,)", "status 0"});
}

TEST_CASE_METHOD(Fixture, "of counts in several chunks the last are taken", "[openai]") {
  const auto with_usage = [](int output) {
    return "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{}}],\"usage\":"
           "{\"prompt_tokens\":5,\"completion_tokens\":" +
           std::to_string(output) + "}}\n\n";
  };

  CHECK(lines(with_usage(1) + with_usage(2) + finish("stop")) ==
        Lines{"start(c,m)", "usage(in=5,out=2,read=-1,write=-1,think=-1)", "stop(end,stop,)",
              "status 0"});
  CHECK(lines(chunk("", R"(,"finish_reason":"stop","usage":{"prompt_tokens":5})")) ==
        Lines{"start(c,m)", "usage(in=5,out=-1,read=-1,write=-1,think=-1)", "stop(end,stop,)",
              "status 0"});
}

TEST_CASE_METHOD(Fixture, "a whole chat answer gives everything in its order", "[openai]") {
  constexpr std::string_view kAnswer =
      R"({"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi",)"
      R"("reasoning":"Hm","annotations":[{"type":"url_citation","url_citation":{"url":"u",)"
      R"("title":"t","start_index":0,"end_index":2}}],"images":[{"image_url":{"url":)"
      R"("data:image/png;base64,iVBO"}}],"tool_calls":[{"id":"a","type":"custom","custom":)"
      R"({"name":"p","input":"x"}}]},"logprobs":{"content":[{"token":"Hi"}],"refusal":null},)"
      R"("finish_reason":"tool_calls"}]})";
  const Lines expected = {"start(c,m)",
                          "reasoning[0](Hm)",
                          "text[1](Hi)",
                          R"(logprobs[1]([{"token":"Hi"}]))",
                          "citation[1](u,t,)",
                          "image[2](image/png,iVBO)",
                          "custom_tool[3](a,p)",
                          "arguments[3](x)",
                          "tool_end[3]",
                          "stop(tool,tool_calls,)",
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kAnswer, whole) == std::set<Lines>{expected});
}

}  // namespace abv::tests
