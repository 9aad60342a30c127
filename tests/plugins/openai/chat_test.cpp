#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

// After the streaming examples of OpenAI's reference, with the reasoning_content of other servers.
constexpr std::string_view kStream =
    R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"reasoning_content":"Hm."},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"content":"\"finish_reason\": \"stop\" "},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"content":"caf\u00e9"},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"get","arguments":""}}]},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Paris\"}"}}]},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"now","arguments":"{}"}}]},"logprobs":null,"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"tool_calls"}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42,"prompt_tokens_details":{"cached_tokens":16},"completion_tokens_details":{"reasoning_tokens":5}}}

data: [DONE]

)";

const Lines kStreamLines = {
    "start(chatcmpl-1,gpt-5)",
    "reasoning[0](Hm.)",
    "text[1](\"finish_reason\": \"stop\" )",
    "text[1](café)",
    "tool[2](call_a,get)",
    "arguments[2]({\"city\":)",
    "arguments[2](\"Paris\"})",
    "tool[3](call_b,now)",
    "arguments[3]({})",
    "tool_end[2]",
    "tool_end[3]",
    "usage(in=30,out=12,read=16,write=-1,think=5)",
    "stop(tool,tool_calls,)",
    "status 0",
};

const Lines kObservedLines = {kStreamLines[0], kStreamLines[11], kStreamLines[12], "status 0"};

std::string chunk(const std::string& choice_members, const std::string& members = "") {
  return R"(data: {"id": "c", "model": "m", "choices": [{"index": 0, )" + choice_members + "}]" +
         members + "}\n\n";
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params stream;
  Params whole{.form = sdk::Form::kWhole};
  Params observer{.wanted = kObserved};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a chat stream gives its events whatever the cut", "[openai]") {
  CHECK(dialect.outcomes_of_all_cuts(kStream, stream) == std::set<Lines>{kStreamLines});
}

TEST_CASE_METHOD(Fixture, "a chat observer gets start, counts and stop alone", "[openai]") {
  CHECK(dialect.outcomes_of_all_cuts(kStream, observer) == std::set<Lines>{kObservedLines});
}

TEST_CASE_METHOD(Fixture, "a chat observer never parses chunks of content", "[openai]") {
  std::string broken(kStream);
  broken[broken.find("caf")] = '"';  // no JSON any more

  CHECK(dialect.decode(broken, observer).status == ABV_OK);
  CHECK(dialect.decode(broken, stream).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "a chat observer understands chunks with spaces and bare chunks",
                 "[openai]") {
  const auto decoded = dialect.decode(
      chunk(R"("delta": {"content": ""})") + chunk(R"("delta": {"content": "a"})") +
          chunk(R"("delta": {"content": "b"}, "finish_reason" : null)", R"(, "usage" : null)") +
          chunk(R"("delta": {}, "finish_reason" : "length")",
                R"(, "usage" : {"prompt_tokens": 1, "completion_tokens": 2})") +
          "data: [DONE]\n\n",
      observer);

  CHECK(decoded.lines() ==
        Lines{"start(c,m)", "usage(in=1,out=2,read=-1,write=-1,think=-1)", "stop(length,length,)"});
}

TEST_CASE_METHOD(Fixture, "a chat stream is complete with finish_reason or [DONE]", "[openai]") {
  const auto head = chunk(R"("delta": {"content": "a"})");
  const auto finish = chunk(R"("delta": {}, "finish_reason": "stop")");

  CHECK(dialect.decode(head, observer).status == ABV_E_INVALID);
  CHECK(dialect.decode(head + finish, observer).lines().back() == "stop(end,stop,)");
  CHECK(dialect.decode(head + finish, observer).status == ABV_OK);
  CHECK(dialect.decode(head + "data: [DONE]\n\n", observer).lines().back() == "stop(other,,)");
  CHECK(dialect.decode(head + "data: [DONE]\n\n", observer).status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "an error in a chat stream ends it", "[openai]") {
  const auto [error, line] = GENERATE(table<std::string, std::string>({
      {R"({"error":{"message":"busy","type":"server_error","param":null,"code":null}})",
       "error(500,server_error,busy)"},
      {R"({"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}})",
       "error(429,rate_limit_exceeded,slow)"},
      {R"({"error":{"message":"gone","code":502}})", "error(502,,gone)"},
      {R"({"error":"plain"})", "error(500,,plain)"},
      {R"({"object":"error","message":"no","type":"BadRequestError","code":400})",
       "error(400,BadRequestError,no)"},
  }));

  const auto decoded =
      dialect.decode(chunk(R"("delta": {"content": "a"})") + "data: " + error + "\n\n", observer);

  CHECK(decoded.lines() == Lines{"start(c,m)", line});
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "calls that all have the number 0 are told apart by their ids",
                 "[openai]") {
  const auto call = [](const std::string& id, const std::string& name) {
    return R"("delta":{"tool_calls":[{"index":0,"id":")" + id + R"(","function":{"name":")" + name +
           R"(","arguments":"{}"}}]})";
  };

  const auto decoded = dialect.decode(
      chunk(call("a", "f")) + chunk(call("b", "g") + R"(,"finish_reason":"tool_calls")"), stream);

  CHECK(decoded.lines() == Lines{"start(c,m)", "tool[0](a,f)", "arguments[0]({})", "tool[1](b,g)",
                                 "arguments[1]({})", "tool_end[0]", "tool_end[1]",
                                 "stop(tool,tool_calls,)"});
}

TEST_CASE_METHOD(Fixture, "reasoning that a server counts beside the output is added to it",
                 "[openai]") {
  const auto decoded = dialect.decode(
      chunk(R"("delta":{},"finish_reason":"stop")",
            R"(,"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":35,)"
            R"("completion_tokens_details":{"reasoning_tokens":20}})"),
      observer);

  CHECK(decoded.lines()[1] == "usage(in=10,out=25,read=-1,write=-1,think=20)");
}

TEST_CASE_METHOD(Fixture, "a whole chat completion gives its events whatever the cut", "[openai]") {
  constexpr std::string_view kCompletion =
      R"({"id":"chatcmpl-2","object":"chat.completion","model":"gpt-4.1","choices":[)"
      R"({"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"tool_calls":[)"
      R"({"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},)"
      R"({"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]},)"
      R"("finish_reason":"tool_calls"},{"index":1,"message":{"content":"second"},)"
      R"("finish_reason":"stop"}],)"
      R"("usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})";
  const Lines expected = {"start(chatcmpl-2,gpt-4.1)",
                          "text[0](Hi)",
                          "tool[1](call_1,f)",
                          "arguments[1]({\"a\":1})",
                          "tool[2](call_2,g)",
                          "text[1.0](second)",
                          "tool_end[1]",
                          "tool_end[2]",
                          "usage(in=3,out=4,read=-1,write=-1,think=-1)",
                          "stop(tool,tool_calls,)",
                          "stop[1](end,stop,)",
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(kCompletion, whole) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "half a chat completion is not complete", "[openai]") {
  CHECK(dialect.decode(R"({"id":"x","choices":[)", whole).status == ABV_E_INVALID);
  CHECK(dialect.decode(R"({"id":"x","choices":[]})", whole).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "the older completions are text", "[openai]") {
  stream.operation = whole.operation = "completions";
  constexpr const char* kText = R"("text":"Hi","finish_reason":"stop")";

  const Lines expected = {"start(c,m)", "text[0](Hi)", "stop(end,stop,)"};
  CHECK(dialect.decode(chunk(kText), stream).lines() == expected);
  CHECK(dialect.decode(chunk(kText).substr(6), whole).lines() == expected);
}

TEST_CASE_METHOD(Fixture, "a chat frame over 16 MiB is refused", "[openai]") {
  CHECK(dialect.decode("data: " + std::string((16U << 20U) + 1, 'x'), stream).status ==
        ABV_E_LIMIT);
}

}  // namespace abv::tests
