// Calls that come as messages of a WebSocket.

#include <string>

#include "tests/host/app/websocket_cases.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {

TEST_CASE("an endpoint that has a WebSocket opens it, and agrees to nothing else",
          "[app][websocket]") {
  Host host((Yaml()));
  host.start();
  SocketClient client(host.port());

  CHECK(client.open("/v1/responses", {"Sec-WebSocket-Extensions: permessage-deflate",
                                      "Sec-WebSocket-Protocol: a, b"}) == 101);

  CHECK(client.header("upgrade") == "websocket");
  CHECK(client.header("connection") == "upgrade");
  CHECK(client.header("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(client.header("sec-websocket-extensions") == "");
  CHECK(client.header("sec-websocket-protocol") == "");
  CHECK(client.header("content-length") == "");
  const std::string line = host.call_line();
  CHECK(log_field(line, "status") == "101");
  CHECK(log_field(line, "operation") == "responses");
  CHECK(log_field(line, "outcome") == "ok");
}

TEST_CASE("where there is no WebSocket the answer makes clients take HTTP", "[app][websocket]") {
  Host on((Yaml()));
  on.start();
  Host off(with(Yaml(), "websocket: { enabled: false }\n"));
  off.start();
  const auto status = [](Host& host, std::string_view path) {
    SocketClient client(host.port());
    const int got = client.open(path);
    return std::to_string(got) + " " + client.header("upgrade") + " " + client.header("connection");
  };

  CHECK(status(on, "/v1/chat/completions") == "426 HTTP/1.1 close, upgrade");
  CHECK(status(on, "/v1/models") == "426 HTTP/1.1 close, upgrade");
  CHECK(status(on, "/health") == "426 HTTP/1.1 close, upgrade");
  CHECK(status(on, "/v1/messages") == "426 HTTP/1.1 close, upgrade");
  CHECK(status(off, "/v1/responses") == "426 HTTP/1.1 close, upgrade");
  CHECK(status(on, "/v1/nowhere") == "404  ");
  CHECK(off.get("/v1/responses").status == 405);
}

TEST_CASE("a request without an upgrade is told of it where there is a WebSocket",
          "[app][websocket]") {
  Host host((Yaml()));
  host.start();

  const Answer answer = host.get("/v1/responses");

  CHECK(answer.status == 426);
  CHECK(answer.header("upgrade") == "websocket");
  CHECK(answer.header("sec-websocket-version") == "13");
  CHECK_THAT(answer.body, ContainsSubstring("\"code\":\"upgrade_required\""));
  CHECK(host.get("/v1/embeddings").status == 405);
}

TEST_CASE("a handshake that breaks a rule is refused by that rule", "[app][websocket]") {
  Host host((Yaml()));
  host.start();
  const auto [headers, status, words] = GENERATE(table<std::string, int, std::string>({
      {"Sec-WebSocket-Version: 13\r\n", 400, "sec-websocket-key: expected 16 bytes in base64"},
      {"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n", 400, "sec-websocket-key"},
      {"Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426,
       "sec-websocket-version: expected 13, got \\\"8\\\""},
      {"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", 426, "expected 13, got \\\"\\\""},
      {"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
       "Content-Length: 2\r\n",
       400, "has no body"},
  }));
  CAPTURE(headers);

  const Answer answer = host.connect().call(
      "GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\n" +
      headers + "\r\n{}");

  CHECK(answer.status == status);
  CHECK_THAT(answer.body, ContainsSubstring(words));
  CHECK(answer.header("sec-websocket-version") == (status == 426 ? "13" : ""));
}

TEST_CASE("keys and origins are checked before a WebSocket opens", "[app][websocket]") {
  Yaml yaml;
  yaml.middlewares = "  - { name: auth, plugin: abv.auth, mode: strict, api_key: \"" +
                     std::string(kProxyKey) + "\" }\n";
  Host strict(yaml);
  strict.start();
  Host open((Yaml()));
  open.start();
  const std::string key = "Authorization: Bearer " + std::string(kProxyKey);

  CHECK(SocketClient(strict.port()).open() == 401);
  CHECK(SocketClient(strict.port()).open("/v1/responses", {key}) == 101);
  CHECK(SocketClient(open.port()).open("/v1/responses", {"Origin: https://evil.example"}) == 403);
}

TEST_CASE("a message is one call, and each event of its answer is one message",
          "[app][websocket]") {
  FakeServer upstream(responds());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open("/v1/responses?a=b", {"X-Own: 1", "Content-Type: text/plain",
                                    "OpenAI-Beta: responses_websockets=2026-02-06"});

  client.say(R"({ "type" : "response.create", "stream_id":"main","model":"fast" ,)"
             R"("stream":false, "input":[{"type":"message"}], "generate":true})");
  const auto messages = client.hear_answer();

  CHECK(messages == std::vector<std::string>{
                        R"({"stream_id":"main","type":"response.created","response":{"id":"r1"}})",
                        "{\"stream_id\":\"main\",\"type\":\"response.output_text.delta\",\"delta\":"
                        "\"hel\xC3\xB6\"}",
                        R"({"stream_id":"main","type":"response.completed","response":{"id":"r1",)"
                        R"("usage":{"input_tokens":11,"output_tokens":5,"total_tokens":16}}})"});
  const FakeRequest sent = upstream.requests().at(0);
  CHECK(sent.method == "POST");
  CHECK(sent.target == "/v1/responses?a=b");
  CHECK(sent.body == R"({"stream":true,"model":"real-model","input":[{"type":"message"}]})");
  CHECK(sent.header("content-type") == "application/json");
  CHECK(sent.header("x-own") == "1");
  CHECK(sent.header("openai-beta") == "");
  CHECK(sent.header("upgrade") == "");
  CHECK(sent.header("sec-websocket-key") == "");
  const std::string line = host.call_line(2);
  CHECK(log_field(line, "method") == "POST");
  CHECK(log_field(line, "lane") == "raw");
  CHECK(log_field(line, "status") == "200");
  CHECK(log_field(line, "outcome") == "ok");
  CHECK(log_field(line, "tokens_in") == "11");
}

TEST_CASE("a connection carries one call after the other, each with an id of its own",
          "[app][websocket]") {
  FakeServer upstream(responds());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();

  CHECK(client.ask(kCreate) == kWhole);
  CHECK(client.ask(kCreate) == kWhole);

  const std::string first = host.call_line(2);
  const std::string second = host.call_line(3);
  CHECK(log_field(first, "id") != log_field(second, "id"));
  CHECK_THAT(log_field(first, "session"), ContainsSubstring("ws_"));
  CHECK(log_field(first, "session") == log_field(second, "session"));
}

TEST_CASE("messages that come at once are answered in their order, each with its lane",
          "[app][websocket]") {
  Place place;
  SocketClient client(place.host.port());
  client.open();
  const auto message = [](const std::string& lane) {
    return frame(
        kTextFrame,
        R"({"type":"response.create","model":"claude","input":"x","stream_id":")" + lane + "\"}");
  };

  client.send(message("a") + message("b.1") + message("a"));
  const auto lane_of = [&] {
    const std::string last = client.hear_answer().back();
    return last.substr(0, last.find(",\"type\""));
  };

  CHECK(lane_of() == R"({"stream_id":"a")");
  CHECK(lane_of() == R"({"stream_id":"b.1")");
  CHECK(lane_of() == R"({"stream_id":"a")");
}

TEST_CASE("messages may be sent before the upgrade is answered", "[app][websocket]") {
  Place place;
  SocketClient client(place.host.port());

  client.send(
      "GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\n" +
      frame(kPingFrame, "p") + frame(kTextFrame, kConvert));

  CHECK(client.hear_head() == 101);
  CHECK(client.hear() == "pong(p)");
  CHECK(type_of(client.hear_answer().back()) == "response.completed");
}

TEST_CASE("more messages than may wait are all answered", "[app][websocket]") {
  Place place;
  SocketClient client(place.host.port());
  client.open();
  constexpr int kMessages = 60;
  std::string all;
  for (int i = 0; i < kMessages; ++i) {
    all += frame(kTextFrame, kConvert);
  }

  client.send(all);
  int answers = 0;
  for (int i = 0; i < kMessages; ++i) {
    answers += type_of(client.hear_answer().back()) == "response.completed" ? 1 : 0;
  }

  CHECK(answers == kMessages);
}

TEST_CASE("a call that is to make no output is answered without an upstream", "[app][websocket]") {
  FakeServer upstream(responds());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();

  client.say(R"({"type":"response.create","model":"fast","input":"hi","generate":false})");
  const auto messages = client.hear_answer();

  REQUIRE(messages.size() == 3);
  CHECK(type_of(messages[0]) == "response.created");
  CHECK(type_of(messages[1]) == "response.in_progress");
  CHECK(type_of(messages[2]) == "response.completed");
  CHECK_THAT(messages[2], ContainsSubstring(R"("output":[])"));
  CHECK(client.ask(kCreate) == kWhole);
  CHECK(upstream.requests().size() == 1);
}

TEST_CASE("a message that is wrong gets an error, and the connection goes on", "[app][websocket]") {
  Place place;
  SocketClient client(place.host.port());
  client.open();
  const auto [message, words] = GENERATE(table<std::string, std::string>({
      {"no json", "expected a JSON object"},
      {"[1]", "expected a JSON object"},
      {R"({"type":"response.create"}})", "expected a JSON object"},
      {R"({"type":"response.create")", "expected a JSON object"},
      {"", "expected a JSON object"},
      {"{}", R"(type: expected \"response.create\", got none)"},
      {R"({"type":"response.steer","model":"echo"})", R"(got \"response.steer\")"},
      {R"({"type":7,"model":"echo"})", R"(type: expected \"response.create\")"},
      {R"({"type":"response.create","model":"echo","stream_id":""})",
       R"("code":"invalid_stream_id")"},
      {R"({"type":"response.create","model":"echo","stream_id":"a b"})", R"("param":"stream_id")"},
      {R"({"type":"response.create","model":"echo","stream_id":5})", "stream_id: expected"},
      {R"({"type":"response.create","model":"claude","input":7})", "input: expected"},
  }));
  CAPTURE(message);

  client.say(message);
  const std::string error = client.hear();

  CHECK_THAT(error, ContainsSubstring(R"({"type":"error","status":400,"error":{"message":)"));
  CHECK_THAT(error, ContainsSubstring(R"("type":"invalid_request_error")"));
  CHECK_THAT(error, ContainsSubstring(words));
  CHECK_THAT(client.ask(kConvert), ContainsSubstring("response.completed"));
}

TEST_CASE("a message that needs no answer gets none", "[app][websocket]") {
  Host host((Yaml()));
  host.start();
  SocketClient client(host.port());
  client.open();

  client.say(R"({"type":"response.processed","response_id":"r1"})");
  client.send(frame(kPingFrame, "still there?"));

  CHECK(client.hear() == "pong(still there?)");
}

TEST_CASE("an upstream's error comes with its status, its words and its time to wait",
          "[app][websocket]") {
  const std::string body = R"({ "error": {"message":"slow down","code":"rate_limit"} })";
  FakeServer upstream(
      always("HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n"
             "Retry-After: 7\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n" + body));
  // Neither does the host wait, nor is the account limited for the next call.
  Host host(proxy_to(upstream, "status_rules: [{ status: 429, action: pass, scope: request }]"));
  host.start();
  SocketClient client(host.port());
  client.open();

  client.say(R"({"type":"response.create","model":"fast","input":"hi","stream_id":"s"})");

  CHECK(client.hear() ==
        R"({"type":"error","stream_id":"s","status":429,"headers":{"retry-after":"7"},)"
        R"("error":{"message":"slow down","code":"rate_limit"}})");
  CHECK(client.ask(kCreate) == "error");
}

TEST_CASE("an answer that is no stream of events is an error", "[app][websocket]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& request) {
    const bool is_page = request.body.find("page") != std::string::npos;
    connection.send(is_page ? answer(502, "text/html", "<html>bad gateway</html>")
                            : answer(200, "application/json", R"({"id":"r1"})"));
  });
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();

  client.say(R"({"type":"response.create","model":"fast","input":"page"})");
  CHECK(client.hear() ==
        R"({"type":"error","status":502,"error":{"type":"upstream_failed","code":null,)"
        R"("message":"<html>bad gateway</html>","param":null}})");
  client.say(kCreate);
  CHECK(client.hear() ==
        R"({"type":"error","status":502,"error":{"type":"upstream_failed","code":null,)"
        R"("message":"the upstream answered without a stream","param":null}})");
}

TEST_CASE("a model that nobody has is an error message", "[app][websocket]") {
  Yaml yaml;
  yaml.routes = "";
  yaml.providers = "  echo: { plugin: abv.echo, enabled: false }\n";
  Host host(yaml);
  host.start();
  SocketClient client(host.port());
  client.open();

  client.say(kCreate);
  const std::string error = client.hear();

  CHECK_THAT(error, ContainsSubstring(R"("status":404)"));
  CHECK_THAT(error, ContainsSubstring("model_not_found"));
}

TEST_CASE("an answer that the upstream breaks off ends with an error message", "[app][websocket]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& request) {
    if (request.body.find("cut") == std::string::npos) {
      connection.send(whole_stream(kFrames));
      return;
    }
    connection.send(sse_head() + chunk(kFrames[0] + "data: {\"type\":\"response.outp"));
    connection.close();
  });
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();

  CHECK(client.ask(R"({"type":"response.create","model":"fast","input":"cut"})") ==
        "response.created error");
  CHECK(client.ask(kCreate) == kWhole);
  CHECK(log_field(host.call_line(2), "outcome") == "broken");
}

TEST_CASE("a converted answer that breaks off ends in the words of its dialect",
          "[app][websocket]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest& request) {
    if (request.body.find("cut") == std::string::npos) {
      connection.send(whole_stream(claude_wire().frames));
      return;
    }
    const auto frames = claude_wire().frames;
    connection.send(sse_head() + chunk(frames[0] + frames[1] + frames[2]));
    connection.close();
  });
  Host host(both(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();

  const std::string types =
      client.ask(R"({"type":"response.create","model":"claude","input":"cut"})");

  CHECK_THAT(types, ContainsSubstring("response.output_text.delta"));
  CHECK_THAT(types, ContainsSubstring("response.failed"));
  CHECK_THAT(client.ask(kConvert), ContainsSubstring("response.completed"));
}

TEST_CASE("data that is not UTF-8 does not break the connection", "[app][websocket]") {
  FakeServer upstream(always(whole_stream({"data: {\"type\":\"x\xFF\"}\n\n", kFrames[2]})));
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();

  client.say(kCreate);

  CHECK(client.hear() == R"({"type":"x?"})");
  CHECK(type_of(client.hear()) == "response.completed");
}

}  // namespace abv::test
