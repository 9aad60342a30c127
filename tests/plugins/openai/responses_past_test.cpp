#include "abv/sdk/signature.hpp"
#include "tests/plugins/openai/stored_fixture.hpp"
#include "tests/support/catch.hpp"

#include "stored_responses.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;

struct Fixture : StoredFixture {
  // Asked for the weather, the model thinks and calls a tool.
  void answer_with_call() {
    answer("a1", R"({"model":"m","instructions":"Be brief.","input":"Weather?"})",
           {start("", "m"), reasoning(0, "Look it up"), redacted(0, wrapped_proof()),
            tool_start(1, "call_1", "get"), arguments(1, R"({"city":"Rome"})"), tool_end(1),
            stop(StopReason::kTool)});
  }

  static std::string wrapped_proof() {
    return sdk::wrap_signature({"claude", "claude-x", false, "sig-1"});
  }
  static std::string go_on(const std::string& rest) {
    return R"({"model":"m","previous_response_id":")" + response_id("a1") + "\"," + rest + "}";
  }
};

const char* const kUserAsks =
    R"({"role":"user","parts":[{"type":"text","text":"Weather?","dialect":"openai-responses"}]})";

TEST_CASE_METHOD(Fixture, "a request goes on from a kept response", "[openai][stored]") {
  answer_with_call();

  const auto request = read(go_on(
      R"("instructions":"Be long.","input":[{"type":"function_call_output","call_id":"call_1",)"
      R"("output":"sunny"}])"));

  CHECK(request.failure.empty());
  CHECK(request.losses.empty());
  CHECK(json_at(request.canonical, "/messages/0/parts/0/text") == R"("Be long.")");
  CHECK(json_at(request.canonical, "/messages/1") == sorted_json(kUserAsks));
  CHECK(json_at(request.canonical, "/messages/2/parts/0/text") == R"("Look it up")");
  CHECK(json_at(request.canonical, "/messages/2/parts/0/origin") == R"("claude")");
  CHECK(json_at(request.canonical, "/messages/2/parts/0/signature") == R"("sig-1")");
  CHECK(json_at(request.canonical, "/messages/2/parts/1/id") == R"("call_1")");
  CHECK(json_at(request.canonical, "/messages/2/parts/1/arguments") == R"({"city":"Rome"})");
  CHECK(json_at(request.canonical, "/messages/3/parts/0/id") == R"("call_1")");
  CHECK(json_at(request.canonical, "/messages/4") == "nothing");
  CHECK(json_at(request.canonical, "/extras") == "nothing");
}

TEST_CASE_METHOD(Fixture, "a chain of responses is told from its beginning", "[openai][stored]") {
  answer_with_call();
  answer("a2",
         go_on(R"("input":[{"type":"function_call_output","call_id":"call_1","output":"sunny"}])"),
         {start("", "m"), text(0, "It is sunny."), stop(StopReason::kEnd)});

  const auto request = read(R"({"model":"m","previous_response_id":")" + response_id("a2") +
                            R"(","input":"And tomorrow?"})");

  CHECK(json_at(request.canonical, "/messages/0/parts/0/text") == R"("Weather?")");
  CHECK(json_at(request.canonical, "/messages/1/parts/1/name") == R"("get")");
  CHECK(json_at(request.canonical, "/messages/2/parts/0/content/0/text") == R"("sunny")");
  CHECK(json_at(request.canonical, "/messages/3/parts/0/text") == R"("It is sunny.")");
  CHECK(json_at(request.canonical, "/messages/4/parts/0/text") == R"("And tomorrow?")");
  CHECK(json_at(request.canonical, "/messages/5") == "nothing");
}

TEST_CASE_METHOD(Fixture, "a response that is not kept is refused as the API refuses it",
                 "[openai][stored]") {
  answer_with_call();
  const auto id = GENERATE(as<std::string>{}, "resp_abc", "resp_YWJ2MQ00", "nonsense");

  const auto request = read(R"({"model":"m","input":"Hi","previous_response_id":")" + id + R"("})");

  CHECK(request.failure ==
        "400 previous_response_not_found: Previous response with id '" + id + "' not found.");
  CHECK(request.param == "previous_response_id");
}

TEST_CASE_METHOD(Fixture, "a chain with a link that is gone is refused by the name of the link",
                 "[openai][stored]") {
  stored.put(stored_id("a2"), R"({"previous_response_id":")" + response_id("a1") + R"("})",
             R"({"output":[]})");

  const auto request =
      read(R"({"model":"m","input":"Hi","previous_response_id":")" + response_id("a2") + R"("})");

  CHECK(request.failure == "400 previous_response_not_found: Previous response with id '" +
                               response_id("a1") + "' not found.");
}

TEST_CASE_METHOD(Fixture, "an id that the upstream may know goes on to it", "[openai][stored]") {
  stored.let_upstream_know();
  stored.put(stored_id("a1"), R"({"previous_response_id":"resp_theirs","input":"One"})",
             R"({"output":[{"type":"message","role":"assistant","id":"msg_1",)"
             R"("content":[{"type":"output_text","text":"Two"}]}]})");

  const auto request = read(go_on(R"("input":"Three")"));
  const auto written =
      requests.write(request.canonical, Wanted{.model = "gpt-5", .operation = "responses"});

  CHECK(request.failure.empty());
  CHECK(json_at(written.body, "/previous_response_id") == R"("resp_theirs")");
  CHECK(json_at(written.body, "/input/0/content/0/text") == R"("One")");
  CHECK(json_at(written.body, "/input/2/content/0/text") == R"("Three")");
}

TEST_CASE_METHOD(Fixture, "without a host that keeps answers the field stays the dialect's own",
                 "[openai][stored]") {
  const auto request = requests.read(
      ClientFacts{.body = R"({"model":"m","input":"Hi","previous_response_id":"resp_1"})",
                  .operation = "responses"});

  CHECK(json_at(request.canonical, "/extras") ==
        sorted_json(R"([{"dialect":"openai-responses","key":"previous_response_id",)"
                    R"("value":"resp_1"}])"));
}

TEST_CASE_METHOD(Fixture, "a conversation that is longer than may be read is refused",
                 "[openai][stored]") {
  answer_with_call();
  stored.limit_reads(1);

  const auto request = read(go_on(R"("input":"Hi")"));

  CHECK_THAT(request.failure, Catch::Contains("400 context_length_exceeded"));
  CHECK_THAT(request.failure, Catch::Contains("limits.body"));
}

TEST_CASE_METHOD(Fixture, "conversations of the upstream's are refused where it is another's",
                 "[openai][stored]") {
  CHECK_THAT(read(R"({"model":"m","input":"Hi","conversation":"conv_1"})").failure,
             Catch::Contains("conversation: conversations are kept by OpenAI alone"));
  CHECK_THAT(read(go_on(R"("input":"Hi","conversation":{"id":"conv_1"})")).failure,
             Catch::Contains("mutually_exclusive_parameters"));

  stored.let_upstream_know();
  const auto request = read(R"({"model":"m","input":"Hi","conversation":"conv_1"})");

  CHECK(json_at(request.canonical, "/extras/0/key") == R"("conversation")");
}

TEST_CASE_METHOD(Fixture, "what is kept of a request is its input and what it goes on from",
                 "[openai][stored]") {
  (void)read(R"({"model":"m","input":[{"role":"user","content":"Hi"}],"tools":[],)"
             R"("previous_response_id":null,"instructions":"x"})");
  CHECK(stored.kept_request() == R"({"input":[{"role":"user","content":"Hi"}]})");

  answer_with_call();
  (void)read(go_on(R"("input":"Hi")"));
  CHECK(stored.kept_request() ==
        R"({"previous_response_id":")" + response_id("a1") + R"(","input":"Hi"})");
}

TEST_CASE_METHOD(Fixture, "a response is not kept when its client forbids it, or only counts",
                 "[openai][stored]") {
  (void)read(R"({"model":"m","input":"Hi","store":false})");
  (void)read(R"({"model":"m","input":"Hi"})", "count_tokens");

  CHECK(stored.kept_request() == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "what the host keeps the upstream need not, and gives out its reasoning",
                 "[openai][stored]") {
  const auto include = GENERATE(as<std::string>{}, "", R"("include":[],)",
                                R"("include":["file_search_call.results"],)",
                                R"("include":["reasoning.encrypted_content"],)");
  const auto request =
      read("{" + include + R"("model":"m","input":"Hi","store":true,"metadata":{"k":"v"}})");
  const auto written =
      requests.write(request.canonical, Wanted{.model = "gpt-5", .operation = "responses"});

  CHECK(json_at(request.canonical, "/store") == "nothing");
  CHECK(json_at(request.canonical, "/metadata") == "nothing");
  CHECK(json_at(written.body, "/store") == "false");
  CHECK_THAT(json_at(written.body, "/include"), Catch::Contains("reasoning.encrypted_content"));
  CHECK_THAT(requests.write(request.canonical, Wanted{.operation = "chat"}).body,
             !Catch::Contains("store"));
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "a host that keeps nothing leaves the storing to the upstream",
                 "[openai][stored]") {
  stored.keep_nothing();

  const auto request = read(R"({"model":"m","input":"Hi","store":true})");

  CHECK(json_at(request.canonical, "/store") == "true");
  CHECK(json_at(request.canonical, "/messages/0/parts/0/raw") == "nothing");
}

TEST_CASE_METHOD(Fixture, "a reference to an item is the item", "[openai][stored]") {
  answer_with_call();
  const auto type = GENERATE(as<std::string>{}, R"("type":"item_reference",)", "");
  const auto reference = [&](const std::string& id) {
    return "{" + type + R"("id":")" + id + "\"}";
  };

  const auto request =
      read(R"({"model":"m","input":[{"role":"user","content":"Weather?"},)" +
           reference(item_id("rs", "a1", 0)) + "," + reference(item_id("fc", "a1", 1)) +
           R"(,{"type":"function_call_output","call_id":"call_1","output":"sunny"}]})");

  CHECK(request.failure.empty());
  CHECK(json_at(request.canonical, "/messages/1/parts/0/signature") == R"("sig-1")");
  CHECK(json_at(request.canonical, "/messages/1/parts/1/id") == R"("call_1")");
}

TEST_CASE_METHOD(Fixture, "a reference that leads nowhere is refused, but for reasoning of others",
                 "[openai][stored]") {
  const auto ask = [&](const std::string& id) {
    return read(R"({"model":"m","input":[{"role":"user","content":"Hi"},)"
                R"({"type":"item_reference","id":")" +
                id + R"("}]})");
  };
  CHECK_THAT(ask("msg_theirs").failure, Catch::Contains("404 item_not_found: Item with id "
                                                        "'msg_theirs' not found."));
  CHECK_THAT(ask(item_id("rs", "a9", 0)).failure, Catch::Contains("404 item_not_found"));
  CHECK(json_at(ask("rs_theirs").canonical, "/messages/1/parts/0/type") == R"("opaque")");

  stored.let_upstream_know();
  CHECK(json_at(ask("msg_theirs").canonical, "/messages/1/parts/0/type") == R"("opaque")");
  CHECK_THAT(ask(item_id("rs", "a9", 0)).failure, Catch::Contains("404 item_not_found"));
}

TEST_CASE_METHOD(Fixture, "reasoning that comes back without its proof gets it by its id",
                 "[openai][stored]") {
  answer_with_call();

  const auto request = read(R"({"model":"m","input":[{"role":"user","content":"Weather?"},)"
                            R"({"type":"reasoning","summary":[],"id":")" +
                            item_id("rs", "a1", 0) + R"("},{"role":"user","content":"Go on"}]})");

  CHECK(json_at(request.canonical, "/messages/1/parts/0/origin") == R"("claude")");
  CHECK(json_at(request.canonical, "/messages/1/parts/0/signature") == R"("sig-1")");
}

TEST_CASE_METHOD(Fixture,
                 "a client that did not ask for proofs gets none of an answer that is kept",
                 "[openai][stored]") {
  const sdk::testkit::FakeCall call;
  const std::vector<Recorded> events{start("resp_theirs", "m"), reasoning(0, "Hm"),
                                     redacted(0, "proof"), text(1, "Hi"), stop(StopReason::kEnd)};
  Params params{.form = sdk::Form::kWhole,
                .operation = "responses",
                .model = "m",
                .id = stored_id("a1"),
                .request_body = "{}",
                .call = call.raw()};

  const auto plain = answers.encode(events, params).bytes;
  CHECK(json_at(plain, "/id") == '"' + response_id("a1") + '"');
  CHECK(json_at(plain, "/output/0/encrypted_content") == "nothing");
  CHECK(json_at(plain, "/output/0/id") == '"' + item_id("rs", "a1", 0) + '"');

  params.request_body = R"({"include":["reasoning.encrypted_content"]})";
  CHECK(json_at(answers.encode(events, params).bytes, "/output/0/encrypted_content") ==
        R"("proof")");

  params.request_body = "{}";
  params.call = nullptr;  // for the host to keep
  CHECK(json_at(answers.encode(events, params).bytes, "/output/0/encrypted_content") ==
        R"("proof")");

  params.id = "r1";  // not kept
  params.call = call.raw();
  CHECK(json_at(answers.encode(events, params).bytes, "/output/0/encrypted_content") ==
        R"("proof")");
}

TEST_CASE_METHOD(Fixture, "an answer that fails is kept as a failed response", "[openai][stored]") {
  const Params params{.form = sdk::Form::kWhole, .operation = "responses", .id = stored_id("a1")};

  const auto kept = answers.encode(
      {start("", "m"), text(0, "So far"), error(529, "overloaded_error", "Too much")}, params);

  CHECK(json_at(kept.bytes, "/status") == R"("failed")");
  CHECK(json_at(kept.bytes, "/error/message") == R"("Too much")");
  CHECK(json_at(kept.bytes, "/output/0/status") == R"("incomplete")");
  CHECK(json_at(kept.bytes, "/output/0/content/0/text") == R"("So far")");
}

TEST_CASE_METHOD(Fixture, "ids of items lead to their answer, and only those of this host",
                 "[openai][stored]") {
  CHECK(openai::stored_id_of_item(item_id("msg", "a1", 12)) == stored_id("a1"));
  CHECK(openai::stored_id_of_item("msg_abv_req_1_0").empty());
  CHECK(openai::stored_id_of_item("msg_68ab").empty());
  CHECK(openai::stored_id_of_item("").empty());
  CHECK(openai::stored_id_of_response(response_id("a1")) == stored_id("a1"));
  CHECK(openai::stored_id_of_response("resp_req_1").empty());
  CHECK(openai::stored_id_of_response(stored_id("a1")).empty());
}

}  // namespace
}  // namespace abv::tests
