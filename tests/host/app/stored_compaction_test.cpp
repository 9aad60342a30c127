// POST /v1/responses/compact at upstreams of every family.

#include "abv/sdk/signature.hpp"
#include "tests/host/app/stored_fixture.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

constexpr const char* kConversation =
    R"("input":[{"role":"user","content":"How long is it?"},)"
    R"({"type":"function_call","call_id":"c1","name":"measure","arguments":"{}"},)"
    R"({"type":"function_call_output","call_id":"c1","output":"12 cm"},)"
    R"({"role":"assistant","content":"It is 12 cm."}])";

Answer compact(const StoredHost& host, const std::string& model, const std::string& members) {
  return host.call("POST", "/v1/responses/compact",
                   R"({"model":")" + model + "\"," + members + "}");
}

}  // namespace

TEST_CASE("a conversation is compacted by models of all vendors", "[app][compact]") {
  const auto model = GENERATE(as<std::string>{}, "to-chat", "to-claude", "to-gemini");
  CAPTURE(model);
  StoredHost host;
  host.will_say({{"They measured 12 cm."}});

  const Answer answer = compact(host, model, kConversation);

  CHECK(answer.status == 200);
  CHECK(at(answer.body, "object") == "response.compaction");
  CHECK(at(answer.body, "output/0/role") == "user");
  CHECK(at(answer.body, "output/0/content/0/text") == "How long is it?");
  CHECK(at(answer.body, "output/1/type") == "compaction");
  CHECK(at(answer.body, "usage/input_tokens") == "3");
  CHECK_THAT(host.asked().body, ContainsSubstring("[result of measure]") &&
                                    ContainsSubstring("12 cm") && ContainsSubstring("summar"));
}

TEST_CASE("what was compacted goes on at every vendor's", "[app][compact]") {
  const auto model = GENERATE(as<std::string>{}, "to-chat", "to-claude", "to-gemini", "to-openai");
  CAPTURE(model);
  StoredHost host;
  host.will_say({{"They measured 12 cm."}, {"Yes."}});
  const std::string output = at(compact(host, "to-claude", kConversation).body, "output");

  const Answer answer =
      host.create(R"("model":")" + model + R"(","input":)" + output.substr(0, output.size() - 1) +
                  R"(,{"role":"user","content":"Is that long?"}])");

  CHECK(answer.status == 200);
  CHECK_THAT(host.asked().body, ContainsSubstring("They measured 12 cm.") &&
                                    ContainsSubstring("How long is it?") &&
                                    ContainsSubstring("Is that long?"));
  CHECK_THAT(host.asked().body, !ContainsSubstring(std::string(sdk::kWrappedBegin)));
  CHECK_THAT(host.asked().body, !ContainsSubstring("compaction"));
}

TEST_CASE("kept responses are compacted by the id of the last", "[app][compact]") {
  StoredHost host;
  host.will_say({{"It is 12 cm."}, {"They measured it."}});
  const Answer first = host.create(R"("model":"to-gemini","input":"How long is it?")");

  const Answer answer = compact(host, "to-gemini", after(first));

  CHECK(answer.status == 200);
  CHECK(at(answer.body, "output/0/content/0/text") == "How long is it?");
  CHECK_THAT(host.asked().body, ContainsSubstring("It is 12 cm."));
}

TEST_CASE("an upstream of this API compacts by itself what it can read", "[app][compact]") {
  StoredHost host;
  const std::string body = R"({"model":"to-openai",)" + std::string(kConversation) + "}";

  const Answer answer = host.call("POST", "/v1/responses/compact", body);

  CHECK(at(answer.body, "id") == "resp_theirs");
  CHECK(host.asked().target == "/v1/responses/compact");
  CHECK(at(host.asked().body, "input") == at(body, "input"));
}

TEST_CASE("an upstream of this API is asked for a summary of what it cannot read",
          "[app][compact]") {
  StoredHost host;
  host.will_say({{"They measured 12 cm."}, {"All of it."}});
  const std::string output = at(compact(host, "to-claude", kConversation).body, "output");

  const Answer answer = compact(host, "to-openai", R"("input":)" + output);

  CHECK(answer.status == 200);
  CHECK(at(answer.body, "object") == "response.compaction");
  CHECK_THAT(host.asked().body, ContainsSubstring("They measured 12 cm."));
}

TEST_CASE("a summary that was cut off is an error", "[app][compact]") {
  StoredHost host;
  host.will_say({{"They mea", "", true}});

  const Answer answer = compact(host, "to-claude", kConversation);

  CHECK(answer.status == 502);
  CHECK_THAT(at(answer.body, "error/message"), ContainsSubstring("ended before it was complete"));
}

}  // namespace abv::test
