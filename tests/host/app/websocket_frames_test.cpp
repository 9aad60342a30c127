// Frames, limits and ends of WebSocket connections.

#include <string>

#include "tests/host/app/websocket_cases.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {

TEST_CASE("a ping is answered while a call runs", "[app][websocket]") {
  FakeServer upstream(stalls());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();

  client.say(kCreate);
  CHECK(type_of(client.hear()) == "response.created");
  client.send(frame(kPingFrame, "1") + frame(kPingFrame, std::string(125, 'p')));
  CHECK(client.hear() == "pong(1)");
  CHECK(client.hear() == "pong(" + std::string(125, 'p') + ")");
  upstream.release();

  CHECK(type_of(client.hear_answer().back()) == "response.completed");
}

TEST_CASE("a close frame ends the call that runs, and is answered with its code",
          "[app][websocket]") {
  FakeServer upstream(waits());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();
  client.say(kCreate);
  REQUIRE(type_of(client.hear()) == "response.created");

  client.send(frame(kCloseFrame, close_code(4321) + "enough"));

  CHECK(client.hear() == "close(4321 )");
  CHECK(client.hear() == "end");
  upstream.wait_for_closed(1);
  CHECK(log_field(host.call_line(2), "outcome") == "cancelled");
}

TEST_CASE("a close frame without a code is answered without one", "[app][websocket]") {
  Host host((Yaml()));
  host.start();

  CHECK(heard_after(host, frame(kCloseFrame, "")) == "close()");
}

TEST_CASE("a client that drops the connection ends the call that runs", "[app][websocket]") {
  FakeServer upstream(waits());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();
  client.say(kCreate);
  REQUIRE(type_of(client.hear()) == "response.created");

  client.drop();

  upstream.wait_for_closed(1);
  CHECK(log_field(host.call_line(2), "outcome") == "cancelled");
}

TEST_CASE("a frame that breaks a rule closes the connection with the code of the rule",
          "[app][websocket]") {
  Host host((Yaml()));
  host.start();
  const auto [what, bytes, code] = GENERATE(table<std::string, std::string, std::string>({
      {"not masked", "\x81\x02{}", "close(1002"},
      {"reserved bit 1", frame(0xC1, "{}"), "close(1002"},
      {"reserved bit 2", frame(0xA1, "{}"), "close(1002"},
      {"reserved bit 3", frame(0x91, "{}"), "close(1002"},
      {"opcode 3", frame(0x83, ""), "close(1002"},
      {"opcode 12", frame(0x8C, ""), "close(1002"},
      {"binary", frame(0x82, "{}"), "close(1003"},
      {"a lone continuation", frame(0x80, "{}"), "close(1002"},
      {"a message in a message", frame(0x01, "{") + frame(0x81, "}"), "close(1002"},
      {"a fragmented ping", frame(0x09, ""), "close(1002"},
      {"a long ping", frame(kPingFrame, std::string(126, 'p')), "close(1002"},
      {"a close of one byte", frame(kCloseFrame, "\x03"), "close(1002"},
      {"a close with 1005", frame(kCloseFrame, close_code(1005)), "close(1002"},
      {"a close with 1006", frame(kCloseFrame, close_code(1006)), "close(1002"},
      {"a close with 999", frame(kCloseFrame, close_code(999)), "close(1002"},
      {"a close with 5000", frame(kCloseFrame, close_code(5000)), "close(1002"},
      {"a close reason of no UTF-8", frame(kCloseFrame, close_code(1000) + "\xFF"), "close(1007"},
      {"text of no UTF-8", frame(kTextFrame, "\xC3\x28"), "close(1007"},
      {"text that ends early", frame(kTextFrame, "\xE2\x82"), "close(1007"},
  }));
  CAPTURE(what);

  CHECK(code_in(heard_after(host, bytes)) == code);
}

TEST_CASE("a frame that breaks a rule ends the call that runs", "[app][websocket]") {
  FakeServer upstream(waits());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();
  client.say(kCreate);
  REQUIRE(type_of(client.hear()) == "response.created");

  client.send(frame(0x83, ""));

  CHECK(code_in(client.hear()) == "close(1002");
  upstream.wait_for_closed(1);
}

TEST_CASE("a message may come in fragments with pings between, cut anywhere", "[app][websocket]") {
  Place place;
  SocketClient client(place.host.port());
  client.open();
  const std::string bytes = frame(0x01, kConvert.substr(0, 11)) + frame(kPingFrame, "x") +
                            frame(0x00, kConvert.substr(11, 20)) + frame(0x80, kConvert.substr(31));

  for (const char c : bytes) {
    client.send(std::string(1, c));
  }

  CHECK(client.hear() == "pong(x)");
  CHECK(type_of(client.hear_answer().back()) == "response.completed");
}

TEST_CASE("a message larger than a body may be is refused", "[app][websocket]") {
  Yaml yaml;
  yaml.limits = "{ body: 1000 }";
  Host host(yaml);
  host.start();

  CHECK(heard_after(host, frame(kTextFrame, std::string(1001, ' '))) ==
        "close(1009 a message is longer than 1000 bytes)");
  CHECK(code_in(heard_after(host, frame(0x01, std::string(600, ' ')) +
                                      frame(0x80, std::string(401, ' ')))) == "close(1009");
}

TEST_CASE("a large message is one call", "[app][websocket]") {
  FakeServer upstream(responds());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient client(host.port());
  client.open();
  const std::string text(3'000'000, 'x');

  CHECK(client.ask(R"({"type":"response.create","model":"m","input":")" + text + "\"}") == kWhole);

  CHECK(upstream.requests().at(0).body == R"({"stream":true,"model":"m","input":")" + text + "\"}");
}

TEST_CASE("messages that take too much memory together close the connection", "[app][websocket]") {
  Yaml yaml;
  yaml.limits = "{ body: 10MiB, bodies_total: 64KiB }";
  Host host(yaml);
  host.start();

  const std::string heard = heard_after(host, frame(kTextFrame, std::string(100'000, ' ')));

  CHECK(code_in(heard) == "close(1013");
  CHECK_THAT(heard, ContainsSubstring("limits.bodies_total"));
}

TEST_CASE("a message that is not finished in time closes the connection", "[app][websocket]") {
  Yaml yaml;
  yaml.listen = "{ port: 0, header_timeout: 400ms }";
  Host host(yaml);
  host.start();

  const std::string heard = heard_after(host, frame(0x01, "{"));

  CHECK(code_in(heard) == "close(1008");
}

TEST_CASE("a WebSocket without calls is closed", "[app][websocket]") {
  FakeServer upstream(responds());
  Host host(with(proxy_to(upstream), "websocket: { idle: 400ms }\n"));
  host.start();
  SocketClient client(host.port());
  client.open();

  CHECK(client.ask(kCreate) == kWhole);
  CHECK(client.hear() == "close(1001 idle for too long)");
  CHECK(client.hear() == "end");
}

TEST_CASE("a WebSocket that is too old is closed, after the call that runs", "[app][websocket]") {
  FakeServer upstream(stalls());
  Host host(with(proxy_to(upstream), "websocket: { max_age: 600ms }\n"));
  host.start();
  SocketClient client(host.port());
  client.open();
  client.say(kCreate);
  REQUIRE(type_of(client.hear()) == "response.created");
  client.say(kCreate);
  SocketClient idle(host.port());
  idle.open();
  CHECK(idle.hear() == "close(1001 the age limit is reached)");

  upstream.release();

  CHECK(type_of(client.hear_answer().back()) == "response.completed");
  const std::string error = client.hear();
  CHECK_THAT(error, ContainsSubstring(R"("code":"websocket_connection_limit_reached")"));
  CHECK_THAT(error, ContainsSubstring(R"("status":400)"));
  CHECK(client.hear() == "close(1001 the age limit is reached)");
}

TEST_CASE("a silent client is pinged, and given up when it never answers", "[app][websocket]") {
  Host host(with(Yaml(), "streams: { keep_alive: 200ms }\n"));
  host.start();
  SocketClient client(host.port());
  client.open();

  CHECK(client.hear() == "ping()");
  client.send(frame(kPongFrame, ""));
  CHECK(client.hear() == "ping()");
  CHECK(client.hear() == "ping()");
  CHECK(client.hear() == "ping()");
  CHECK(client.hear() == "close(1001 no sign of life)");
}

TEST_CASE("calls on one connection use the generation that is current", "[app][websocket]") {
  FakeServer first(always(whole_stream({"data: {\"type\":\"error\",\"of\":1}\n\n"})));
  FakeServer second(always(whole_stream({"data: {\"type\":\"error\",\"of\":2}\n\n"})));
  Host host(proxy_to(first));
  host.start();
  SocketClient client(host.port());
  client.open();
  client.say(kCreate);
  CHECK(client.hear() == R"({"type":"error","of":1})");

  host.reload(proxy_to(second));
  host.tidy_until([&] { return !host.log().lines("generation.gone").empty(); });
  client.say(kCreate);

  CHECK(client.hear() == R"({"type":"error","of":2})");
}

TEST_CASE("a reload that turns WebSocket off closes those that are idle", "[app][websocket]") {
  FakeServer upstream(stalls());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient idle(host.port());
  idle.open();
  SocketClient busy(host.port());
  busy.open();
  busy.say(kCreate);
  REQUIRE(type_of(busy.hear()) == "response.created");

  host.reload(with(proxy_to(upstream), "websocket: { enabled: false }\n"));
  idle.send(frame(kPingFrame, "awake?"));

  CHECK(idle.hear() == "pong(awake?)");
  CHECK(code_in(idle.hear()) == "close(1001");
  upstream.release();
  CHECK(type_of(busy.hear_answer().back()) == "response.completed");
  CHECK(code_in(busy.hear()) == "close(1001");
}

TEST_CASE("a host that stops closes idle connections at once, and others after their call",
          "[app][websocket]") {
  FakeServer upstream(stalls());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient idle(host.port());
  idle.open();
  SocketClient busy(host.port());
  busy.open();
  busy.say(kCreate);
  REQUIRE(type_of(busy.hear()) == "response.created");

  host.daemon().stop_accepting();

  CHECK(idle.hear() == "close(1001 the server stops)");
  upstream.release();
  CHECK(type_of(busy.hear_answer().back()) == "response.completed");
  CHECK(busy.hear() == "close(1001 the server stops)");
}

TEST_CASE("the end of the host ends WebSockets, with a word where that is possible",
          "[app][websocket]") {
  FakeServer upstream(waits());
  Host host(proxy_to(upstream));
  host.start();
  SocketClient idle(host.port());
  idle.open();
  SocketClient busy(host.port());
  busy.open();
  busy.say(kCreate);
  REQUIRE(type_of(busy.hear()) == "response.created");

  host.stop();

  CHECK(idle.hear() == "close(1001 the server stops)");
  CHECK(idle.hear() == "end");
  upstream.wait_for_closed(1);
}

TEST_CASE("over TLS a WebSocket is the same, in both directions at once", "[app][websocket][tls]") {
  const TestCerts certs;
  const std::string text(200'000, 'y');
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest& request) {
    if (request.body.find("yyy") != std::string::npos) {
      connection.send(whole_stream({"data: {\"type\":\"error\",\"a\":\"" + text + "\"}\n\n"}));
      return;
    }
    stalls()(connection, request);
  });
  Yaml yaml = proxy_to(upstream);
  yaml.listen = "{ port: 0, tls: { cert_file: " + certs.cert_file() +
                ", key_file: " + certs.key_file() + " } }";
  Host host(yaml);
  host.start();
  SocketClient client(host.port(), &certs);
  REQUIRE(client.open() == 101);

  client.say(kCreate);
  CHECK(type_of(client.hear()) == "response.created");
  client.send(frame(kPingFrame, "tls"));
  CHECK(client.hear() == "pong(tls)");
  client.say(R"({"type":"response.create","model":"m","input":")" + text + "\"}");
  upstream.release();

  CHECK(type_of(client.hear_answer().back()) == "response.completed");
  CHECK(client.hear() == R"({"type":"error","a":")" + text + "\"}");
  client.send(frame(kCloseFrame, close_code(1000)));
  CHECK(client.hear() == "close(1000 )");
}

}  // namespace abv::test
