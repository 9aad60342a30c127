// Answers that later calls refer to: OpenAI's Responses API with its state, at upstreams that keep
// none.

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/host/app/stored_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {
namespace {

using namespace std::string_literals;

constexpr const char* kTool =
    R"("tools":[{"type":"function","name":"get","parameters":{"type":"object"}}])";

// The response in the last event of a stream, or in the first.
std::string response_in(const Answer& stream, bool is_last) {
  const std::string mark = "data: ";
  std::size_t at_data = is_last ? stream.body.rfind(mark) : stream.body.find(mark);
  at_data += mark.size();
  return at(stream.body.substr(at_data, stream.body.find('\n', at_data) - at_data), "response");
}

std::string path_of(const Answer& answer) {
  return "/v1/responses/" + at(answer.body, "id");
}

}  // namespace

TEST_CASE("a conversation goes on by the id of its last response, whatever the upstream",
          "[app][stored]") {
  const auto model = GENERATE(as<std::string>{}, "to-chat", "to-claude", "to-gemini");
  CAPTURE(model);
  StoredHost host;
  host.will_say({{"First answer"}, {"Second answer"}, {"Third answer"}});
  const std::string head = R"("model":")" + model + "\",";

  const Answer first = host.create(head + R"("instructions":"Old rules.","input":"One")");
  const Answer second =
      host.create(head + R"("instructions":"New rules.","input":"Two",)" + after(first));
  const Answer third = host.create(head + R"("input":"Three",)" + after(second));

  CHECK(third.status == 200);
  CHECK(at(third.body, "output/0/content/0/text") == "Third answer");
  CHECK(at(third.body, "previous_response_id") == at(second.body, "id"));
  const auto asked = host.upstream().requests();
  REQUIRE(asked.size() == 3);
  CHECK_THAT(asked[1].body, ContainsSubstring("New rules.") && !ContainsSubstring("Old rules."));
  CHECK_THAT(asked[2].body, !ContainsSubstring("rules."));
  std::vector<std::size_t> places;
  for (const char* text : {"One", "First answer", "Two", "Second answer", "Three"}) {
    places.push_back(asked[2].body.find(text));
  }
  CHECK(std::is_sorted(places.begin(), places.end()));
  CHECK(places.back() != std::string::npos);
}

TEST_CASE("the result of a tool finds its call and the thinking before it", "[app][stored]") {
  StoredHost host;
  host.will_say({{"Let me see.", "toolu_1"}, {"It is sunny."}});

  const Answer first = host.create(
      R"("model":"to-claude","input":"Weather?","reasoning":{"effort":"low"},)"s + kTool);
  const Answer second =
      host.create(R"("model":"to-claude","reasoning":{"effort":"low"},)"s + kTool + "," +
                  after(first) + R"(,"input":[{"type":"function_call_output","call_id":")" +
                  at(first.body, "output/2/call_id") + R"(","output":"sunny"}])");

  CHECK(at(second.body, "output/0/content/0/text") == "It is sunny.");
  const std::string asked = host.asked().body;
  CHECK(at(asked, "messages/0/content") == "Weather?");
  CHECK(at(asked, "messages/1/content/0/type") == "thinking");
  CHECK(at(asked, "messages/1/content/0/signature") == "c2lnbmVk");
  CHECK(at(asked, "messages/1/content/2/id") == "toolu_1");
  CHECK(at(asked, "messages/2/content/0/tool_use_id") == "toolu_1");
}

TEST_CASE("a conversation moves from vendor to vendor by the id of its last response",
          "[app][stored]") {
  StoredHost host;
  host.will_say({{"From Claude", "toolu_1"}, {"From Gemini"}, {"From OpenAI"}, {"From chat"}});
  const Answer first = host.create(R"("model":"to-claude","input":"One",)"s + kTool);

  const Answer second = host.create(
      R"("model":"to-gemini","input":[{"type":"function_call_output","call_id":"toolu_1",)"s +
      R"("output":"sunny"}],)" + kTool + "," + after(first));
  const std::string to_gemini = host.asked().body;
  const Answer third = host.create(R"("model":"to-openai","input":"Three",)" + after(second));
  const FakeRequest to_openai = host.asked();
  const Answer fourth = host.create(R"("model":"to-chat","input":"Four",)" + after(third));

  CHECK_THAT(to_gemini, ContainsSubstring("functionResponse") && ContainsSubstring("sunny") &&
                            !ContainsSubstring("c2lnbmVk"));
  CHECK(to_openai.target == "/v1/responses");
  CHECK(at(to_openai.body, "previous_response_id") == "nothing");
  CHECK(at(to_openai.body, "store") == "false");
  CHECK_THAT(to_openai.body, ContainsSubstring("From Claude") && ContainsSubstring("From Gemini") &&
                                 !ContainsSubstring("c2lnbmVk"));
  CHECK(at(third.body, "id") != "resp_theirs");
  CHECK(fourth.status == 200);
  CHECK_THAT(host.asked().body, ContainsSubstring("From OpenAI"));
}

TEST_CASE("a response that is told as a stream can be asked for when it ends", "[app][stored]") {
  StoredHost host;

  const Answer stream = host.create(R"("model":"to-claude","input":"One","stream":true)");
  const std::string told = response_in(stream, true);
  const Answer kept = host.call("GET", "/v1/responses/" + at(told, "id"));
  const Answer again = host.call("GET", "/v1/responses/" + at(told, "id") + "?stream=true");

  CHECK(stream.is_complete);
  CHECK(kept.status == 200);
  CHECK(at(kept.body, "") == at(told, ""));
  CHECK(at(kept.body, "output/0/content/0/text") == "Hello");
  CHECK(again.header("content-type") == "text/event-stream");
  CHECK(at(response_in(again, true), "") == at(told, ""));
  CHECK(host.upstream().requests().size() == 1);
}

TEST_CASE("a kept response can be read, looked into and deleted", "[app][stored]") {
  StoredHost host;
  const Answer first = host.create(R"("model":"to-gemini","input":"One")");
  const Answer second = host.create(R"("model":"to-gemini","input":"Two",)" + after(first));

  CHECK(host.call("GET", path_of(second)).body == second.body);
  const Answer items = host.call("GET", path_of(second) + "/input_items?order=asc");
  CHECK(at(items.body, "data/0/content/0/text") == "One");
  CHECK(at(items.body, "data/1/content/0/text") == "Hello");
  CHECK(at(items.body, "data/2/content/0/text") == "Two");
  const Answer cancelled = host.call("POST", path_of(second) + "/cancel");
  CHECK(cancelled.status == 400);
  CHECK(at(cancelled.body, "error/message") == "Cannot cancel a synchronous response.");

  const Answer deleted = host.call("DELETE", path_of(first));
  CHECK(deleted.status == 200);
  CHECK(deleted.body ==
        R"({"id":")" + at(first.body, "id") + R"(","object":"response","deleted":true})");
  CHECK(host.call("GET", path_of(second)).status == 200);
  const Answer lost = host.create(R"("model":"to-gemini","input":"Three",)" + after(second));
  CHECK(lost.status == 400);
  CHECK(lost.body ==
        R"({"error":{"message":"Previous response with id ')" + at(first.body, "id") +
            R"(' not found.","type":"invalid_request_error",)"
            R"("param":"previous_response_id","code":"previous_response_not_found"}})");
  CHECK(host.upstream().requests().size() == 2);
}

TEST_CASE("a response is only there for the one that it was given to", "[app][stored]") {
  StoredHost host;
  const Answer mine = host.create(R"("model":"to-chat","input":"One")", "alice");
  host.will_say({{"Not asked"}});

  CHECK(host.create(R"("model":"to-chat","input":"Two",)" + after(mine), "bob").status == 400);
  const Answer reference =
      host.create(R"("model":"to-chat","input":[{"type":"item_reference","id":")" +
                      at(mine.body, "output/0/id") + R"("}])",
                  "bob");
  CHECK(reference.status == 404);
  for (const auto& [method, end] :
       {std::pair("GET", ""), std::pair("DELETE", ""), std::pair("GET", "/input_items"),
        std::pair("POST", "/cancel")}) {
    const Answer stranger = host.call(method, path_of(mine) + end, "", "bob");
    CHECK(stranger.status == 404);
    CHECK(at(stranger.body, "error/message") ==
          "Response with id '" + at(mine.body, "id") + "' not found.");
  }
  CHECK(host.call("GET", path_of(mine), "", "alice").body == mine.body);
  CHECK(host.upstream().requests().size() == 1);
}

TEST_CASE("where no upstream keeps responses either, an unknown one is not found",
          "[app][stored]") {
  StoredHost host;
  Yaml yaml;
  yaml.providers += "  claude: { plugin: abv.claude, api_key: key, base_url: \"" +
                    host.upstream().url("") + "\" }\n";
  yaml.openai_models = "      - { match: \"*\", provider: claude }\n";
  host.host().reload(yaml);

  const Answer unknown = host.call("GET", "/v1/responses/resp_theirs");

  CHECK(unknown.status == 404);
  CHECK(at(unknown.body, "error/message") == "Response with id 'resp_theirs' not found.");
  CHECK(host.upstream().requests().empty());
}

TEST_CASE("a response that its client does not want kept is not kept", "[app][stored]") {
  StoredHost host;

  const Answer answer = host.create(R"("model":"to-claude","input":"One","store":false)");

  CHECK(answer.status == 200);
  CHECK(host.create(R"("model":"to-claude","input":"Two",)" + after(answer)).status == 400);
}

TEST_CASE("what an upstream of this API keeps stays between it and the client", "[app][stored]") {
  StoredHost host;

  const Answer first = host.create(R"("model":"to-openai","input":"One")");
  CHECK(at(first.body, "id") == "resp_theirs");
  const Answer second =
      host.create(R"("model":"to-openai","input":"Two","previous_response_id":"resp_theirs")");
  CHECK(second.status == 200);
  CHECK(host.asked().body ==
        R"({"model":"some-model","input":"Two","previous_response_id":"resp_theirs"})");
  CHECK(host.call("GET", "/v1/responses/resp_theirs?include[]=a").status == 200);
  CHECK(host.asked().target == "/v1/responses/resp_theirs?include[]=a");
  CHECK(host.call("DELETE", "/v1/responses/resp_theirs").status == 200);
  CHECK(host.asked().method == "DELETE");
  CHECK(host.create(R"("model":"to-claude","input":"Two",)" + after(first)).status == 400);
}

TEST_CASE("a reference to an item of a kept response is the item", "[app][stored]") {
  StoredHost host;
  host.will_say({{"Let me see.", "toolu_1"}, {"It is sunny."}});
  const Answer first = host.create(
      R"("model":"to-claude","input":"Weather?","reasoning":{"effort":"low"},)"s + kTool);
  CHECK(at(first.body, "output/0/type") == "reasoning");
  CHECK(at(first.body, "output/0/encrypted_content") == "nothing");
  const auto reference = [&](const std::string& number) {
    return R"({"type":"item_reference","id":")" + at(first.body, "output/" + number + "/id") +
           "\"},";
  };

  const Answer second = host.create(
      R"("model":"to-claude","reasoning":{"effort":"low"},)"s + kTool +
      R"(,"input":[{"role":"user","content":"Weather?"},)" + reference("0") + reference("1") +
      reference("2") + R"({"type":"function_call_output","call_id":"toolu_1","output":"sunny"}])");

  CHECK(second.status == 200);
  CHECK(at(host.asked().body, "messages/1/content/0/signature") == "c2lnbmVk");
  CHECK(at(host.asked().body, "messages/1/content/1/text") == "Let me see.");
  CHECK(at(host.asked().body, "messages/1/content/2/id") == "toolu_1");
}

TEST_CASE("a response that was cut short is kept as it is", "[app][stored]") {
  StoredHost host;
  host.will_say({{"Half of", "", true}});

  const Answer answer = host.create(R"("model":"to-chat","input":"One")");
  const Answer kept = host.call("GET", path_of(answer));

  CHECK(at(kept.body, "status") == "incomplete");
  CHECK(at(kept.body, "incomplete_details/reason") == "max_output_tokens");
}

TEST_CASE("a response that fails in its middle is kept as a failed one", "[app][stored]") {
  StoredHost host;
  host.will_break();

  const Answer stream = host.create(R"("model":"to-claude","input":"One","stream":true)");
  const std::string told = response_in(stream, true);
  const Answer kept = host.call("GET", "/v1/responses/" + at(told, "id"));

  CHECK(at(told, "status") == "failed");
  CHECK(at(kept.body, "status") == "failed");
  CHECK(at(kept.body, "error/message") == "Overloaded");
  CHECK(at(kept.body, "output/0/content/0/text") == "Hello");
}

TEST_CASE("of a response whose client leaves before its end nothing is kept", "[app][stored]") {
  StoredHost host;
  host.will_stall();
  Client client = host.host().connect();
  client.send(request("POST", "/v1/responses",
                      R"({"model":"to-claude","input":"One","stream":true})",
                      {"X-Name: somebody"}));
  client.read_until("Hello");
  client.close();
  host.host().call_line();
  const Answer next = host.create(R"("model":"to-claude","input":"Two")");

  // The id of the one that left is not told again; the one that stayed shows that the store works.
  CHECK(host.call("GET", path_of(next)).status == 200);
  CHECK(log_field(host.host().call_line(1), "outcome") == "cancelled");
  host.host().stop();
  const std::string stored = [&] {
    std::ifstream file(host.host().dir() / "data" / "answers.db", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }();
  CHECK_THAT(stored, ContainsSubstring(R"("input":"Two")"));
  CHECK_THAT(stored, !ContainsSubstring(R"("input":"One")"));
}

TEST_CASE("kept responses survive the end of the host", "[app][stored]") {
  FakeServer upstream([](FakeConnection& connection, const FakeRequest&) {
    connection.send(json_answer(R"({"id":"msg_1","type":"message","role":"assistant",)"
                                R"("model":"m","content":[{"type":"text","text":"Hello"}],)"
                                R"("stop_reason":"end_turn",)"
                                R"("usage":{"input_tokens":3,"output_tokens":2}})"));
  });
  Yaml yaml;
  yaml.providers +=
      "  claude: { plugin: abv.claude, api_key: key, base_url: \"" + upstream.url("") + "\" }\n";
  yaml.openai_models = "      - { match: \"*\", provider: claude }\n";
  const TempDir data;
  const std::pair<const std::string, std::string> directory{"ABV_DATA_DIR", data.path().string()};
  Host before(yaml, nullptr, {directory});
  before.start();
  const Answer first = before.post("/v1/responses", R"({"model":"m","input":"One"})");
  before.stop();
  Host now(yaml, nullptr, {directory});
  now.start();

  const Answer second =
      now.post("/v1/responses", R"({"model":"m","input":"Two",)" + after(first) + "}");

  CHECK(second.status == 200);
  CHECK(at(upstream.requests().back().body, "messages/0/content") == "One");
  CHECK(at(upstream.requests().back().body, "messages/1/content") == "Hello");
}

TEST_CASE("kept responses are forgotten in time", "[app][stored]") {
  VirtualClock clock;
  StoredHost host("stored_answers: { lifetime: 1h }\n", &clock);
  const Answer first = host.create(R"("model":"to-chat","input":"One")");
  clock.advance(std::chrono::minutes(59));
  CHECK(host.create(R"("model":"to-chat","input":"Two",)" + after(first)).status == 200);

  clock.advance(std::chrono::minutes(1));

  const Answer late = host.create(R"("model":"to-chat","input":"Three",)" + after(first));
  CHECK(late.status == 400);
  CHECK(at(late.body, "error/code") == "previous_response_not_found");
}

TEST_CASE("a host that is told to keep nothing keeps nothing", "[app][stored]") {
  StoredHost host("stored_answers: { enabled: false }\n");

  const Answer first = host.create(R"("model":"to-claude","input":"One")");

  CHECK(first.status == 200);
  CHECK(host.create(R"("model":"to-claude","input":"Two",)" + after(first)).status == 400);
  CHECK_THAT(host.create(R"("model":"to-claude","input":"Two","conversation":"conv_1")").body,
             ContainsSubstring("conversation: conversations are kept by OpenAI alone"));
}

TEST_CASE("what runs in the background is refused where it would have to outlive its call",
          "[app][stored]") {
  StoredHost host;

  const Answer answer = host.create(R"("model":"to-gemini","input":"One","background":true)");

  CHECK(answer.status == 400);
  CHECK_THAT(at(answer.body, "error/message"), ContainsSubstring("background"));
  CHECK(host.upstream().requests().empty());
}

TEST_CASE("tokens of a conversation that goes on are counted with its past", "[app][stored]") {
  StoredHost host;
  const Answer first = host.create(R"("model":"to-chat","input":")" + std::string(4000, 'x') + '"');
  const auto count = [&](const std::string& members) {
    const Answer answer = host.call("POST", "/v1/responses/input_tokens",
                                    R"({"model":"to-chat","input":"Two")" + members + "}");
    return std::stoi(at(answer.body, "input_tokens"));
  };

  CHECK(count("," + after(first)) > count("") + 200);
}

TEST_CASE("the bounds of what is kept need a restart, and whether anything is kept does not",
          "[app][stored]") {
  StoredHost host("stored_answers: { most: 5 }\n");
  const Answer first = host.create(R"("model":"to-chat","input":"One")");
  Yaml yaml;
  yaml.providers += "  chat: { plugin: abv.openai, api_key: key, operations: [chat], base_url: \"" +
                    host.upstream().url("/v1") + "\" }\n";
  yaml.openai_models = "      - { match: \"*\", provider: chat }\n";
  yaml.more = "stored_answers: { enabled: false, most: 5 }\n";
  host.host().reload(yaml);
  CHECK(host.host().log().lines("reload.needs_restart").empty());
  CHECK(host.call("GET", path_of(first)).status == 404);

  yaml.more = "stored_answers: { most: 6 }\n";
  host.host().reload(yaml);

  CHECK_THAT(host.host().log().wait_for("reload.needs_restart"),
             ContainsSubstring("stored_answers"));
}

}  // namespace abv::test
