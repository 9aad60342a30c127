#include "response_grammar.hpp"
#include "tests/plugins/openai/stored_fixture.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

struct Fixture : StoredFixture {
  Fixture() {
    answer("a1", R"({"model":"m","input":"Weather?","temperature":0.5})",
           {start("", "m"), reasoning(0, "Look it up"), redacted(0, "proof"),
            tool_start(1, "call_1", "get"), arguments(1, R"({"city":"Rome"})"), tool_end(1),
            usage(5, 7), stop(StopReason::kTool)});
    answer("a2",
           R"({"model":"m","previous_response_id":")" + response_id("a1") +
               R"(","input":[{"type":"function_call_output","call_id":"call_1","output":"sunny"},)"
               R"({"role":"developer","content":"Be nice."}]})",
           {start("", "m"), text(0, "It is sunny."), stop(StopReason::kEnd)});
  }

  std::string item_ids(const std::string& query) const {
    const auto list = call("GET", response_id("a2") + "/input_items", query);
    const auto root = sdk::json::parse(list.canonical);
    std::string ids;
    for (const auto& item : root.value_or(sdk::json::Value())["data"].items())
      ids += (ids.empty() ? "" : " ") + item["id"].as_string();
    return ids;
  }
};

TEST_CASE_METHOD(Fixture, "a kept response is given back", "[openai][stored]") {
  const auto answer = call("GET", response_id("a1"));

  CHECK(answer.status == ABV_OK);
  CHECK(json_at(answer.canonical, "/id") == '"' + response_id("a1") + '"');
  CHECK(json_at(answer.canonical, "/object") == R"("response")");
  CHECK(json_at(answer.canonical, "/status") == R"("completed")");
  CHECK(json_at(answer.canonical, "/temperature") == "0.5");
  CHECK(json_at(answer.canonical, "/output/1/call_id") == R"("call_1")");
  CHECK(json_at(answer.canonical, "/usage/output_tokens") == "7");
}

TEST_CASE_METHOD(Fixture, "encrypted reasoning is given back to those who ask for it",
                 "[openai][stored]") {
  const auto query = GENERATE(as<std::string>{}, "include=reasoning.encrypted_content",
                              "include%5B%5D=x&include%5B%5D=reasoning.encrypted_content",
                              "include[0]=reasoning.encrypted_content");

  CHECK(json_at(call("GET", response_id("a1"), query).canonical, "/output/0/encrypted_content") ==
        R"("proof")");
  CHECK(json_at(call("GET", response_id("a1"), "include[]=x").canonical,
                "/output/0/encrypted_content") == "nothing");
  CHECK(json_at(call("GET", response_id("a1")).canonical, "/output/0/summary/0/text") ==
        R"("Look it up")");
}

TEST_CASE_METHOD(Fixture, "a kept response is told again as a stream", "[openai][stored]") {
  const auto answer = call("GET", response_id("a1"), "stream=true", true);
  const auto whole = call("GET", response_id("a1"));

  CHECK(response_faults(answer.canonical) == Lines());
  CHECK(json_at(last_response_event(answer.canonical), "/response") ==
        sorted_json(whole.canonical));
  CHECK_THAT(answer.canonical, !Catch::Contains("proof"));
  CHECK_THAT(
      call("GET", response_id("a1"), "include[]=reasoning.encrypted_content", true).canonical,
      Catch::Contains("proof"));
}

TEST_CASE_METHOD(Fixture, "a stream goes on after the event that the client has",
                 "[openai][stored]") {
  const auto all = call("GET", response_id("a2"), "", true).canonical;
  const auto third = all.find("event: ", all.find("event: ", all.find("event: ") + 1) + 1);

  CHECK(call("GET", response_id("a2"), "starting_after=1", true).canonical == all.substr(third));
  CHECK(call("GET", response_id("a2"), "starting_after=999", true).canonical.empty());
  CHECK_THAT(call("GET", response_id("a2"), "starting_after=x", true).failure,
             Catch::Contains("starting_after: expected a whole number"));
}

TEST_CASE_METHOD(Fixture, "a failed response is told again as one", "[openai][stored]") {
  answer("a3", R"({"model":"m","input":"Hi"})",
         {start("", "m"), text(0, "So far"), error(500, "server_error", "Oh no")});

  const auto stream = call("GET", response_id("a3"), "", true).canonical;

  CHECK_THAT(stream, Catch::Contains("event: response.failed"));
  CHECK(json_at(last_response_event(stream), "/response/error/message") == R"("Oh no")");
  CHECK(json_at(call("GET", response_id("a3")).canonical, "/status") == R"("failed")");
}

TEST_CASE_METHOD(Fixture, "a response that is deleted is gone", "[openai][stored]") {
  const auto answer = call("DELETE", response_id("a1"));

  CHECK(answer.canonical ==
        R"({"id":")" + response_id("a1") + R"(","object":"response","deleted":true})");
  CHECK_FALSE(stored.has(stored_id("a1")));
  CHECK_THAT(call("GET", response_id("a1")).failure, Catch::StartsWith("404 "));
}

TEST_CASE_METHOD(Fixture, "a response that is not there is not found", "[openai][stored]") {
  const auto [method, path] = GENERATE(table<std::string, std::string>(
      {{"GET", ""}, {"DELETE", ""}, {"POST", "/cancel"}, {"GET", "/input_items"}}));
  // What this host could have made is looked for nowhere else.
  const auto [id, status] =
      GENERATE(table<std::string, abv_status>({{"resp_YWJ2MQxx", ABV_E_INVALID},
                                               {"resp_68ab", ABV_E_NOT_FOUND},
                                               {"a%20b", ABV_E_NOT_FOUND}}));

  const auto answer = call(method, id + path);

  CHECK(answer.status == status);
  CHECK(answer.failure ==
        "404 not_found: Response with id '" + sdk::percent_decode(id) + "' not found.");
}

TEST_CASE_METHOD(Fixture, "a response that is over cannot be cancelled", "[openai][stored]") {
  CHECK(call("POST", response_id("a1") + "/cancel").failure ==
        "400 invalid_request_error: Cannot cancel a synchronous response.");
}

TEST_CASE_METHOD(Fixture, "the items that a response was made from are listed, the newest first",
                 "[openai][stored]") {
  const auto list = call("GET", response_id("a2") + "/input_items").canonical;

  CHECK(json_at(list, "/object") == R"("list")");
  CHECK(json_at(list, "/has_more") == "false");
  CHECK(json_at(list, "/data/0/role") == R"("developer")");
  CHECK(json_at(list, "/data/0/type") == R"("message")");
  CHECK(json_at(list, "/data/0/content") ==
        sorted_json(R"([{"type":"input_text","text":"Be nice."}])"));
  CHECK(json_at(list, "/data/1/output") == R"("sunny")");
  CHECK(json_at(list, "/data/2/call_id") == R"("call_1")");
  CHECK(json_at(list, "/data/3/type") == R"("reasoning")");
  CHECK(json_at(list, "/data/3/encrypted_content") == "nothing");
  CHECK(json_at(list, "/data/4/content/0/text") == R"("Weather?")");
  CHECK(json_at(list, "/data/5") == "nothing");
  CHECK(json_at(list, "/first_id") == json_at(list, "/data/0/id"));
  CHECK(json_at(list, "/last_id") == json_at(list, "/data/4/id"));
}

TEST_CASE_METHOD(Fixture, "the list of items comes in pages", "[openai][stored]") {
  const std::string all = item_ids("order=asc");
  const std::string first = item_ids("order=asc&limit=2");
  const std::string second =
      item_ids("order=asc&limit=2&after=" + first.substr(first.find(' ') + 1));

  CHECK(all.substr(0, first.size() + 1 + second.size()) == first + " " + second);
  CHECK(json_at(call("GET", response_id("a2") + "/input_items", "limit=2").canonical,
                "/has_more") == "true");
  CHECK(item_ids("limit=1") == all.substr(all.rfind(' ') + 1));
}

TEST_CASE_METHOD(Fixture, "a page that cannot be is refused", "[openai][stored]") {
  const auto [query, message] = GENERATE(table<std::string, std::string>(
      {{"limit=0", "limit: expected a number from 1 to 100, got 0"},
       {"limit=101", "limit: expected a number from 1 to 100, got 101"},
       {"limit=ten", "limit: expected a whole number, got \"ten\""},
       {"order=up", "order: expected asc or desc, got \"up\""},
       {"after=nobody", "after: the response has no input item \"nobody\""}}));

  CHECK(call("GET", response_id("a2") + "/input_items", query).failure ==
        "400 invalid_request_error: " + message);
}

}  // namespace
}  // namespace abv::tests
