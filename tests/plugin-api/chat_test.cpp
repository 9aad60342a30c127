#include "abv/sdk/chat_json.hpp"
#include "abv/sdk/reasoning.hpp"
#include "abv/sdk/signature.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

namespace chat = sdk::chat;

constexpr const char* kEverything =
    R"({"abv":"chat/1","model":"m","stream":true,"messages":[{"role":"system","parts":[)"
    R"({"type":"text","text":"be\u0020brief","cache":{"ttl":"1h"}}]},{"role":"user","name":"ann",)"
    R"("parts":[{"type":"image","media_type":"image/png","data":"aGk=","detail":"low"},)"
    R"({"type":"file","url":"https://x/y.pdf","name":"y.pdf"}]},{"role":"assistant","parts":[)"
    R"({"type":"reasoning","text":"hm","signature":"c2ln","origin":"claude","origin_model":"o"},)"
    R"({"type":"tool_call","name":"ls","id":"c1","arguments":{"a": 1e2}},)"
    R"({"type":"tool_call","name":"patch","id":"c2","arguments":"*** x","custom":true}]},)"
    R"({"role":"user","parts":[{"type":"tool_result","id":"c1","error":true,"content":[)"
    R"({"type":"text","text":"no"}]},{"type":"opaque","dialect":"claude-messages","raw":{"type":"x"}}],)"
    R"("extras":[{"dialect":"openai-chat","key":"audio","value":{"id":"a"}}]}],"tools":[)"
    R"({"type":"function","name":"ls","description":"lists","parameters":{"type":"object"},)"
    R"("strict":false},{"type":"web_search","settings":{"max_uses":2}}],"tool_choice":{)"
    R"("mode":"required","names":["ls"],"parallel":false},"reasoning":{"enabled":true,)"
    R"("effort":"high","budget_tokens":2048},"output":{"format":"json_schema","name":"n","schema":{}},)"
    R"("max_tokens":7,"temperature":0.5,"top_p":1,"top_k":3,"seed":-4,"n":2,"stop":["a","\n"],)"
    R"("logprobs":true,"user":"u","metadata":{"k":"v"},"service_tier":"flex","cache_key":"c",)"
    R"("store":false,"extras":[{"dialect":"gemini","key":"labels","value":{}}]})";

}  // namespace

TEST_CASE("a canonical request is written as it was read", "[sdk][chat]") {
  sdk::json::Document document;

  const auto request = chat::read_chat(kEverything, document);

  CHECK(chat::write_chat(request) == kEverything);
  CHECK(chat::plain(request.messages[0].parts[0].text) == "be brief");
  CHECK(chat::tool_name(request, "c1", 3) == "ls");
  CHECK(chat::tool_name(request, "c3", 3).empty());
}

TEST_CASE("a canonical request of unknown words is refused", "[sdk][chat]") {
  sdk::json::Document document;

  CHECK_THROWS_AS(chat::read_chat(R"({"abv":"chat/2"})", document), sdk::Failure);
  CHECK_THROWS_AS(
      chat::read_chat(R"({"abv":"chat/1","messages":[{"role":"robot","parts":[]}]})", document),
      sdk::Failure);
  CHECK_THROWS_AS(chat::read_chat("{", document), sdk::Failure);
}

TEST_CASE("a wrapped signature tells where it came from", "[sdk][chat]") {
  const auto wrapped = sdk::wrap_signature({"gemini", "gemini-3-pro", true, "c2ln+/=="});

  const auto found = sdk::unwrap_signature(wrapped, "claude");

  CHECK(found.family == "gemini");
  CHECK(found.model == "gemini-3-pro");
  CHECK(found.is_redacted);
  CHECK(found.value == "c2ln+/==");
  CHECK(sdk::base64_decode(wrapped).has_value());
}

TEST_CASE("a line end in a model's name does not end it in a wrapped signature", "[sdk][chat]") {
  const auto wrapped = sdk::wrap_signature({"gemini", "a\nr\nb", false, "c2ln"});

  const auto found = sdk::unwrap_signature(wrapped, "claude");
  CHECK(found.family == "gemini");
  CHECK(found.model == "a r b");
  CHECK_FALSE(found.is_redacted);
  CHECK(found.value == "c2ln");
}

TEST_CASE("a signature that nobody wrapped belongs to the dialect it stands in", "[sdk][chat]") {
  for (const char* text : {"", "c2ln", "YWJ2MQ", "YWJ2MQpnZW1pbmk="}) {
    const auto found = sdk::unwrap_signature(text, "claude");
    CHECK(found.family == "claude");
    CHECK(found.value == text);
  }
}

TEST_CASE("the id of a tool call is kept where all vendors take it", "[sdk][chat]") {
  CHECK(chat::tool_id("toolu_01-Ab", 40) == "toolu_01-Ab");
}

TEST_CASE("the id of a tool call that has to change stays one of its own", "[sdk][chat]") {
  const auto dotted = chat::tool_id("call.1", 40);
  const auto slashed = chat::tool_id("call/1", 40);
  const auto cut = chat::tool_id(std::string(50, 'a'), 40);

  CHECK(dotted.starts_with("call_1_"));
  CHECK(dotted != slashed);
  CHECK(dotted == chat::tool_id("call.1", 40));
  CHECK(cut.size() == 40);
  CHECK(cut != chat::tool_id(std::string(51, 'a'), 40));
  CHECK_FALSE(chat::tool_id("", 40).empty());
}

TEST_CASE("base64 is read with and without padding, in both alphabets", "[sdk]") {
  CHECK(sdk::base64_encode("ab?>") == "YWI/Pg==");
  // RFC 4648 section 10.
  CHECK(sdk::base64_encode("").empty());
  CHECK(sdk::base64_encode("f") == "Zg==");
  CHECK(sdk::base64_encode("fo") == "Zm8=");
  CHECK(sdk::base64_encode("foo") == "Zm9v");
  CHECK(sdk::base64_encode("fooba") == "Zm9vYmE=");
  CHECK(sdk::base64_decode("YWI/Pg==") == "ab?>");
  CHECK(sdk::base64_decode("YWI_Pg") == "ab?>");
  CHECK(sdk::base64_decode("") == "");
  CHECK_FALSE(sdk::base64_decode("Y"));
  CHECK_FALSE(sdk::base64_decode("YW I"));
}

TEST_CASE("an effort, its budget and its level name each other", "[sdk]") {
  CHECK(sdk::effort_of_budget(0) == "none");
  CHECK(sdk::effort_of_budget(1) == "none");
  CHECK(sdk::effort_of_budget(1023) == "minimal");
  CHECK(sdk::effort_of_budget(8192) == "medium");
  CHECK(sdk::effort_of_budget(31999) == "high");
  CHECK(sdk::effort_of_budget(-1).empty());
  CHECK(sdk::effort_row("medium")->level == "medium");
  CHECK(sdk::effort_row("enormous") == nullptr);
  CHECK(sdk::effort_of_level("HIGH") == "high");
  CHECK(sdk::effort_of_level("THINKING_LEVEL_UNSPECIFIED").empty());
}

}  // namespace abv::tests
