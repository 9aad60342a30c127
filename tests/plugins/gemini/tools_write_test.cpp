#include "abv/sdk/json.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

struct Fixture {
  RequestProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Lines losses;

  sdk::json::Value write(const std::string& members, const std::string& model = "gemini-3-pro") {
    const auto written = dialect.write(
        R"({"abv":"chat/1","messages":[{"role":"user","parts":[{"type":"text","text":"a"}]}],)" +
            members + "}",
        {.model = model});
    losses = written.losses;
    return sdk::json::parse(written.body).value();
  }
};

const std::string kFunction = R"({"type":"function","name":"f"})";
const std::string kSearch = R"({"type":"web_search"})";

}  // namespace

TEST_CASE_METHOD(Fixture, "functions become gemini declarations with a schema it knows",
                 "[gemini]") {
  const auto body = write(
      R"("tools":[{"type":"function","name":"f","description":"d \"q\"","strict":true,)"
      R"("cache":{},"parameters":{"$schema":"x","type":"object","properties":{)"
      R"("type":{"type":"string","pattern":"^a$"},"n":{"const":"b"}},"required":["type","gone"]}},)"
      R"({"type":"function","name":"g"}])");

  CHECK(body["tools"].raw() ==
        R"([{"functionDeclarations":[{"name":"f","description":"d \"q\"",)"
        R"("parametersJsonSchema":{"type":"object","properties":{)"
        R"x("type":{"type":"string","description":"(pattern: ^a$)"},)x"
        R"("n":{"type":"string","enum":["b"]}},"required":["type"]}},{"name":"g"}]}])");
  CHECK(losses ==
        Lines{"dropped /tools/0/cache: the upstream caches by itself",
              "dropped /tools/0/strict: the upstream has no such promise",
              "approximated /tools/0/parameters/properties/type/pattern: stands in words in the "
              "description"});
}

TEST_CASE_METHOD(Fixture, "a tool for free text is a gemini function with one input", "[gemini]") {
  const auto body =
      write(R"("tools":[{"type":"custom","name":"p","description":"Patches.","format":)"
            R"({"type":"grammar","syntax":"lark","definition":"start: \"x\""}}])");

  CHECK(body["tools"][0]["functionDeclarations"].raw() ==
        R"([{"name":"p","description":"Patches.\n\nThe input follows this lark grammar:\n)"
        R"(start: \"x\"","parametersJsonSchema":{"type":"object","properties":{"input":)"
        R"({"type":"string"}},"required":["input"]}}])");
  CHECK(losses == Lines{"approximated /tools/0: a tool that takes free text became a function"});
}

TEST_CASE_METHOD(Fixture, "gemini gets one function of each name", "[gemini]") {
  const auto body = write(R"("tools":[)" + kFunction + "," + kFunction + "]");

  CHECK(body["tools"].raw() == R"([{"functionDeclarations":[{"name":"f"}]}])");
  CHECK(losses == Lines{"dropped /tools/1: a function before it has the same name"});
}

TEST_CASE_METHOD(Fixture, "search beside functions needs gemini 3", "[gemini]") {
  const std::string tools = R"("tools":[)" + kSearch + "," + kFunction + "]";

  const auto three = write(tools);
  CHECK(three["tools"].raw() == R"([{"googleSearch":{}},{"functionDeclarations":[{"name":"f"}]}])");
  CHECK(three["toolConfig"].raw() == R"({"includeServerSideToolInvocations":true})");
  CHECK(losses.empty());

  const auto before = write(tools, "gemini-2.5-pro");
  CHECK(before["tools"].raw() == R"([{"functionDeclarations":[{"name":"f"}]}])");
  CHECK(!before["toolConfig"]);
  CHECK(losses == Lines{"dropped /tools/0: the model takes no web search beside functions"});

  CHECK(write(R"("tools":[)" + kSearch + "]", "gemini-2.5-pro")["tools"].raw() ==
        R"([{"googleSearch":{}}])");
}

TEST_CASE_METHOD(Fixture, "what gemini's search cannot be told is reported", "[gemini]") {
  write(R"("tools":[{"type":"web_search","settings":{"max_uses":3,"blocked_domains":["a"]}},)"
        R"({"type":"opaque","dialect":"claude-messages","raw":{}}])");

  CHECK(losses ==
        Lines{"dropped /tools/0/settings/max_uses: the upstream's search has no such word",
              "dropped /tools/0/settings/blocked_domains: the upstream's search has no such word",
              "dropped /tools/1: only claude-messages knows it"});
}

TEST_CASE_METHOD(Fixture, "tool choices become gemini's modes", "[gemini]") {
  const auto [choice, config] = GENERATE(table<std::string, std::string>({
      {R"({"mode":"auto"})", R"({"mode":"AUTO"})"},
      {R"({"mode":"none"})", R"({"mode":"NONE"})"},
      {R"({"mode":"required"})", R"({"mode":"ANY"})"},
      {R"({"mode":"required","names":["f"]})", R"({"mode":"ANY","allowedFunctionNames":["f"]})"},
      {R"({"mode":"auto","names":["f"]})", R"({"mode":"VALIDATED","allowedFunctionNames":["f"]})"},
  }));

  CHECK(write(R"("tools":[)" + kFunction + R"(],"tool_choice":)" +
              choice)["toolConfig"]["functionCallingConfig"]
            .raw() == config);
}

TEST_CASE_METHOD(Fixture, "without functions gemini gets no mode", "[gemini]") {
  CHECK(!write(R"("tool_choice":{"mode":"required"})")["toolConfig"]);
  CHECK(losses == Lines{"dropped /tool_choice/mode: there is no function to call"});
  CHECK(!write(R"("tool_choice":{"mode":"auto"})")["toolConfig"]);
  CHECK(losses.empty());
}

TEST_CASE_METHOD(Fixture, "structured output becomes gemini's JSON mode", "[gemini]") {
  CHECK(write(R"("output":{"format":"json"})")["generationConfig"].raw() ==
        R"({"responseMimeType":"application/json"})");
  CHECK(write(R"("output":{"format":"json_schema","name":"n","strict":true,"schema":)"
              R"({"type":"object","properties":{"a":{"type":["string","null"]}},)"
              R"("required":["a"],"additionalProperties":false}})")["generationConfig"]
            .raw() == R"({"responseMimeType":"application/json","responseJsonSchema":)"
                      R"({"type":"object","properties":{"a":{"type":["string","null"]}},)"
                      R"("required":["a"],"additionalProperties":false}})");
  CHECK(losses == Lines{"dropped /output/name: the upstream's schemas have none"});
}

TEST_CASE_METHOD(Fixture, "before 3 gemini has no JSON mode beside tools", "[gemini]") {
  const auto body =
      write(R"("output":{"format":"json"},"tools":[)" + kFunction + "]", "gemini-2.5-flash");

  CHECK(!body["generationConfig"]);
  CHECK(losses == Lines{"dropped /output/format: the model takes no JSON mode beside tools"});
}

}  // namespace abv::tests
