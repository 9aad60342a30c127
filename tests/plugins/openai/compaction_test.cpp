#include "abv/sdk/signature.hpp"
#include "tests/plugins/openai/stored_fixture.hpp"
#include "tests/support/catch.hpp"

#include "compaction.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;

constexpr const char* kConversation = R"([
  {"role":"user","content":"Look at this:"},
  {"role":"user","content":[{"type":"input_text","text":"a picture"},
    {"type":"input_image","image_url":"https://x.test/a.png"}]},
  {"type":"reasoning","summary":[{"type":"summary_text","text":"secret thought"}]},
  {"type":"function_call","call_id":"c1","name":"measure","arguments":"{\"what\":\"it\"}"},
  {"type":"function_call_output","call_id":"c1","output":"12 cm"},
  {"role":"assistant","content":"It is 12 cm."}])";

struct Fixture : StoredFixture {
  ReadRequest compact(const std::string& rest) const {
    return read(R"({"model":"m",)" + rest + "}", "responses.compact");
  }
  std::string compacted(const std::string& body, const std::vector<Recorded>& events) const {
    sdk::testkit::FakeCall call;
    call.offer(ABV_CALL_STORED_ANSWERS, stored.raw());
    const Params params{.form = sdk::Form::kWhole,
                        .operation = "responses.compact",
                        .model = "m",
                        .id = "r1",
                        .request_body = body,
                        .call = call.raw()};
    const auto answer = answers.encode(events, params);
    return answer.status == ABV_OK ? answer.bytes : "failed";
  }
};

TEST_CASE_METHOD(Fixture, "a conversation that is to be compacted is told as one text",
                 "[openai][compact]") {
  const auto request =
      compact(R"("instructions":"Be exact.","input":)" + std::string(kConversation));

  CHECK(request.failure.empty());
  CHECK(request.losses.empty());
  CHECK(json_at(request.canonical, "/messages/0/role") == R"("system")");
  CHECK_THAT(json_at(request.canonical, "/messages/0/parts/0/text"), Catch::Contains("summar"));
  CHECK(json_at(request.canonical, "/messages/1/role") == R"("user")");
  CHECK(json_at(request.canonical, "/messages/1/parts/0/text") ==
        R"x("[instructions]\nBe exact.\n\n[user]\nLook at this:\na picture\n(attached:)")x");
  CHECK(json_at(request.canonical, "/messages/1/parts/1/url") == R"("https://x.test/a.png")");
  CHECK_THAT(json_at(request.canonical, "/messages/1/parts/2/text"),
             Catch::StartsWith(R"("[assistant calls measure]\n{\"what\":\"it\"})"
                               R"(\n\n[result of measure]\n12 cm\n\n[assistant]\nIt is 12 cm.)"));
  CHECK_THAT(request.canonical, !Catch::Contains("secret thought"));
  CHECK(json_at(request.canonical, "/messages/2") == "nothing");
  CHECK(json_at(request.canonical, "/tools") == "nothing");
}

TEST_CASE_METHOD(Fixture, "a conversation of kept responses can be compacted",
                 "[openai][compact][stored]") {
  answer("a1", R"({"model":"m","input":"First words"})",
         {start("", "m"), text(0, "First answer"), stop(StopReason::kEnd)});
  const auto body =
      R"("previous_response_id":")" + response_id("a1") + R"(","input":"Second words")";

  const auto request = compact(body);
  const auto answer = compacted(R"({"model":"m",)" + body + "}",
                                {start("", "m"), text(0, "All of it"), stop(StopReason::kEnd)});

  CHECK_THAT(json_at(request.canonical, "/messages/1/parts/0/text"),
             Catch::Contains(
                 R"([user]\nFirst words\n\n[assistant]\nFirst answer\n\n[user]\nSecond words)"));
  CHECK(json_at(answer, "/output/0/content/0/text") == R"("First words")");
  CHECK(json_at(answer, "/output/1/content/0/text") == R"("Second words")");
  CHECK(json_at(answer, "/output/2/type") == R"("compaction")");
  CHECK_THAT(compact(R"("previous_response_id":"resp_1")").failure,
             Catch::Contains("previous_response_not_found"));
}

TEST_CASE_METHOD(Fixture, "what there is nothing of, or what lies elsewhere, is not compacted",
                 "[openai][compact]") {
  CHECK_THAT(compact(R"("input":[])").failure,
             Catch::Contains("input: expected at least one item"));
  CHECK_THAT(requests
                 .read(ClientFacts{.body = R"({"model":"m","previous_response_id":"resp_1"})",
                                   .operation = "responses.compact"})
                 .failure,
             Catch::Contains("'resp_1' not found"));
  CHECK_THAT(requests
                 .read(ClientFacts{.body = R"({"model":"m","input":"x","conversation":"conv_1"})",
                                   .operation = "responses.compact"})
                 .failure,
             Catch::Contains("conversation: "));
}

TEST_CASE_METHOD(Fixture, "items that only OpenAI can read are missing in a summary, and said so",
                 "[openai][compact]") {
  const auto request = compact(R"("input":[{"role":"user","content":"Hi"},)"
                               R"({"type":"compaction","id":"cmp_1","encrypted_content":"gAAA"}])");

  CHECK(request.losses ==
        std::vector<std::string>{"dropped /messages/1/parts/0: only openai-responses knows it"});
}

TEST_CASE_METHOD(Fixture, "the user's messages stay, and everything else becomes one item",
                 "[openai][compact]") {
  const auto answer = compacted(R"({"model":"m","input":)" + std::string(kConversation) + "}",
                                {start("", "m"), reasoning(0, "hm"), text(1, "They measured "),
                                 text(1, "it."), usage(100, 5), stop(StopReason::kEnd)});

  CHECK(json_at(answer, "/object") == R"("response.compaction")");
  CHECK(json_at(answer, "/id") == R"("resp_r1")");
  CHECK(json_at(answer, "/created_at") == "1700000000");
  CHECK(json_at(answer, "/usage/input_tokens") == "100");
  CHECK(json_at(answer, "/output/0") ==
        sorted_json(R"({"type":"message","id":"msg_abv_r1_0","status":"completed","role":"user",
          "content":[{"type":"input_text","text":"Look at this:"}]})"));
  CHECK(json_at(answer, "/output/1/content/1/image_url") == R"("https://x.test/a.png")");
  CHECK(json_at(answer, "/output/2/type") == R"("compaction")");
  CHECK_THAT(json_at(answer, "/output/2/encrypted_content"), !Catch::Contains("measured"));
  CHECK(json_at(answer, "/output/3") == "nothing");
}

TEST_CASE_METHOD(Fixture, "half a summary is none", "[openai][compact]") {
  const auto end = GENERATE(StopReason::kLength, StopReason::kRefusal, StopReason::kPause);

  CHECK(compacted(R"({"input":"Hi"})", {start("", "m"), text(0, "Half"), stop(end)}) == "failed");
  CHECK(compacted(R"({"input":"Hi"})", {start("", "m"), stop(StopReason::kEnd)}) == "failed");
}

TEST_CASE_METHOD(Fixture, "a summary that comes back is text for every upstream",
                 "[openai][compact]") {
  const auto item = R"({"type":"compaction","id":"cmp_1","encrypted_content":")" +
                    openai::wrap_summary("They \"measured\" it.") + R"("})";
  const auto request =
      read(R"({"model":"m","input":[{"role":"user","content":"Look"},)" + item + "]}");

  CHECK(request.losses.empty());
  CHECK(json_at(request.canonical, "/messages/1/role") == R"("user")");
  CHECK_THAT(json_at(request.canonical, "/messages/1/parts/0/text"),
             Catch::EndsWith(R"(\n\nThey \"measured\" it.")"));
  const auto written =
      requests.write(request.canonical, Wanted{.model = "gpt-5", .operation = "responses"});
  CHECK(json_at(written.body, "/input/1/type") == R"("message")");
  CHECK_THAT(compact(R"("input":[)" + item + "]").canonical, Catch::Contains("measured"));
}

TEST_CASE_METHOD(Fixture, "OpenAI's own compaction stays as it is", "[openai][compact]") {
  const auto request = read(R"({"model":"m","input":[{"role":"user","content":"Hi"},)"
                            R"({"type":"compaction","id":"cmp_1","encrypted_content":"gAAA"}]})");

  CHECK(json_at(request.canonical, "/messages/1/parts/0/raw/encrypted_content") == R"("gAAA")");
}

TEST_CASE_METHOD(Fixture, "compaction inside of a response is refused where it would be ignored",
                 "[openai][compact]") {
  const auto body = R"({"model":"m","input":[{"role":"user","content":"Hi"},)"
                    R"({"type":"compaction_trigger"}]})";

  CHECK_THAT(read(body).failure, Catch::Contains("input[1]: compaction within a response"));
  stored.let_upstream_know();
  CHECK(json_at(read(body).canonical, "/messages/1/parts/0/raw/type") == R"("compaction_trigger")");
}

}  // namespace
}  // namespace abv::tests
