// Kept answers that are referred to through a WebSocket.

#include <string>
#include <vector>

#include "tests/host/app/socket_client.hpp"
#include "tests/host/app/stored_fixture.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

// One connection of a client.
class Talk {
 public:
  explicit Talk(const StoredHost& host, std::string_view as = "somebody")
      : client_(host.host().port()) {
    client_.open("/v1/responses", {"X-Name: " + std::string(as)});
  }

  // The last message of the answer to a request with these members.
  std::string ask(std::string_view members) {
    client_.say(R"({"type":"response.create","model":"to-claude",)" + std::string(members) + "}");
    return client_.hear_answer().back();
  }

 private:
  SocketClient client_;
};

std::string after_id(const std::string& id) {
  return R"(,"previous_response_id":")" + id + '"';
}

}  // namespace

TEST_CASE("a conversation goes on by the id of its last response on a WebSocket too",
          "[app][stored][websocket]") {
  StoredHost host;
  host.will_say({{"First answer"}, {"Second answer"}});
  Talk talk(host);

  const std::string first = at(talk.ask(R"("input":"One")"), "response/id");
  const std::string last = talk.ask(R"("input":"Two")" + after_id(first));

  CHECK(at(last, "type") == "response.completed");
  CHECK(at(last, "response/output/0/content/0/text") == "Second answer");
  CHECK(at(host.asked().body, "messages/0/content") == "One");
  CHECK(at(host.asked().body, "messages/1/content") == "First answer");
  CHECK(at(host.asked().body, "messages/2/content") == "Two");
}

TEST_CASE("what began over HTTP goes on on a WebSocket, and the other way round",
          "[app][stored][websocket]") {
  StoredHost host;
  const Answer first = host.create(R"("model":"to-chat","input":"One")");
  Talk talk(host);

  const std::string second = at(talk.ask(R"("input":"Two",)" + after(first)), "response/id");
  const Answer third = host.create(R"("model":"to-gemini","input":"Three")" + after_id(second));

  CHECK(third.status == 200);
  CHECK_THAT(host.asked().body,
             ContainsSubstring("One") && ContainsSubstring("Two") && ContainsSubstring("Three"));
}

TEST_CASE("a response that is not kept is not found on a WebSocket, which goes on",
          "[app][stored][websocket]") {
  StoredHost host;
  const std::string others = at(Talk(host, "alice").ask(R"("input":"One")"), "response/id");
  Talk talk(host, "bob");
  const std::string unkept = at(talk.ask(R"("input":"One","store":false)"), "response/id");
  const std::string gone = at(talk.ask(R"("input":"One")"), "response/id");
  CHECK(host.call("DELETE", "/v1/responses/" + gone, "", "bob").status == 200);
  const std::size_t asked_before = host.upstream().requests().size();

  for (const std::string& id : {others, unkept, gone, std::string("resp_theirs")}) {
    CAPTURE(id);
    const std::string refused = talk.ask(R"("input":"Two")" + after_id(id));
    CHECK(at(refused, "type") == "error");
    CHECK(at(refused, "status") == "400");
    CHECK(at(refused, "error/code") == "previous_response_not_found");
    CHECK(at(refused, "error/param") == "previous_response_id");
    CHECK(at(refused, "error/message") == "Previous response with id '" + id + "' not found.");
  }
  CHECK(host.upstream().requests().size() == asked_before);
  CHECK(at(talk.ask(R"("input":"Three")"), "type") == "response.completed");
}

}  // namespace abv::test
