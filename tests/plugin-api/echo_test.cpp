#include <string>
#include <utility>
#include <vector>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace json = abv::sdk::json;
namespace kit = abv::sdk::testkit;

const abv_component& echo_component() {
  static const kit::Library kLibrary(ABV_TEST_PLUGIN_DIR "/echo.so");
  return kLibrary.component(ABV_KIND_HANDLER);
}

// One call to an echo of its own, and all that came of it.
struct Talk {
  explicit Talk(kit::CallFields fields, const std::string& config = "{}")
      : instance(host, echo_component(), config), call(std::move(fields)) {}

  abv_status run() {
    return instance.table<abv_handler>().handle(instance.self(), call.raw(), reply.raw());
  }

  kit::FakeHost host;
  kit::Instance instance;
  kit::FakeCall call;
  kit::RecordingReply reply;
};

std::string quoted(std::string_view text) {
  json::Writer out;
  out.value(text);
  return out.take();
}

// A chat call of the OpenAI dialect whose user says `text`.
kit::CallFields say(std::string_view text, bool has_tools = false) {
  const std::string tools = has_tools ? R"(,"tools":[{"type":"function"}])" : "";
  return {.id = "req-77",
          .model = "echo",
          .body = R"({"messages":[{"role":"user","content":)" + quoted(text) + "}]" + tools + "}"};
}

std::string answer_to(kit::CallFields fields, const std::string& config = "{}") {
  Talk talk(std::move(fields), config);
  CHECK(talk.run() == ABV_OK);
  CHECK_FALSE(talk.call.failure());
  return talk.reply.events().joined(ABV_EVENT_TEXT);
}

TEST_CASE("echo answers with start, text in pieces, usage and stop") {
  Talk talk(say("one two  three\nfour"));
  REQUIRE(talk.run() == ABV_OK);
  const auto& events = talk.reply.events();
  CHECK(events.kinds() == std::vector<std::uint32_t>{ABV_EVENT_START, ABV_EVENT_TEXT,
                                                     ABV_EVENT_TEXT, ABV_EVENT_TEXT, ABV_EVENT_TEXT,
                                                     ABV_EVENT_USAGE, ABV_EVENT_STOP});
  CHECK(events.all()[0].name == "echo");
  CHECK(events.all()[2].text == "two  ");
  CHECK(events.joined(ABV_EVENT_TEXT) == "one two  three\nfour");
  CHECK(events.last(ABV_EVENT_STOP).number == ABV_STOP_END);
}

TEST_CASE("usage counts a token for every four bytes begun") {
  Talk talk(say("123456789"));
  REQUIRE(talk.run() == ABV_OK);
  const auto usage = talk.reply.events().last(ABV_EVENT_USAGE).usage;
  REQUIRE(usage);
  CHECK(usage->input_tokens == 3);
  CHECK(usage->output_tokens == 3);
}

TEST_CASE("an empty text is an empty answer that still costs a token") {
  Talk talk(say(""));
  REQUIRE(talk.run() == ABV_OK);
  CHECK(talk.reply.events().kinds() ==
        std::vector<std::uint32_t>{ABV_EVENT_START, ABV_EVENT_USAGE, ABV_EVENT_STOP});
  CHECK(talk.reply.events().last(ABV_EVENT_USAGE).usage->output_tokens == 1);
}

TEST_CASE("white space at either end is said as it is") {
  CHECK(answer_to(say("  a \n")) == "  a \n");
  CHECK(answer_to(say("   ")) == "   ");
}

TEST_CASE("the last user message counts, whatever the dialect and the form of its content") {
  const kit::CallFields fields = GENERATE(
      kit::CallFields{.dialect = "openai-chat",
                      .body = R"({"messages":[{"role":"system","content":"s"},
                        {"role":"user","content":"first"},{"role":"assistant","content":"a"},
                        {"role":"user","content":"last"},{"role":"assistant","content":"b"}]})"},
      kit::CallFields{.dialect = "openai-chat",
                      .body = R"({"messages":[{"role":"user","content":[{"type":"image_url",
                        "image_url":{"url":"x"}},{"type":"text","text":"last"}]}]})"},
      kit::CallFields{.dialect = "claude-messages",
                      .body = R"({"system":"s","messages":[{"role":"user","content":"first"},
                        {"role":"assistant","content":[{"type":"text","text":"a"}]},
                        {"role":"user","content":[{"type":"text","text":"last"}]}]})"},
      kit::CallFields{.dialect = "claude-messages",
                      .body = R"({"messages":[{"role":"user","content":"last"}]})"},
      kit::CallFields{.dialect = "gemini",
                      .body = R"({"contents":[{"role":"user","parts":[{"text":"first"}]},
                        {"role":"model","parts":[{"text":"a"}]},{"role":"user",
                        "parts":[{"inlineData":{}},{"text":"last"}]}]})"},
      kit::CallFields{.dialect = "gemini",
                      .body = R"({"contents":[{"parts":[{"text":"last"}]}]})"});
  CAPTURE(fields.body);
  CHECK(answer_to(fields) == "last");
}

TEST_CASE("several text parts are joined by line feeds") {
  CHECK(answer_to({.dialect = "claude-messages", .body = R"({"messages":[{"role":"user","content":[
          {"type":"text","text":"a"},{"type":"text","text":"b"}]}]})"}) == "a\nb");
}

TEST_CASE("a prefix stands before the answer") {
  CHECK(answer_to(say("hi"), R"({"prefix":"you said: "})") == "you said: hi");
}

TEST_CASE("call:NAME calls a tool when tools are declared, in every dialect") {
  const kit::CallFields fields = GENERATE(
      say(R"(call:get_weather {"city": "Oslo"})", true),
      kit::CallFields{.id = "req-77",
                      .dialect = "claude-messages",
                      .body = R"({"tools":[{"name":"get_weather"}],"messages":[{"role":"user",
                        "content":"call:get_weather {\"city\": \"Oslo\"}"}]})"},
      kit::CallFields{.id = "req-77",
                      .dialect = "gemini",
                      .body = R"({"tools":[{"functionDeclarations":[{"name":"get_weather"}]}],
                        "contents":[{"parts":[{
                        "text":"call:get_weather {\"city\": \"Oslo\"}"}]}]})"});
  Talk talk(fields);
  REQUIRE(talk.run() == ABV_OK);
  const auto& events = talk.reply.events();
  CHECK(events.count(ABV_EVENT_TEXT) == 0);
  CHECK(events.last(ABV_EVENT_TOOL_START).name == "get_weather");
  CHECK(events.last(ABV_EVENT_TOOL_START).id == "call_req77");
  CHECK(events.joined(ABV_EVENT_TOOL_ARGUMENTS) == R"({"city": "Oslo"})");
  CHECK(events.count(ABV_EVENT_TOOL_END) == 1);
  CHECK(events.last(ABV_EVENT_STOP).number == ABV_STOP_TOOL);
}

TEST_CASE("a tool call without arguments has an empty object") {
  Talk talk(say("call:ping", true));
  REQUIRE(talk.run() == ABV_OK);
  CHECK(talk.reply.events().joined(ABV_EVENT_TOOL_ARGUMENTS) == "{}");
}

TEST_CASE("call: without tools, or without a name, is text") {
  CHECK(answer_to(say("call:ping {}")) == "call:ping {}");
  CHECK(answer_to(say("call: ping", true)) == "call: ping");
  CHECK(answer_to(say("call:", true)) == "call:");
  CHECK(answer_to({.dialect = "gemini", .body = R"({"tools":[{"googleSearch":{}}],
                     "contents":[{"parts":[{"text":"call:ping"}]}]})"}) == "call:ping");
}

TEST_CASE("arguments that are no JSON object are the client's fault") {
  const std::string arguments = GENERATE("{", "[1]", "x", "{} {}");
  Talk talk(say("call:ping " + arguments, true));
  CHECK(talk.run() == ABV_E_INVALID);
  REQUIRE(talk.call.failure());
  CHECK(talk.call.failure()->http_status == 400);
  CHECK(talk.reply.events().all().empty());
}

TEST_CASE("a tool's result is repeated, so that an agent's loop ends") {
  const kit::CallFields fields = GENERATE(
      kit::CallFields{.body = R"({"tools":[{}],"messages":[{"role":"user","content":"call:f"},
                        {"role":"assistant","tool_calls":[{}]},
                        {"role":"tool","tool_call_id":"1","content":"42"}]})"},
      kit::CallFields{.dialect = "claude-messages",
                      .body = R"({"tools":[{}],"messages":[{"role":"user","content":"call:f"},
                        {"role":"assistant","content":[{"type":"tool_use"}]},{"role":"user",
                        "content":[{"type":"tool_result",
                        "content":[{"type":"text","text":"42"}]}]}]})"},
      kit::CallFields{.dialect = "gemini", .body = R"({"tools":[{"functionDeclarations":[{}]}],
                        "contents":[{"parts":[{"text":"call:f"}]},{"role":"model",
                        "parts":[{"functionCall":{}}]},{"role":"user",
                        "parts":[{"functionResponse":{"name":"f","response":42}}]}]})"});
  CHECK(answer_to(fields) == "42");
}

TEST_CASE("fail:STATUS fails with that status and the type that fits") {
  const auto [status, type] = GENERATE(table<int, std::string>({{400, "invalid_request_error"},
                                                                {401, "authentication_error"},
                                                                {403, "permission_error"},
                                                                {404, "not_found_error"},
                                                                {413, "request_too_large"},
                                                                {418, "invalid_request_error"},
                                                                {429, "rate_limit_error"},
                                                                {500, "api_error"},
                                                                {503, "overloaded_error"},
                                                                {529, "overloaded_error"},
                                                                {599, "api_error"}}));
  Talk talk(say("fail:" + std::to_string(status) + " because I say so"));
  CHECK(talk.run() < ABV_OK);
  REQUIRE(talk.call.failure());
  CHECK(talk.call.failure()->http_status == status);
  CHECK(talk.call.failure()->type == type);
  CHECK(talk.call.failure()->message == "because I say so");
  CHECK(talk.call.failure()->retry_after_ms == (status == 429 ? 1000 : -1));
  CHECK(talk.reply.events().all().empty());
}

TEST_CASE("fail: has a message of its own when none is given") {
  Talk talk(say("fail:500"));
  talk.run();
  REQUIRE(talk.call.failure());
  CHECK(talk.call.failure()->message == "echo was asked to fail with 500");
}

TEST_CASE("fail: and cut: that are not well-formed are text") {
  const std::string text = GENERATE("fail:", "fail:200", "fail:600", "fail:abc", "fail:42x",
                                    "cut:", "cut:-1", "cut:x", "cut:999999999", "please fail:500");
  CHECK(answer_to(say(text)) == text);
}

TEST_CASE("cut:N breaks off after N pieces") {
  const int pieces = GENERATE(0, 1, 3);
  Talk talk(say("cut:" + std::to_string(pieces)));
  CHECK(talk.run() == ABV_E_IO);
  CHECK(talk.reply.events().count(ABV_EVENT_START) == 1);
  CHECK(talk.reply.events().count(ABV_EVENT_TEXT) == static_cast<std::size_t>(pieces));
  CHECK(talk.reply.events().count(ABV_EVENT_STOP) == 0);
  REQUIRE(talk.call.failure());
  CHECK(talk.call.failure()->http_status == 502);
}

TEST_CASE("the delay lies between the pieces, on the host's clock") {
  Talk talk(say("a b c"), R"({"delay_ms":20})");
  REQUIRE(talk.run() == ABV_OK);
  CHECK(talk.host.clock.sleeps_ns == std::vector<std::int64_t>{20'000'000, 20'000'000});
}

TEST_CASE("without a delay nothing sleeps") {
  Talk talk(say("a b c"));
  REQUIRE(talk.run() == ABV_OK);
  CHECK(talk.host.clock.sleeps_ns.empty());
}

TEST_CASE("a client that leaves during the delay ends the answer") {
  Talk talk(say("a b c d"), R"({"delay_ms":20})");
  talk.host.clock.on_sleep = [&](std::size_t number) {
    if (number == 2) talk.call.cancel();
  };
  CHECK(talk.run() == ABV_E_CANCELLED);
  CHECK(talk.reply.events().joined(ABV_EVENT_TEXT) == "a b ");
  CHECK_FALSE(talk.call.failure());
}

TEST_CASE("a client that leaves while it is written to ends the answer") {
  Talk talk(say("a b c d"));
  talk.reply.leave_after(2);
  CHECK(talk.run() == ABV_E_CANCELLED);
  CHECK(talk.reply.events().all().size() == 2);
}

TEST_CASE("count_tokens answers in the dialect's own shape") {
  Talk claude({.operation = "count_tokens",
               .dialect = "claude-messages",
               .body = R"({"system":"1234","messages":[{"role":"user","content":"12345"}]})"});
  REQUIRE(claude.run() == ABV_OK);
  CHECK(claude.reply.http_status() == 200);
  CHECK(claude.reply.header("content-type") == "application/json");
  CHECK(claude.reply.body() == R"({"input_tokens":3})");
  const std::string gemini_body =
      GENERATE(R"({"contents":[{"parts":[{"text":"12345"}]}]})",
               R"({"generateContentRequest":{"contents":[{"parts":[{"text":"12345"}]}]}})");
  Talk gemini({.operation = "count_tokens", .dialect = "gemini", .body = gemini_body});
  REQUIRE(gemini.run() == ABV_OK);
  CHECK(gemini.reply.body() == R"({"totalTokens":2})");
}

TEST_CASE("operations that echo lacks are not found") {
  const kit::CallFields fields =
      GENERATE(kit::CallFields{.operation = "image", .body = "{}"},
               kit::CallFields{.operation = "count_tokens", .dialect = "openai-chat", .body = "{}"},
               kit::CallFields{.operation = "embeddings", .dialect = "gemini", .body = "{}"});
  Talk talk(fields);
  CHECK(talk.run() == ABV_E_NOT_FOUND);
  REQUIRE(talk.call.failure());
  CHECK(talk.call.failure()->http_status == 404);
  CHECK(talk.call.failure()->message == "echo does not offer " + fields.operation);
}

TEST_CASE("a body that is no JSON object is the client's fault") {
  const std::string body = GENERATE("", "{", "[]", "null");
  Talk talk({.body = body});
  CHECK(talk.run() == ABV_E_INVALID);
  REQUIRE(talk.call.failure());
  CHECK(talk.call.failure()->http_status == 400);
}

TEST_CASE("a body of unexpected types is lived with") {
  const std::string body =
      GENERATE(R"({})", R"({"messages":7})", R"({"messages":[7,null,"x",{"role":1,"content":{}}]})",
               R"({"messages":[{"role":"user"}],"tools":"x"})",
               R"({"messages":[{"role":"user","content":[1]}]})");
  const std::string dialect = GENERATE("openai-chat", "claude-messages", "gemini");
  CHECK(answer_to({.dialect = dialect, .body = body}).empty());
}

TEST_CASE("the one model that echo offers is called echo") {
  kit::FakeHost host;
  kit::Instance echo(host, echo_component(), "{}");
  sdk::StringWriter out;
  REQUIRE(echo.table<abv_handler>().models(echo.self(), out.raw()) == ABV_OK);
  CHECK(out.text() == R"({"models":[{"id":"echo","owned_by":"abv.echo"}]})");
}

TEST_CASE("echo works on a host without any service") {
  Talk talk(say("hi"));
  talk.host.missing = {ABV_HOST_CLOCK, ABV_HOST_INFO, ABV_HOST_LOG};
  kit::Instance bare(talk.host, echo_component(), "{}");
  CHECK(bare.table<abv_handler>().handle(bare.self(), talk.call.raw(), talk.reply.raw()) == ABV_OK);
}

}  // namespace
