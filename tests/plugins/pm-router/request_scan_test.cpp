#include "request_scan.hpp"

#include <string>

#include "tests/support/catch.hpp"

using pm_router::RequestFacts;
using pm_router::scan_request;

TEST_CASE("a chat request of OpenAI's is read", "[pm-router]") {
  const RequestFacts facts = scan_request(
      R"({"model":"m","messages":[{"role":"system","content":"be brief"},)"
      R"({"role":"user","content":[{"type":"text","text":"look:\n```c\nx\n```"},)"
      R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},)"
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",)"
      R"("function":{"name":"f","arguments":"{\"type\":\"image\"}"}}]},)"
      R"({"role":"tool","tool_call_id":"c","content":"text of a tool"}],)"
      R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
      R"("properties":{"tools":{"type":"array","items":[{"a":1},{"b":2}]}}}}},)"
      R"({"type":"function","function":{"name":"g"}}],"reasoning_effort":"high"})");

  CHECK(facts.turns == 4);
  CHECK(facts.tools == 2);
  CHECK(facts.images == 1);
  CHECK(facts.has_code);
  CHECK(facts.wants_thinking);
  CHECK(facts.question == R"(look:\n```c\nx\n```)");
}

TEST_CASE("a request of Anthropic's is read, and what a tool answered is no question",
          "[pm-router]") {
  const RequestFacts facts = scan_request(
      R"({"system":[{"type":"text","text":"s"}],"messages":[{"content":"do it","role":"user"},)"
      R"({"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[)"
      R"({"type":"text","text":"```"},{"type":"image","source":{"type":"base64","data":"AAAA"}}]}]}],)"
      R"("tools":[{"name":"f","input_schema":{}}],"thinking":{"type":"enabled","budget_tokens":9}})");

  CHECK(facts.turns == 3);
  CHECK(facts.tools == 1);
  CHECK(facts.images == 1);
  CHECK(facts.question == "do it");
  CHECK_FALSE(facts.has_code);
  CHECK(facts.wants_thinking);
}

TEST_CASE("a request of Gemini's is read, also without roles", "[pm-router]") {
  const RequestFacts facts = scan_request(
      R"({"contents":[{"parts":[{"text":"what is this?"},{"inlineData":{"mimeType":"image/png",)"
      R"("data":"AAAA"}}]},{"role":"model","parts":[{"text":"a cat"}]}],)"
      R"("tools":[{"functionDeclarations":[{"name":"a"},{"name":"b"},{"name":"c"}]}],)"
      R"("generationConfig":{"thinkingConfig":{"thinkingBudget":0}}})");

  CHECK(facts.turns == 2);
  CHECK(facts.tools == 3);
  CHECK(facts.images == 1);
  CHECK(facts.question == "what is this?");
  CHECK_FALSE(facts.wants_thinking);
  CHECK(scan_request(R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":-1}}})")
            .wants_thinking);
}

TEST_CASE("a request of the Responses interface is read", "[pm-router]") {
  CHECK(scan_request(R"({"input":"why?"})").question == "why?");
  const RequestFacts facts = scan_request(
      R"({"input":[{"role":"user","content":[{"type":"input_text","text":"why?"}]},)"
      R"({"type":"reasoning","encrypted_content":"XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"},)"
      R"({"type":"function_call_output","call_id":"c","output":"because"}],)"
      R"("reasoning":{"effort":"low"}})");
  CHECK(facts.question == "why?");
  CHECK(facts.turns == 3);
  CHECK_FALSE(facts.wants_thinking);
}

TEST_CASE("tokens are told by the text, and not by pictures and signatures", "[pm-router]") {
  const std::string text(4000, 'x');
  const std::string binary(100'000, 'A');

  CHECK(scan_request(R"({"messages":[{"role":"user","content":")" + text + "\"}]}").tokens >= 1000);
  CHECK(
      scan_request(R"({"messages":[{"role":"user","content":[{"type":"image","source":{"data":")" +
                   binary + R"("}}]},{"signature":")" + binary + "\"}]}")
          .tokens < 20);
}

TEST_CASE("what is no good request is read to its end without harm", "[pm-router]") {
  const std::string good =
      R"({"messages":[{"role":"user","content":[{"type":"text","text":"a\"b\\"}]}],"n":[1,2.5,null]})";
  for (std::size_t size = 0; size <= good.size(); ++size) {
    (void)scan_request(good.substr(0, size));
  }
  CHECK(scan_request(std::string(100'000, '[')).turns == 0);
  CHECK(scan_request(std::string(100'000, '}')).turns == 0);
  CHECK(scan_request("]}\"\\").turns == 0);
}
