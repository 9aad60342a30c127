#include "abv/sdk/json.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

// What thinkingConfig a model gets for `reasoning`, and what is lost: "{…} | approximated /…".
std::string thinking(const std::string& model, const std::string& reasoning) {
  const RequestProbe dialect(sdk::Dialect<gemini::GeminiDialect>::kComponent);
  const auto written = dialect.write(
      R"({"abv":"chat/1","messages":[{"role":"user","parts":[{"type":"text","text":"a"}]}],)"
      R"("reasoning":)" +
          reasoning + "}",
      {.model = model});
  std::string line(
      sdk::json::parse(written.body).value()["generationConfig"]["thinkingConfig"].raw());
  for (const auto& loss : written.losses)
    line += " | " + loss;
  return line;
}

}  // namespace

TEST_CASE("gemini 2.5 gets a budget, within the model's range", "[gemini]") {
  CHECK(thinking("gemini-2.5-flash", R"({"effort":"low","show":"none"})") ==
        R"({"includeThoughts":false,"thinkingBudget":1024})");
  CHECK(thinking("gemini-2.5-flash", R"({"enabled":true,"budget_tokens":8192})") ==
        R"({"includeThoughts":true,"thinkingBudget":8192})");
  CHECK(
      thinking("gemini-2.5-flash", R"({"enabled":true,"budget_tokens":30000})") ==
      R"({"includeThoughts":true,"thinkingBudget":24576} | approximated /reasoning/budget_tokens: )"
      "the model takes 1 to 24576 tokens");
  CHECK(thinking("gemini-2.5-pro", R"({"effort":"xhigh"})") ==
        R"({"includeThoughts":true,"thinkingBudget":32768})");
  CHECK(thinking("gemini-2.5-flash-lite", R"({"enabled":true,"budget_tokens":100})") ==
        R"({"includeThoughts":true,"thinkingBudget":512} | approximated /reasoning/budget_tokens: )"
        "the model takes 512 to 24576 tokens");
}

TEST_CASE("gemini 2.5 pro cannot stop thinking, flash can", "[gemini]") {
  CHECK(thinking("gemini-2.5-flash", R"({"enabled":false})") == R"({"thinkingBudget":0})");
  CHECK(thinking("gemini-2.5-pro", R"({"enabled":false})") ==
        R"({"thinkingBudget":128} | approximated /reasoning/enabled: the model always thinks)");
  CHECK(thinking("gemini-2.5-pro", R"({"effort":"none"})") ==
        R"({"thinkingBudget":128} | approximated /reasoning/effort: the model always thinks)");
}

TEST_CASE("gemini 2.5 decides by itself when the client leaves it open", "[gemini]") {
  CHECK(thinking("gemini-2.5-pro", R"({"enabled":true,"adaptive":true,"show":"summary"})") ==
        R"({"includeThoughts":true,"thinkingBudget":-1})");
  CHECK(thinking("gemini-2.5-pro", "{}").empty());
}

TEST_CASE("gemini 3 gets the nearest level that the model has", "[gemini]") {
  CHECK(thinking("gemini-3-pro-preview", R"({"effort":"low"})") ==
        R"({"includeThoughts":true,"thinkingLevel":"LOW"})");
  CHECK(thinking("gemini-3-pro-preview", R"({"effort":"medium"})") ==
        R"({"includeThoughts":true,"thinkingLevel":"HIGH"} | approximated /reasoning/effort: )"
        "the model's nearest level is HIGH");
  CHECK(thinking("gemini-3.1-pro-preview", R"({"effort":"medium"})") ==
        R"({"includeThoughts":true,"thinkingLevel":"MEDIUM"})");
  CHECK(thinking("gemini-3-flash-preview", R"({"effort":"minimal"})") ==
        R"({"includeThoughts":true,"thinkingLevel":"MINIMAL"})");
  CHECK(thinking("gemini-3.8-flash", R"({"effort":"minimal"})") ==
        R"({"includeThoughts":true,"thinkingLevel":"LOW"} | approximated /reasoning/effort: )"
        "the model's nearest level is LOW");
  CHECK(thinking("gemini-3.5-flash-lite", R"({"enabled":false,"show":"none"})") ==
        R"({"includeThoughts":false,"thinkingLevel":"MINIMAL"} | approximated /reasoning/enabled: )"
        "the model's nearest level is MINIMAL");
  CHECK(thinking("gemini-4-pro", R"({"effort":"max"})") ==
        R"({"includeThoughts":true,"thinkingLevel":"HIGH"} | approximated /reasoning/effort: )"
        "the model's nearest level is HIGH");
}

TEST_CASE("a budget becomes a level of gemini 3, told when it is not the same", "[gemini]") {
  CHECK(thinking("gemini-3-flash", R"({"enabled":true,"budget_tokens":8192})") ==
        R"({"includeThoughts":true,"thinkingLevel":"MEDIUM"})");
  CHECK(
      thinking("gemini-3-flash", R"({"enabled":true,"budget_tokens":5000})") ==
      R"({"includeThoughts":true,"thinkingLevel":"LOW"} | approximated /reasoning/budget_tokens: )"
      "the model's nearest level is LOW");
  CHECK(thinking("gemini-flash-latest", R"({"enabled":true,"adaptive":true})") ==
        R"({"includeThoughts":true})");
}

TEST_CASE("a gemini name that tells nothing gets what the client said", "[gemini]") {
  CHECK(thinking("fast", R"({"effort":"high"})") ==
        R"({"includeThoughts":true,"thinkingLevel":"HIGH"})");
  CHECK(thinking("fast", R"({"enabled":true,"budget_tokens":5000})") ==
        R"({"includeThoughts":true,"thinkingBudget":5000})");
  CHECK(thinking("fast", R"({"enabled":false})") == R"({"thinkingBudget":0})");
  CHECK(thinking("gemini-exp-1206", R"({"enabled":true,"adaptive":true,"show":"none"})") ==
        R"({"includeThoughts":false,"thinkingBudget":-1})");
}

TEST_CASE("gemini models that take no thinkingConfig get none", "[gemini]") {
  CHECK(thinking("gemini-2.0-flash", R"({"enabled":true,"budget_tokens":100})") ==
        " | dropped /reasoning: the model cannot be told how to think");
  CHECK(thinking("gemini-2.0-flash", R"({"show":"summary"})") ==
        " | dropped /reasoning: the model cannot be told how to think");
  CHECK(thinking("gemini-2.5-flash-image", R"({"effort":"low"})") ==
        " | dropped /reasoning: the model cannot be told how to think");
  CHECK(thinking("gemini-2.0-flash", R"({"enabled":false})").empty());
}

TEST_CASE("gemini image models of 3 may be asked to show their thoughts only", "[gemini]") {
  CHECK(thinking("gemini-3-pro-image-preview", R"({"effort":"low"})") ==
        R"({"includeThoughts":true} | dropped /reasoning: the model cannot be told how to think)");
}

TEST_CASE("an effort that gemini's table lacks is reported", "[gemini]") {
  CHECK(thinking("gemini-3-flash", R"({"effort":"odd","show":"none"})") ==
        R"({"includeThoughts":false} | dropped /reasoning/effort: the word is not known)");
}

TEST_CASE("of a level and a budget gemini gets the one that its model takes", "[gemini]") {
  const std::string both = R"({"effort":"high","budget_tokens":1024})";

  CHECK(thinking("gemini-3-flash", both) ==
        R"({"includeThoughts":true,"thinkingLevel":"HIGH"} | dropped /reasoning/budget_tokens: )"
        "the level says it");
  CHECK(thinking("fast", both) ==
        R"({"includeThoughts":true,"thinkingLevel":"HIGH"} | dropped /reasoning/budget_tokens: )"
        "the level says it");
  CHECK(thinking("gemini-2.5-flash", both) ==
        R"({"includeThoughts":true,"thinkingBudget":1024} | dropped /reasoning/effort: )"
        "the budget says it");
}

}  // namespace abv::tests
