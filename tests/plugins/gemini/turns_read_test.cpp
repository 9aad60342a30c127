#include <set>

#include "abv/sdk/json.hpp"
#include "abv/sdk/signature.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

const std::string kSeal = sdk::wrap_signature({"claude", "c", false, "s"});
const std::string kMark = sdk::wrap_signature({"openai", "o", false, ""});

std::string user(const std::string& parts) {
  return R"({"role":"user","parts":[)" + parts + "]}";
}
std::string model(const std::string& parts) {
  return R"({"role":"model","parts":[)" + parts + "]}";
}
std::string text(const std::string& words) {
  return R"({"text":")" + words + "\"}";
}
std::string thought(const std::string& words) {
  return R"({"text":")" + words + R"(","thought":true})";
}
std::string thought(const std::string& words, const std::string& signature) {
  return R"({"text":")" + words + R"(","thought":true,"thoughtSignature":")" + signature + "\"}";
}
std::string call(const std::string& name, const std::string& args = "{}") {
  return R"({"functionCall":{"name":")" + name + R"(","args":)" + args + "}}";
}
std::string signed_call(const std::string& signature) {
  return R"({"functionCall":{"id":"c","name":"f","args":{}},"thoughtSignature":")" + signature +
         "\"}";
}

struct Fixture {
  RequestProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};

  sdk::json::Value messages(const std::string& contents) const {
    const auto result = dialect.read(R"({"contents":[)" + contents + "]}");
    INFO(result.failure);
    REQUIRE(result.status == ABV_OK);
    return sdk::json::parse(result.canonical).value()["messages"];
  }
  // The parts of the only message.
  std::string parts(const std::string& contents) const {
    const auto all = messages(contents);
    CHECK(all.size() == 1);
    return std::string(all[0]["parts"].raw());
  }
  std::string round_trip(const std::string& contents) const {
    const auto written = dialect.round_trip(R"({"contents":[)" + contents + "]}");
    CHECK(written.losses.empty());
    return sorted_json(sdk::json::parse(written.body).value()["contents"].raw());
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "gemini contents that a stream cut are one message", "[gemini]") {
  const auto cut = messages(user(text("hi")) + "," + model(text("Let ")) + "," +
                            model(text("me\\n")) + "," + model(call("f")) + "," + model(call("g")) +
                            "," + model(text("")) + "," + user(text("go")));
  const auto whole = messages(user(text("hi")) + "," +
                              model(text("Let me\\n") + "," + call("f") + "," + call("g")) + "," +
                              user(text("go")));

  CHECK(cut.size() == 3);
  CHECK(cut[1]["parts"].size() == 3);
  CHECK(cut[1]["parts"][0].raw() == R"({"type":"text","text":"Let me\n"})");
  CHECK(cut.raw() == whole.raw());
}

TEST_CASE_METHOD(Fixture, "a gemini user's texts stay apart", "[gemini]") {
  CHECK(
      messages(user(text("a") + "," + text("") + "," + text("b")) + "," + user(text("c"))).raw() ==
      R"([{"role":"user","parts":[{"type":"text","text":"a"},{"type":"text","text":""},)"
      R"({"type":"text","text":"b"}]},{"role":"user","parts":[{"type":"text","text":"c"}]}])");
}

TEST_CASE_METHOD(Fixture, "a gemini turn with members of its own stays apart", "[gemini]") {
  CHECK(
      messages(R"({"role":"model","parts":[{"text":"a"}],"novel":1},)" + model(text("b"))).size() ==
      2);
}

TEST_CASE_METHOD(Fixture, "a gemini turn of nothing but empty text is not lost", "[gemini]") {
  CHECK(parts(model(text("")) + "," + model(text(""))) == R"([{"type":"text","text":""}])");
}

TEST_CASE_METHOD(Fixture, "pieces of a gemini thought are one, with the signature that comes last",
                 "[gemini]") {
  CHECK(parts(model(thought("Hm ")) + "," + model(thought("so")) + "," +
              model(thought("", "c2ln")) + "," + model(text("a"))) ==
        R"([{"type":"reasoning","text":"Hm so","signature":"c2ln","origin":"gemini"},)"
        R"({"type":"text","text":"a"}])");
  CHECK(parts(model(thought("Hm ")) + "," + model(thought("so", kSeal))) ==
        R"([{"type":"reasoning","text":"Hm so","signature":"s","origin":"claude",)"
        R"("origin_model":"c"}])");
  CHECK(parts(model(thought("a", kSeal)) + "," + model(thought("b"))) ==
        R"([{"type":"reasoning","text":"a","signature":"s","origin":"claude",)"
        R"("origin_model":"c"},{"type":"reasoning","text":"b","origin":"gemini"}])");
}

TEST_CASE_METHOD(Fixture, "a thought without text can be signed by gemini", "[gemini]") {
  CHECK(parts(model(R"({"thought":true,"thoughtSignature":"c2ln"},)" + thought("a"))) ==
        R"([{"type":"reasoning","signature":"c2ln","origin":"gemini"},)"
        R"({"type":"reasoning","text":"a","origin":"gemini"}])");
}

TEST_CASE_METHOD(Fixture, "what gemini signed goes back to it as it was", "[gemini]") {
  const std::string signed_text = R"({"text":"b","thoughtSignature":"c2ln"})";
  const std::string late = R"({"text":"","thoughtSignature":"bGF0ZQ=="})";
  const auto turn = user(text("hi")) + "," +
                    model(thought("x", "czE=") + "," + thought("y", "czI=") + "," + text("a") +
                          "," + signed_text + "," + text("c") + "," + late);

  CHECK(round_trip(turn) == sorted_json("[" + turn + "]"));
}

TEST_CASE_METHOD(Fixture, "a foreign signature comes back on a gemini call", "[gemini]") {
  const std::string called = R"({"type":"tool_call","name":"f",)";
  const std::string proof = R"("signature":"s","origin":"claude","origin_model":"c")";

  CHECK(sorted_json(parts(model(signed_call(kSeal)))) ==
        sorted_json("[" + called + proof + R"(,"id":"c","arguments":{}}])"));
  CHECK(sorted_json(parts(model(thought("hm")) + "," + model(thought("", kSeal)) + "," +
                          model(signed_call(kSeal)))) ==
        sorted_json(R"([{"type":"reasoning","text":"hm",)" + proof + "}," + called +
                    R"("id":"c","arguments":{}}])"));
}

TEST_CASE_METHOD(Fixture, "reasoning that its maker does not sign keeps its origin through gemini",
                 "[gemini]") {
  const std::string expected =
      R"([{"type":"reasoning","text":"hm","origin":"openai","origin_model":"o"},)"
      R"({"type":"tool_call","name":"f","id":"c","arguments":{}}])";

  CHECK(sorted_json(parts(model(thought("hm", kMark) + "," + signed_call(kMark)))) ==
        sorted_json(expected));
  CHECK(sorted_json(parts(model(thought("h")) + "," + model(thought("m")) + "," +
                          model(thought("", kMark)) + "," + model(signed_call(kMark)))) ==
        sorted_json(expected));
}

TEST_CASE_METHOD(Fixture, "a gemini call's id stays the same when the history grows or is cut",
                 "[gemini]") {
  const std::string args = R"({"a":1})";
  const auto first = messages(user(text("hi")) + "," + model(call("f", args)));
  const auto later =
      messages(user(text("hi")) + "," + model(text("x")) + "," + model(call("f", args)) + "," +
               user(R"({"functionResponse":{"name":"f","response":{}}})") + "," +
               model(call("f", args) + "," + call("f") + "," + call("g", args)));
  const auto id = first[1]["parts"][0]["id"].as_string();
  const auto others = later[3]["parts"];

  CHECK(id.size() == 17);
  CHECK(later[1]["parts"][1]["id"].as_string() == id);
  CHECK(later[2]["parts"][0]["id"].as_string() == id);
  CHECK(std::set<std::string>{id, others[0]["id"].as_string(), others[1]["id"].as_string(),
                              others[2]["id"].as_string()}
            .size() == 4);
}

TEST_CASE_METHOD(Fixture, "gemini calls without ids go back to it without", "[gemini]") {
  const auto turns = user(text("hi")) + "," + model(signed_call("c2ln") + "," + call("f")) + "," +
                     user(R"({"functionResponse":{"id":"c","name":"f","response":{}}},)"
                          R"({"functionResponse":{"name":"f","response":{}}})");

  CHECK(round_trip(turns) == sorted_json("[" + turns + "]"));
}

}  // namespace abv::tests
