#include "host/http/call_message.hpp"

#include <string>

#include "abv/sdk/stored.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::http::CallMessage;
using abv::http::read_call_message;
using abv::plugin::WebSocketWords;

const WebSocketWords kWords{"make", "lane", "output", "earlier", {"seen", "noted"}};

std::optional<CallMessage> read(const std::string& text) {
  return read_call_message(text, kWords);
}

std::string body_of(const std::string& text) {
  const auto message = read(text);
  return !message           ? "none"
         : message->refusal ? message->refusal->param + "|" + message->refusal->message
                            : message->body;
}

}  // namespace

TEST_CASE("the body of a call is its message without the WebSocket's members",
          "[http][websocket]") {
  CHECK(body_of(R"({"type":"make"})") == R"({"stream":true})");
  CHECK(body_of(R"({"type":"make","model":"m"})") == R"({"stream":true,"model":"m"})");
  CHECK(body_of(R"({"model":"m","type":"make"})") == R"({"stream":true,"model":"m"})");
  CHECK(
      body_of(" { \"a\" : [ {\"type\":\"x, }\"} ] ,\n \"type\" : \"make\" ,\r\n\t\"b\" : {} } ") ==
      R"({"stream":true,"a" : [ {"type":"x, }"} ],"b" : {}})");
  CHECK(body_of(R"({"lane":"l","type":"make","stream":false,"output":true,"z":"\","})") ==
        R"({"stream":true,"z":"\","})");
  CHECK(body_of(R"({"ty\u0070e":"ma\u006be","a":1.5e3})") == R"({"stream":true,"a":1.5e3})");
}

TEST_CASE("lane and output are read out of a message", "[http][websocket]") {
  CHECK(read(R"({"type":"make","lane":"a.B-c_9"})")->lane == "\"a.B-c_9\"");
  CHECK(read(R"({"type":"make"})")->lane.empty());
  CHECK(read(R"({"type":"make"})")->wants_output);
  CHECK(read(R"({"type":"make","output":true})")->wants_output);
  CHECK(read(R"({"type":"make","output":"false"})")->wants_output);
  CHECK_FALSE(read(R"({"type":"make","output":false})")->wants_output);
}

TEST_CASE("of a member that is there twice the last one counts", "[http][websocket]") {
  CHECK(body_of(R"({"type":"other","type":"make"})") == R"({"stream":true})");
  CHECK_FALSE(read(R"({"type":"make","output":true,"output":false})")->wants_output);
}

TEST_CASE("a message that needs no answer is none", "[http][websocket]") {
  CHECK(body_of(R"({"type":"seen"})") == "none");
  CHECK(body_of(R"({"type":"noted","lane":7})") == "none");
}

TEST_CASE("a message that is no call says what is wrong, in the lane that it names",
          "[http][websocket]") {
  CHECK(body_of(R"({"type":"do"})") == R"(type|type: expected "make", got "do")");
  CHECK(body_of("{}") == R"(type|type: expected "make", got none)");
  CHECK(body_of(R"({"type":"make","lane":null})") ==
        R"(lane|lane: expected 1 to 256 letters, digits, "_", "-" and ".")");
  CHECK(read(R"({"type":"make","lane":")" + std::string(256, 'a') + "\"}")->refusal ==
        std::nullopt);
  CHECK(read(R"({"type":"make","lane":")" + std::string(257, 'a') + "\"}")->refusal->type ==
        "invalid_lane");
  CHECK(read(R"({"type":"do","lane":"l"})")->lane == "\"l\"");
  CHECK_THAT(body_of(R"({"type":"make"} {})"), ContainsSubstring("expected a JSON object"));
  CHECK_THAT(body_of(R"({"type":"make",})"), ContainsSubstring("expected a JSON object"));
  CHECK_THAT(body_of("null"), ContainsSubstring("expected a JSON object"));
}

TEST_CASE("an answer to go on from has to be one that this host may keep", "[http][websocket]") {
  const std::string own = "resp_" + std::string(abv::sdk::kStoredBegin) + "1";
  const auto named = [](const std::string& earlier) {
    return body_of(R"({"type":"make","earlier":)" + earlier + "}");
  };

  CHECK(named("\"" + own + "\"") == R"({"stream":true,"earlier":")" + own + "\"}");
  CHECK(named("null") == R"({"stream":true,"earlier":null})");
  CHECK(named(R"("resp_1")") == "earlier|Previous response with id 'resp_1' not found.");
  CHECK(read(R"({"type":"make","earlier":"resp_1"})")->refusal->type ==
        "previous_response_not_found");
}

TEST_CASE("a dialect without lanes and outputs keeps members of any name", "[http][websocket]") {
  const WebSocketWords bare{"make", "", "", "", {}};

  const auto message = read_call_message(R"({"type":"make","lane":7,"":1,"output":false})", bare);

  CHECK(message->body == R"({"stream":true,"lane":7,"":1,"output":false})");
  CHECK(message->lane.empty());
  CHECK(message->wants_output);
}
