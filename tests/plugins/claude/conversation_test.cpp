#include <set>
#include <string>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "tests/plugins/claude/api_rules.hpp"
#include "tests/plugins/claude/request_probe_claude.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

// The messages that come of canonical ones, without losses of options.
struct Sent {
  std::string messages, system;
  Losses losses;
};

Sent sent(const ClaudeRequests& requests, const std::string& messages,
          const std::string& model = kNewModel) {
  const auto written = requests.write(messages, R"(,"max_tokens":9000)", model);
  const auto body = sdk::json::parse(written.body).value();
  return {std::string(body["messages"].raw()), std::string(body["system"].raw()), written.losses};
}

std::string text_message(const std::string& role, const std::string& text) {
  return R"({"role":")" + role + R"(","parts":[{"type":"text","text":")" + text + R"("}]})";
}
std::string call_message(const std::string& ids) {
  std::string parts;
  for (const char id : ids) {
    parts += parts.empty() ? "" : ",";
    parts += std::string(R"({"type":"tool_call","id":")") + id + R"(","name":"f","arguments":{}})";
  }
  return R"({"role":"assistant","parts":[)" + parts + "]}";
}
std::string result_message(char id, const std::string& text) {
  return std::string(R"({"role":"user","parts":[{"type":"tool_result","id":")") + id +
         R"(","content":[{"type":"text","text":")" + text + R"("}]}]})";
}
std::string sent_call(const std::string& id) {
  return R"({"id":")" + id + R"(","input":{},"name":"f","type":"tool_use"})";
}
std::string sent_result(const std::string& id, const std::string& text) {
  return R"({"content":")" + text + R"(","tool_use_id":")" + id + R"(","type":"tool_result"})";
}
std::string list(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items)
    text += (text.empty() ? "" : ",") + item;
  return "[" + text + "]";
}
std::string sent_message(const std::string& role, const std::string& content) {
  return R"({"content":)" + content + R"(,"role":")" + role + R"("})";
}

const std::string kUser = text_message("user", "Hi");
const std::string kSentUser = sent_message("user", R"("Hi")");

}  // namespace

TEST_CASE_METHOD(ClaudeRequests, "system prompts at the start become claude's one",
                 "[claude][request]") {
  const auto result =
      sent(*this, list({text_message("system", "a"), text_message("developer", "b"), kUser}));

  CHECK(result.system == R"([{"text":"a","type":"text"},{"text":"b","type":"text"}])");
  CHECK(result.messages == list({kSentUser}));
  CHECK(result.losses == Losses{});
}

TEST_CASE_METHOD(ClaudeRequests, "a later system prompt stays for models that take it there",
                 "[claude][request]") {
  const auto messages =
      list({kUser, text_message("system", "S"), text_message("assistant", "A"), kUser});

  const auto now = sent(*this, messages);
  const auto before = sent(*this, messages, "claude-opus-4-7");

  CHECK(now.messages == list({kSentUser, sent_message("system", R"("S")"),
                              sent_message("assistant", R"("A")"), kSentUser}));
  CHECK(now.losses == Losses{});
  CHECK(before.messages == list({kSentUser, sent_message("assistant", R"("A")"), kSentUser}));
  CHECK(before.system == R"("S")");
  CHECK(before.losses == Losses{"approximated /messages/1: the system prompt stands first"});
  CHECK(sent(*this, messages, "glm-5").system == R"("S")");
}

TEST_CASE_METHOD(ClaudeRequests, "system prompts between two messages of the user move behind both",
                 "[claude][request]") {
  const auto result = sent(
      *this, list({kUser, text_message("system", "S"), text_message("developer", "T"), kUser}));

  CHECK(
      result.messages ==
      list({sent_message("user", R"([{"text":"Hi","type":"text"},{"text":"Hi","type":"text"}])"),
            sent_message("system", R"([{"text":"S","type":"text"},{"text":"T","type":"text"}])")}));
  CHECK(result.losses ==
        Losses{"approximated /messages/1: a system prompt stands at the end of the user's turn",
               "approximated /messages/2: a system prompt stands at the end of the user's turn"});
}

TEST_CASE_METHOD(ClaudeRequests, "a system prompt after the assistant waits for the user",
                 "[claude][request]") {
  const auto assistant = text_message("assistant", "A");
  const auto system = text_message("system", "S");

  CHECK(sent(*this, list({kUser, assistant, system, kUser})).messages ==
        list({kSentUser, sent_message("assistant", R"("A")"), kSentUser,
              sent_message("system", R"("S")")}));
  CHECK(sent(*this, list({kUser, assistant, system})).system == R"("S")");
}

TEST_CASE_METHOD(ClaudeRequests, "a system prompt may follow a tool that anthropic runs",
                 "[claude][request]") {
  const std::string server =
      R"({"type":"opaque","dialect":"claude-messages","raw":{"type":"server_tool_use"}})";
  const std::string call = R"({"type":"tool_call","id":"x","name":"f","arguments":{}},)";
  const auto turn = [](const std::string& parts) {
    return R"({"role":"assistant","parts":[)" + parts + "]}";
  };
  const auto system = text_message("system", "S");

  const auto stays = sent(*this, list({kUser, turn(server), system, turn(server)}));
  const auto lifted = sent(
      *this, list({kUser, turn(call + server), system, turn(server), result_message('x', "1")}));

  const std::string sent_turn = sent_message("assistant", R"([{"type":"server_tool_use"}])");
  CHECK(stays.messages ==
        list({kSentUser, sent_turn, sent_message("system", R"("S")"), sent_turn}));
  CHECK(lifted.system == R"("S")");
  CHECK(sdk::json::parse(lifted.messages).value()[2].raw() ==
        sent_message("user", list({sent_result("x", "1")})));
}

TEST_CASE_METHOD(ClaudeRequests, "of system prompts that become one the last configures the output",
                 "[claude][request]") {
  const auto system = [](const char* effort) {
    return std::string(R"({"role":"system","parts":[],"extras":[{"dialect":"claude-messages",)"
                       R"("key":"output_config","value":{"effort":")") +
           effort + R"("}}]})";
  };

  CHECK(sent(*this, list({kUser, system("low"), system("high")})).messages ==
        list({kSentUser, R"({"output_config":{"effort":"high"},"role":"system"})"}));
}

TEST_CASE_METHOD(ClaudeRequests, "a result without words has no content", "[claude][request]") {
  CHECK(sent(*this, list({kUser, call_message("x"), result_message('x', "")})).messages ==
        list({kSentUser, sent_message("assistant", list({sent_call("x")})),
              sent_message("user", R"([{"tool_use_id":"x","type":"tool_result"}])")}));
}

TEST_CASE_METHOD(ClaudeRequests, "messages of one side become one claude message",
                 "[claude][request]") {
  const auto result = sent(*this, list({kUser, text_message("assistant", "A"), call_message("x"),
                                        result_message('x', "R"), kUser}));

  CHECK(result.messages ==
        list({kSentUser,
              sent_message("assistant", list({R"({"text":"A","type":"text"})", sent_call("x")})),
              sent_message("user",
                           list({sent_result("x", "R"), R"({"text":"Hi","type":"text"})"}))}));
  CHECK(result.losses == Losses{});
}

TEST_CASE_METHOD(ClaudeRequests, "results come first in claude's turn after their calls",
                 "[claude][request]") {
  const auto result = sent(*this, list({kUser, call_message("xy"), kUser, result_message('y', "Y"),
                                        text_message("assistant", "A"), result_message('x', "X")}));

  CHECK(result.messages ==
        list({kSentUser, sent_message("assistant", list({sent_call("x"), sent_call("y")})),
              sent_message("user", list({sent_result("y", "Y"), sent_result("x", "X"),
                                         R"({"text":"Hi","type":"text"})"})),
              sent_message("assistant", R"("A")")}));
  CHECK(result.losses ==
        Losses{"approximated /messages/5/parts/0: a result stands in the turn after its call"});
}

TEST_CASE_METHOD(ClaudeRequests, "a call without a result gets one that says so",
                 "[claude][request]") {
  const std::string invented = R"({"content":"There is no result of this call.","is_error":true,)"
                               R"("tool_use_id":"y","type":"tool_result"})";

  const auto inside = sent(*this, list({kUser, call_message("xy"), result_message('x', "X")}));
  const auto at_end = sent(*this, list({kUser, call_message("y")}));

  CHECK(inside.messages ==
        list({kSentUser, sent_message("assistant", list({sent_call("x"), sent_call("y")})),
              sent_message("user", list({sent_result("x", "X"), invented}))}));
  CHECK(inside.losses == Losses{"defaulted /messages/1/parts/1: a call without a result gets one "
                                "that says so"});
  CHECK(at_end.messages == list({kSentUser, sent_message("assistant", list({sent_call("y")})),
                                 sent_message("user", list({invented}))}));
}

TEST_CASE_METHOD(ClaudeRequests, "a result without a call is sent as text", "[claude][request]") {
  const auto result = sent(*this, list({result_message('x', "X"), result_message('y', "")}));

  CHECK(result.messages == list({sent_message("user", R"([{"text":"X","type":"text"}])")}));
  CHECK(result.losses ==
        Losses{"approximated /messages/0/parts/0: a result without a call is sent as text",
               "dropped /messages/1/parts/0: a result without a call and without content"});
}

TEST_CASE_METHOD(ClaudeRequests, "a second result of a call is no result any more",
                 "[claude][request]") {
  const auto result = sent(
      *this, list({kUser, call_message("x"), result_message('x', "1"), result_message('x', "2")}));

  CHECK(
      result.messages ==
      list({kSentUser, sent_message("assistant", list({sent_call("x")})),
            sent_message("user", list({sent_result("x", "1"), R"({"text":"2","type":"text"})"}))}));
}

TEST_CASE_METHOD(ClaudeRequests,
                 "calls that share an id get different ones, and so do their results",
                 "[claude][request]") {
  const auto result = sent(*this, list({kUser, call_message("x"), result_message('x', "1"),
                                        call_message("x"), result_message('x', "2")}));

  CHECK(result.messages == list({kSentUser, sent_message("assistant", list({sent_call("x")})),
                                 sent_message("user", list({sent_result("x", "1")})),
                                 sent_message("assistant", list({sent_call("x_2")})),
                                 sent_message("user", list({sent_result("x_2", "2")}))}));
}

TEST_CASE_METHOD(ClaudeRequests, "each of two calls with one id is answered", "[claude][request]") {
  const auto result = sent(*this, list({kUser, call_message("xx"), result_message('x', "1")}));

  CHECK(result.messages ==
        list({kSentUser, sent_message("assistant", list({sent_call("x"), sent_call("x_2")})),
              sent_message("user", list({sent_result("x", "1"),
                                         R"({"content":"There is no result of this call.",)"
                                         R"("is_error":true,"tool_use_id":"x_2",)"
                                         R"("type":"tool_result"})"}))}));
}

TEST_CASE_METHOD(ClaudeRequests, "ids in letters that claude refuses change on both sides",
                 "[claude][request]") {
  const auto result = sent(*this, list({kUser, call_message("."), result_message('.', "1")}));

  const auto id = sdk::chat::tool_id(".", 64);
  CHECK(result.messages == list({kSentUser, sent_message("assistant", list({sent_call(id)})),
                                 sent_message("user", list({sent_result(id, "1")}))}));
}

TEST_CASE_METHOD(ClaudeRequests, "the user begins every claude conversation", "[claude][request]") {
  const auto result = sent(*this, list({text_message("assistant", "A"), kUser}));
  const auto prompt_alone = sent(*this, list({text_message("system", "S")}));

  CHECK(result.messages ==
        list({sent_message("user", R"(".")"), sent_message("assistant", R"("A")"), kSentUser}));
  CHECK(result.losses == Losses{"defaulted /messages: the API wants a message of the user first"});
  CHECK(prompt_alone.messages == list({sent_message("user", R"(".")")}));
}

TEST_CASE_METHOD(ClaudeRequests, "empty texts are left out of claude's messages",
                 "[claude][request]") {
  const auto result =
      sent(*this, list({R"({"role":"user","parts":[{"type":"text","text":""},{"type":"text",)"
                        R"("text":" \n\t"},{"type":"text","text":"x"},)"
                        R"({"type":"text","text":"","cache":{}}]})",
                        text_message("assistant", " "), kUser}));

  CHECK(
      result.messages ==
      list({sent_message("user", R"([{"text":"x","type":"text"},{"text":"Hi","type":"text"}])")}));
  CHECK(result.losses ==
        Losses{"dropped /messages/0/parts/3/cache: an empty text holds no cache mark"});
}

TEST_CASE_METHOD(ClaudeRequests, "a begun answer is kept without the white space at its end",
                 "[claude][request]") {
  const auto trimmed = sent(*this, list({kUser, text_message("assistant", R"(a \\n \n )")}));
  const auto as_it_was = sent(*this, list({kUser, text_message("assistant", "a")}));

  CHECK(trimmed.messages ==
        list({kSentUser, sent_message("assistant", R"([{"text":"a \\n","type":"text"}])")}));
  CHECK(trimmed.losses == Losses{"approximated /messages/1/parts/0: white space at the end of the "
                                 "last turn is refused"});
  CHECK(as_it_was.messages == list({kSentUser, sent_message("assistant", R"("a")")}));
}

TEST_CASE_METHOD(ClaudeRequests, "thinking goes back to claude when claude signed it",
                 "[claude][request]") {
  const auto result =
      sent(*this, list({kUser,
                        R"({"role":"assistant","parts":[)"
                        R"({"type":"reasoning","origin":"claude","signature":"s"},)"
                        R"({"type":"reasoning","origin":"claude","redacted":"r","cache":{}},)"
                        R"({"type":"reasoning","origin":"gemini","text":"t","signature":"s"},)"
                        R"({"type":"reasoning","text":"t"},)"
                        R"({"type":"text","text":"x","signature":"g"}]})",
                        kUser}));

  CHECK(result.messages ==
        list({kSentUser,
              sent_message("assistant", R"([{"signature":"s","thinking":"","type":"thinking"},)"
                                        R"({"data":"r","type":"redacted_thinking"},)"
                                        R"({"text":"x","type":"text"}])"),
              kSentUser}));
  CHECK(result.losses ==
        Losses{"dropped /messages/1/parts/2: Anthropic takes back its own signed thinking alone",
               "dropped /messages/1/parts/3: Anthropic takes back its own signed thinking alone",
               "dropped /messages/1/parts/1/cache: thinking holds no cache mark",
               "dropped /messages/1/parts/4/signature: texts and calls hold no signature here"});
}

TEST_CASE_METHOD(ClaudeRequests, "arguments that are no object are put into one",
                 "[claude][request]") {
  const auto result = sent(
      *this, list({kUser,
                   R"({"role":"assistant","parts":[)"
                   R"({"type":"tool_call","id":"a","name":"f","arguments":"{\"cut"},)"
                   R"({"type":"tool_call","id":"b","name":"p","arguments":"*** x","custom":true},)"
                   R"({"type":"tool_call","id":"c","name":"f"}]})",
                   result_message('a', "1"), result_message('b', "2"), result_message('c', "3")}));

  CHECK(sdk::json::parse(result.messages).value()[1]["content"].raw() ==
        R"([{"id":"a","input":{"input":"{\"cut"},"name":"f","type":"tool_use"},)"
        R"({"id":"b","input":{"input":"*** x"},"name":"p","type":"tool_use"},)"
        R"({"id":"c","input":{},"name":"f","type":"tool_use"}])");
  CHECK(
      result.losses ==
      Losses{"approximated /messages/1/parts/0/arguments: arguments that are no object are put "
             "into one",
             "approximated /messages/1/parts/1/arguments: free text becomes the input of a tool"});
}

TEST_CASE_METHOD(ClaudeRequests, "what only other dialects know is told", "[claude][request]") {
  const auto result = sent(
      *this, list({R"({"role":"user","name":"Ann","parts":[{"type":"text","text":"x","extras":)"
                   R"([{"dialect":"gemini","key":"thought","value":true}]},)"
                   R"({"type":"opaque","dialect":"gemini","raw":{"executableCode":{}}}],)"
                   R"("extras":[{"dialect":"openai-chat","key":"k","value":1}]})",
                   R"({"role":"assistant","parts":[{"type":"refusal","text":"no"},)"
                   R"({"type":"image","data":"iVBORw0KGgo="},{"type":"text","text":"y",)"
                   R"("citations":[{}]}]})",
                   kUser}));

  CHECK(
      result.losses ==
      Losses{"dropped /messages/0/name: speakers have no names here",
             "dropped /messages/0/k: only openai-chat knows it",
             "dropped /messages/0/parts/1: only another dialect has a form for it",
             "dropped /messages/1/parts/1: the assistant's turns hold no media",
             "dropped /messages/0/parts/0/thought: only gemini knows it",
             "approximated /messages/1/parts/0: a refusal is sent as text",
             "dropped /messages/1/parts/2/citations: citations hold an index that Anthropic alone "
             "gives"});
}

TEST_CASE_METHOD(ClaudeRequests, "any conversation becomes one that claude's API accepts",
                 "[claude][request]") {
  const auto seed = GENERATE(range(0U, 400U));
  const auto messages = random_messages(seed);
  const std::string model = GENERATE(kNewModel, kOldModel);

  CAPTURE(seed, messages);
  CHECK(broken_rules(write(messages, {}, model).body) == Losses{});
}

TEST_CASE_METHOD(ClaudeRequests, "calls of the user and results of the assistant are left out",
                 "[claude][request]") {
  const auto written = write(R"([{"role":"user","parts":[{"type":"text","text":"a"},)"
                             R"({"type":"tool_call","id":"c","name":"f","arguments":{}}]},)"
                             R"({"role":"assistant","parts":[{"type":"text","text":"b"},)"
                             R"({"type":"tool_result","id":"c","content":[]}]},)"
                             R"({"role":"user","parts":[{"type":"text","text":"d"}]}])",
                             R"(,"max_tokens":9)");

  CHECK(sdk::json::parse(written.body).value()["messages"].raw() ==
        R"([{"content":"a","role":"user"},{"content":"b","role":"assistant"},)"
        R"({"content":"d","role":"user"}])");
  CHECK(written.losses ==
        std::vector<std::string>{"dropped /messages/0/parts/1: only the assistant calls tools",
                                 "dropped /messages/1/parts/1: results of tools are the user's"});
}

TEST_CASE_METHOD(ClaudeRequests, "calls that all have one id get ids of their own",
                 "[claude][request]") {
  constexpr int kCalls = 3000;  // trying all ids anew for each call would take a minute
  std::string calls, results;
  for (int i = 0; i < kCalls; ++i) {
    calls += std::string(i > 0 ? "," : "") +
             R"({"type":"tool_call","id":"c","name":"f","arguments":{}})";
    results += std::string(i > 0 ? "," : "") +
               R"({"type":"tool_result","id":"c","content":[{"type":"text","text":"x"}]})";
  }
  const auto written = write(R"([{"role":"user","parts":[{"type":"text","text":"a"}]},)"
                             R"({"role":"assistant","parts":[)" +
                             calls + R"(]},{"role":"user","parts":[)" + results + "]}]");

  const auto messages = sdk::json::parse(written.body).value()["messages"];
  std::set<std::string> ids;
  for (const auto& call : messages[1]["content"].items())
    ids.insert(call["id"].as_string());
  CHECK(ids.size() == kCalls);
  CHECK(messages[2]["content"][kCalls - 1]["tool_use_id"].raw() ==
        messages[1]["content"][kCalls - 1]["id"].raw());
}

}  // namespace abv::tests
