#include "host/plugin/abilities.hpp"

#include "tests/support/catch.hpp"

namespace abv::plugin {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("the endpoints of a dialect are read", "[plugin][abilities]") {
  const auto abilities = parse_dialect_abilities(
      R"({"dialect":"gemini","endpoints":[
          {"operation":"chat","method":"POST","path":"/v1beta/models/{model}:generate",
           "model":"path","stream":"always","header":"x-goog-api-client","when":{"new":1}},
          {"operation":"chat","method":"POST","path":"/chat","model":"body","stream":"body"},
          {"operation":"audio","method":"POST","path":"/audio","model":"form","stream":"form",
           "canonical":"transcription","client":false},
          {"operation":"models","method":"GET","path":"/models"}]})",
      "x");

  REQUIRE(abilities.ok());
  CHECK(abilities->dialect == "gemini");
  REQUIRE(abilities->endpoints.size() == 4);
  const Endpoint& first = abilities->endpoints[0];
  CHECK(first.operation == "chat");
  CHECK(first.method == "POST");
  CHECK(first.path == "/v1beta/models/{model}:generate");
  CHECK(first.model_at == ModelAt::kPath);
  CHECK(first.stream_at == StreamAt::kAlways);
  CHECK(first.header == "x-goog-api-client");
  CHECK(first.is_client);
  CHECK(first.is_upstream);
  CHECK(abilities->endpoints[2].canonical == "transcription");
  CHECK_FALSE(abilities->endpoints[2].is_client);
  CHECK(abilities->endpoints[1].model_at == ModelAt::kBody);
  CHECK(abilities->endpoints[1].stream_at == StreamAt::kBody);
  CHECK(abilities->endpoints[2].model_at == ModelAt::kForm);
  CHECK(abilities->endpoints[2].stream_at == StreamAt::kForm);
  CHECK(abilities->endpoints[3].model_at == ModelAt::kNone);
  CHECK(abilities->endpoints[3].stream_at == StreamAt::kNone);
  CHECK(abilities->endpoints[3].header.empty());
}

TEST_CASE("endpoints that are answered from kept answers are told apart", "[plugin][abilities]") {
  const auto abilities = parse_dialect_abilities(
      R"({"dialect":"d","endpoints":[
          {"operation":"kept","method":"GET","path":"/a/{id}","stream":"query","stored":true},
          {"operation":"chat","method":"POST","path":"/chat","stored":false}]})",
      "x");
  const auto without = parse_dialect_abilities(
      R"({"dialect":"d","endpoints":[{"operation":"chat","method":"POST","path":"/chat"}]})", "x");

  REQUIRE(abilities.ok());
  CHECK(abilities->has_stored);
  CHECK(abilities->endpoints[0].is_stored);
  CHECK(abilities->endpoints[0].stream_at == StreamAt::kQuery);
  CHECK_FALSE(abilities->endpoints[1].is_stored);
  REQUIRE(without.ok());
  CHECK_FALSE(without->has_stored);
}

TEST_CASE("an endpoint that breaks a rule is refused by its field", "[plugin][abilities]") {
  const auto [row, rule] = GENERATE(table<std::string, std::string>({
      {R"({"method":"GET","path":"/"})", "operation: missing"},
      {R"({"operation":"chat","method":"get","path":"/"})", "method: expected a method"},
      {R"({"operation":"chat","method":"GET","path":"v1"})", "path: expected a path"},
      {R"({"operation":"chat","method":"GET","path":"/{a"})", "path: expected a path"},
      {R"({"operation":"chat","method":"GET","path":"/{a/b}"})", "path: expected a path"},
      {R"({"operation":"chat","method":"GET","path":"/","model":"path"})", "path: has no {model}"},
      {R"({"operation":"chat","method":"GET","path":"/","model":"head"})",
       "model: expected one of path, body, form, got \"head\""},
      {R"({"operation":"chat","method":"GET","path":"/","stream":true})",
       "stream: expected a string"},
      {R"({"operation":"a","method":"POST","path":"/","stream":"body","websocket":true})",
       "websocket: expected an object"},
      {R"({"operation":"a","method":"POST","path":"/","stream":"body","websocket":{}})",
       "websocket: create: missing"},
      {R"({"operation":"a","method":"POST","path":"/","stream":"body","websocket":{"create":""}})",
       "websocket: create: expected the type of a message"},
      {R"({"operation":"a","method":"POST","path":"/","stream":"body",)"
       R"("websocket":{"create":"a","lane":1}})",
       "websocket: lane: expected a string"},
      {R"({"operation":"a","method":"POST","path":"/","websocket":{"create":"a"}})",
       "websocket: expected an endpoint with method POST and stream \"body\""},
      {R"({"operation":"a","method":"GET","path":"/","stream":"body","websocket":{"create":"a"}})",
       "websocket: expected an endpoint with method POST and stream \"body\""},
      {R"({"operation":"chat","method":"GET","path":"/","stored":"yes"})", "stored: expected "},
      {R"({"operation":"chat","method":"GET","path":"/","stored":true,"canonical":"chat"})",
       "stored: an endpoint that converts is not answered from kept answers"},
  }));

  const auto abilities =
      parse_dialect_abilities(R"({"dialect":"d","endpoints":[)" + row + "]}", "echo: abilities");

  REQUIRE_FALSE(abilities.ok());
  CHECK_THAT(abilities.error().message,
             ContainsSubstring("echo: abilities: endpoints[0]: " + rule));
}

TEST_CASE("the words of a WebSocket are read", "[plugin][abilities]") {
  const auto abilities = parse_dialect_abilities(
      R"({"dialect":"d","endpoints":[
          {"operation":"a","method":"POST","path":"/a","stream":"body","websocket":
           {"create":"make","lane":"l","output":"o","ignored":["x","y"],"new":1}},
          {"operation":"b","method":"POST","path":"/b","stream":"body",
           "websocket":{"create":"make"}},
          {"operation":"c","method":"POST","path":"/c","stream":"body"}]})",
      "x");

  REQUIRE(abilities.ok());
  const auto& full = abilities->endpoints[0].websocket;
  REQUIRE(full.has_value());
  CHECK(full->create == "make");
  CHECK(full->lane == "l");
  CHECK(full->output == "o");
  CHECK(full->ignored == Words{"x", "y"});
  REQUIRE(abilities->endpoints[1].websocket.has_value());
  CHECK(abilities->endpoints[1].websocket->lane.empty());
  CHECK(abilities->endpoints[1].websocket->ignored.empty());
  CHECK_FALSE(abilities->endpoints[2].websocket.has_value());
}

TEST_CASE("a dialect without a name is refused", "[plugin][abilities]") {
  CHECK(parse_dialect_abilities("{}", "x").error().message == "x: dialect: missing");
  CHECK(parse_dialect_abilities(R"({"dialect":""})", "x").error().message ==
        "x: dialect: expected a name");
}

TEST_CASE("the abilities of a provider are read", "[plugin][abilities]") {
  const auto full = parse_provider_abilities(
      R"({"dialects":["a","b"],"credentials":["api_key"],"control":["abv.models"]})", "x");
  const auto bare = parse_provider_abilities(R"({"dialects":["a"]})", "x");

  REQUIRE(full.ok());
  CHECK(full->dialects == Words{"a", "b"});
  CHECK(full->credentials == Words{"api_key"});
  CHECK(full->control == Words{"abv.models"});
  REQUIRE(bare.ok());
  CHECK(bare->credentials.empty());
  CHECK(parse_provider_abilities("{}", "x").error().message == "x: dialects: missing");
  CHECK(parse_provider_abilities(R"({"dialects":[]})", "x").error().message ==
        "x: dialects: expected at least one");
  CHECK(parse_provider_abilities(R"({"dialects":[1]})", "x").error().message ==
        "x: dialects[0]: expected a string");
}

TEST_CASE("a provider may have few operations, and answers that only its dialect reads",
          "[plugin][abilities]") {
  const auto full =
      parse_provider_abilities(R"({"dialects":["a"],"operations":["chat"],"raw":false})", "x");
  const auto bare = parse_provider_abilities(R"({"dialects":["a"]})", "x");

  REQUIRE(full.ok());
  CHECK(full->operations == Words{"chat"});
  CHECK_FALSE(full->is_raw);
  REQUIRE(bare.ok());
  CHECK(bare->operations.empty());
  CHECK(bare->is_raw);
}

TEST_CASE("the abilities of a provider depend on the settings that they name",
          "[plugin][abilities]") {
  constexpr std::string_view kAbilities =
      R"({"dialects":["a"],"credentials":["api_key"],"by_setting":{"protocol":{)"
      R"("b":{"dialects":["b"],"raw":false},"c":{"credentials":[]}}}})";
  const auto with = [&](std::string_view settings) {
    return parse_provider_abilities(kAbilities, "x", settings);
  };

  CHECK(with("{}")->dialects == Words{"a"});
  CHECK(with(R"({"protocol":"a"})")->dialects == Words{"a"});
  CHECK(with(R"({"protocol":"b","other":1})")->dialects == Words{"b"});
  CHECK(with(R"({"protocol":"b"})")->credentials == Words{"api_key"});
  CHECK_FALSE(with(R"({"protocol":"b"})")->is_raw);
  CHECK(with(R"({"protocol":"c"})")->dialects == Words{"a"});
  CHECK(with(R"({"protocol":"c"})")->credentials.empty());
}

TEST_CASE("abilities by a setting that are no objects are refused", "[plugin][abilities]") {
  const auto fault = [](const std::string& cases) {
    return parse_provider_abilities(R"({"dialects":["a"],"by_setting":)" + cases + "}", "x",
                                    R"({"p":"b"})")
        .error()
        .message;
  };

  CHECK(fault("1") == "x: by_setting: expected an object");
  CHECK(fault(R"({"p":1})") == "x: by_setting: p: expected an object");
  CHECK(fault(R"({"p":{"b":1}})") == "x: by_setting: p: b: expected an object");
  CHECK(fault(R"({"p":{"b":{"dialects":[]}}})") == "x: dialects: expected at least one");
}

TEST_CASE("the abilities of a handler are read", "[plugin][abilities]") {
  const auto abilities = parse_handler_abilities(
      R"({"operations":["chat"],"paths":[{"method":"POST","path":"/mcp","operation":"mcp"}]})",
      "x");

  REQUIRE(abilities.ok());
  CHECK(abilities->operations == Words{"chat"});
  REQUIRE(abilities->paths.size() == 1);
  CHECK(abilities->paths[0].path == "/mcp");
  CHECK(parse_handler_abilities("{}", "x").ok());
}

TEST_CASE("what a middleware does with events is one of three words", "[plugin][abilities]") {
  CHECK(parse_middleware_abilities("{}", "x")->events == EventAccess::kNone);
  CHECK(parse_middleware_abilities(R"({"events":"observe"})", "x")->events ==
        EventAccess::kObserve);
  CHECK(parse_middleware_abilities(R"({"events":"change"})", "x")->events == EventAccess::kChange);
  CHECK(parse_middleware_abilities(R"({"events":"eat"})", "x").error().message ==
        "x: events: expected one of none, observe, change, got \"eat\"");
}

TEST_CASE("order facts come with their reasons", "[plugin][abilities]") {
  const auto order = parse_order_facts(
      R"({"after":[{"id":"abv.auth","reason":"needs the principal"}],"before":[]})", "x");

  REQUIRE(order.ok());
  REQUIRE(order->after.size() == 1);
  CHECK(order->after[0].id == "abv.auth");
  CHECK(order->after[0].reason == "needs the principal");
  CHECK(order->before.empty());
  CHECK(parse_order_facts(R"({"after":[{"id":"a"}]})", "x").error().message ==
        "x: after[0]: reason: missing");
}

}  // namespace
}  // namespace abv::plugin
