// Calls that come as messages of a WebSocket.

#pragma once

#include <string>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/host/app/socket_client.hpp"

namespace abv::test {

inline const std::string kCreate = R"({"type":"response.create","model":"fast","input":"hi"})";
// For a model of another vendor, so that the call is converted.
inline const std::string kConvert =
    R"({"type":"response.create","model":"claude","input":"hello"})";
inline const std::string kWhole = "response.created response.output_text.delta response.completed";
inline const std::vector<std::string> kFrames = {
    "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\"}}"
    "\n\n",
    ": comment\n\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"hel\xC3\xB6\"}\n\n",
    "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\","
    "\"usage\":{\"input_tokens\":11,\"output_tokens\":5,\"total_tokens\":16}}}\n\ndata: [DONE]"
    "\n\n"};

inline bool is_converted(const FakeRequest& request) {
  return request.target.starts_with("/v1/messages");
}

// Answers requests of both vendors.
inline FakeServer::Handler responds() {
  return [](FakeConnection& connection, const FakeRequest& request) {
    connection.send(whole_stream(is_converted(request) ? claude_wire().frames : kFrames));
  };
}

// Streams the first event, and the rest when the test lets it.
inline FakeServer::Handler stalls() {
  return [](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(kFrames[0]));
    connection.stall();
    connection.send(chunk(kFrames[1] + kFrames[2]) + last_chunk());
  };
}

// Streams the first event, and nothing more.
inline FakeServer::Handler waits() {
  return [](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(kFrames[0]));
    connection.read_until_closed();
    connection.close();
  };
}

inline Yaml both(const FakeServer& upstream) {
  Yaml yaml = proxy_to(upstream);
  yaml.openai_models = "      - { match: claude, provider: claude }\n" + yaml.openai_models;
  return yaml;
}

// A host before an upstream of both vendors.
struct Place {
  Place() { host.start(); }

  FakeServer upstream{responds()};
  Host host{both(upstream)};
};

inline Yaml with(Yaml yaml, const std::string& more) {
  yaml.more += more;
  return yaml;
}

// What a client hears that opens a WebSocket and sends these bytes.
inline std::string heard_after(Host& host, std::string_view bytes) {
  SocketClient client(host.port());
  client.open();
  client.send(bytes);
  return client.hear();
}

// The code of a close frame, in the words of SocketClient.
inline std::string code_in(const std::string& heard) {
  return heard.substr(0, heard.find(' '));
}

}  // namespace abv::test
