#include "tests/plugins/claude/request_probe_claude.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using Losses = std::vector<std::string>;

struct Fixture : ClaudeRequests {
  // How a request with this `reasoning` asks a model to think.
  std::string asks(const std::string& reasoning, const std::string& model = kNewModel,
                   const std::string& others = {}) const {
    const auto written =
        write(kHi, R"(,"max_tokens":60000,"reasoning":)" + reasoning + others, model);
    const auto body = sdk::json::parse(written.body).value();
    return std::string(body["thinking"].raw()) + " " +
           std::string(body["output_config"]["effort"].raw());
  }
  Losses told(const std::string& reasoning, const std::string& model = kNewModel,
              const std::string& others = {}) const {
    return write(kHi, R"(,"max_tokens":60000,"reasoning":)" + reasoning + others, model).losses;
  }
};

constexpr const char* kForced =
    R"(,"tools":[{"type":"function","name":"f"}],"tool_choice":{"mode":"required"})";

// A round of tools whose call came with or without signed thinking.
std::string tool_round(const std::string& thinking) {
  return R"([{"role":"user","parts":[{"type":"text","text":"Hi"}]},{"role":"assistant","parts":[)" +
         thinking +
         R"({"type":"tool_call","id":"a","name":"f","arguments":{}}]},)"
         R"({"role":"user","parts":[{"type":"tool_result","id":"a","content":[]}]}])";
}
constexpr const char* kSigned = R"({"type":"reasoning","origin":"claude","signature":"s"},)";
constexpr const char* kBudget =
    R"(,"max_tokens":9000,"reasoning":{"enabled":true,"budget_tokens":2000})";

}  // namespace

TEST_CASE_METHOD(Fixture, "new claude models get an effort", "[claude][thinking]") {
  CHECK(asks(R"({"effort":"high"})") == R"({"type":"adaptive"} "high")");
  CHECK(asks(R"({"effort":"minimal"})") == R"({"type":"adaptive"} "low")");
  CHECK(asks(R"({"effort":"none"})") == R"({"type":"disabled"} )");
  CHECK(asks(R"({"enabled":false})") == R"({"type":"disabled"} )");
  CHECK(asks(R"({"enabled":true})") == R"({"type":"adaptive"} )");
  CHECK(asks(R"({"budget_tokens":8192})") == R"({"type":"adaptive"} "medium")");
  CHECK(asks(R"({"budget_tokens":100})") == R"({"type":"adaptive"} "low")");
  CHECK(asks(R"({"budget_tokens":0})") == R"({"type":"disabled"} )");
  CHECK(asks(R"({"budget_tokens":-1})") == R"({"type":"adaptive"} )");
  CHECK(asks(R"({})") == " ");
  CHECK(asks(R"({"effort":"xhigh"})", "claude-opus-4-6") == R"({"type":"adaptive"} "high")");
}

TEST_CASE_METHOD(Fixture, "old claude models get a budget", "[claude][thinking]") {
  CHECK(asks(R"({"effort":"high"})", kOldModel) == R"({"budget_tokens":24576,"type":"enabled"} )");
  CHECK(asks(R"({"effort":"minimal"})", kOldModel) ==
        R"({"budget_tokens":1024,"type":"enabled"} )");
  CHECK(asks(R"({"enabled":true,"budget_tokens":5000})", kOldModel) ==
        R"({"budget_tokens":5000,"type":"enabled"} )");
  CHECK(asks(R"({"enabled":true,"adaptive":true})", kOldModel) ==
        R"({"budget_tokens":24576,"type":"enabled"} )");
  CHECK(asks(R"({"enabled":false})", kOldModel) == R"({"type":"disabled"} )");
  CHECK(asks(R"({"show":"summary"})", kOldModel) == " ");
  CHECK(told(R"({"show":"summary"})", kOldModel) ==
        Losses{"dropped /reasoning/show: the model thinks when it is told to"});
  CHECK(told(R"({"show":"none"})", kOldModel) == Losses{});
}

TEST_CASE_METHOD(Fixture, "a budget is kept by the claude models that take both",
                 "[claude][thinking]") {
  const auto* reasoning = R"({"enabled":true,"budget_tokens":5000})";

  CHECK(asks(reasoning, "claude-opus-4-6") == R"({"budget_tokens":5000,"type":"enabled"} )");
  CHECK(asks(reasoning, "glm-4.6") == R"({"budget_tokens":5000,"type":"enabled"} )");
  CHECK(told(reasoning, "claude-opus-4-6") == Losses{});
}

TEST_CASE_METHOD(Fixture, "a change of how much claude thinks is told when it is one",
                 "[claude][thinking]") {
  CHECK(told(R"({"effort":"high"})") == Losses{});
  CHECK(told(R"({"effort":"high"})", kOldModel) == Losses{});
  CHECK(told(R"({"budget_tokens":24576})") == Losses{});
  CHECK(told(R"({"budget_tokens":9000})") ==
        Losses{"approximated /reasoning/budget_tokens: the model takes an effort, here medium"});
  CHECK(told(R"({"effort":"minimal"})") ==
        Losses{"approximated /reasoning/effort: the least effort is low"});
  CHECK(told(R"({"effort":"minimal"})", kOldModel) ==
        Losses{"approximated /reasoning: the least budget is 1024 tokens"});
  CHECK(told(R"({"enabled":true,"adaptive":true})", kOldModel) ==
        Losses{"approximated /reasoning: the model thinks on a budget, here of 24576 tokens"});
  CHECK(told(R"({"effort":"xhigh"})", "claude-sonnet-4-6") ==
        Losses{"approximated /reasoning/effort: the model does not know xhigh"});
  CHECK(told(R"({"effort":"high"})", "claude-3-5-sonnet-20241022", R"(,"max_tokens":100)") ==
        Losses{"dropped /reasoning: the model does not think"});
  CHECK(told(R"({"enabled":false})", "claude-mythos-5-2") ==
        Losses{"dropped /reasoning: the model always thinks"});
}

TEST_CASE_METHOD(Fixture, "what claude shows of its thinking is said in its words",
                 "[claude][thinking]") {
  CHECK(asks(R"({"effort":"low","show":"summary"})") ==
        R"({"display":"summarized","type":"adaptive"} "low")");
  CHECK(asks(R"({"effort":"low","show":"none"})") ==
        R"({"display":"omitted","type":"adaptive"} "low")");
  CHECK(asks(R"({"show":"summary"})") == R"({"display":"summarized","type":"adaptive"} )");
  CHECK(told(R"({"effort":"low","show":"full"})") ==
        Losses{"approximated /reasoning/show: Anthropic shows a summary"});
}

TEST_CASE_METHOD(Fixture, "thinking gives way to a tool that is forced", "[claude][thinking]") {
  const Losses expected{"dropped /reasoning: a forced tool excludes thinking"};

  CHECK(asks(R"({"effort":"high"})", kNewModel, kForced) == R"({"type":"disabled"} "high")");
  CHECK(asks(R"({"effort":"high"})", kOldModel, kForced) == " ");
  CHECK(told(R"({"effort":"high"})", kNewModel, kForced) == expected);
  CHECK(told(R"({"effort":"high"})", kOldModel, kForced) == expected);
}

TEST_CASE_METHOD(Fixture, "a round of tools without thinking stops it on a budget alone",
                 "[claude][thinking]") {
  const auto thinking = [&](const std::string& messages, const char* model) {
    const auto body = sdk::json::parse(write(messages, kBudget, model).body).value();
    return std::string(body["thinking"].raw());
  };

  CHECK(thinking(tool_round(kSigned), kOldModel) == R"({"budget_tokens":2000,"type":"enabled"})");
  CHECK(thinking(tool_round(""), kOldModel).empty());
  CHECK(thinking(tool_round(""), "claude-opus-4-6") == R"({"type":"adaptive"})");
  CHECK(thinking(tool_round(""), kNewModel) == R"({"type":"adaptive"})");
  CHECK(write(tool_round(""), kBudget, kOldModel).losses ==
        Losses{"dropped /reasoning: the tools were called without signed thinking, which excludes "
               "it now"});
}

TEST_CASE_METHOD(Fixture, "a begun answer stops thinking on a budget", "[claude][thinking]") {
  const auto* messages = R"([{"role":"user","parts":[{"type":"text","text":"Hi"}]},)"
                         R"({"role":"assistant","parts":[{"type":"text","text":"("}]}])";

  CHECK(write(messages, kBudget, kOldModel).losses ==
        Losses{"dropped /reasoning: a begun answer excludes thinking"});
  CHECK(write(messages, R"(,"max_tokens":9000,"reasoning":{"effort":"high"})").losses == Losses{});
}

TEST_CASE_METHOD(Fixture, "max_tokens is invented where a request has none", "[claude][thinking]") {
  const std::string told_so = "defaulted /max_tokens: the API wants a limit";

  CHECK(member("max_tokens", "") == "32000");
  CHECK(member("max_tokens", "", "claude-3-5-sonnet-20241022") == "4096");
  CHECK(member("max_tokens", "", "claude-3-opus-latest") == "4096");
  CHECK(member("max_tokens", R"(,"reasoning":{"effort":"xhigh"})", kOldModel) == "40960");
  CHECK(member("max_tokens", R"(,"reasoning":{"effort":"max"})", kOldModel) == "64000");
  CHECK(write(kHi).losses == Losses{told_so});
}

TEST_CASE_METHOD(Fixture, "max_tokens beyond what an old model gives is lowered",
                 "[claude][thinking]") {
  CHECK(member("max_tokens", R"(,"max_tokens":128000)", kOldModel) == "64000");
  CHECK(member("max_tokens", R"(,"max_tokens":128000)") == "128000");
  CHECK(write(kHi, R"(,"max_tokens":128000)", "claude-opus-4-1-20250805").losses ==
        Losses{"approximated /max_tokens: the model's answers are at most 32000 tokens long"});
}

TEST_CASE_METHOD(Fixture, "a budget leaves room for the answer", "[claude][thinking]") {
  const auto budget = [&](const std::string& others) {
    const auto body = sdk::json::parse(write(kHi, others, kOldModel).body).value();
    return std::string(body["thinking"]["budget_tokens"].raw());
  };
  const std::string reasoning = R"(,"reasoning":{"enabled":true,"budget_tokens":4000})";

  CHECK(budget(R"(,"max_tokens":4001)" + reasoning) == "4000");
  CHECK(budget(R"(,"max_tokens":4000)" + reasoning) == "3000");
  CHECK(budget(R"(,"max_tokens":1100)" + reasoning) == "1024");
  CHECK(write(kHi, R"(,"max_tokens":1024)" + reasoning, kOldModel).losses ==
        Losses{"dropped /reasoning: max_tokens leaves no room for thinking"});
}

TEST_CASE_METHOD(Fixture, "sampling fits to model and thinking", "[claude][thinking]") {
  const std::string sampling = R"(,"temperature":1.5,"top_p":0.5,"top_k":3)";
  const std::string thinking = R"(,"reasoning":{"budget_tokens":2000})";

  CHECK(losses(sampling) == Losses{"dropped /temperature: the model chooses its own sampling",
                                   "dropped /top_p: the model chooses its own sampling",
                                   "dropped /top_k: the model chooses its own sampling"});
  CHECK(losses(R"(,"temperature":1,"top_p":1)") == Losses{});
  CHECK(losses(sampling, kOldModel) ==
        Losses{"approximated /temperature: the API takes 0 to 1",
               "dropped /top_p: the model takes temperature or top_p, not both"});
  CHECK(losses(sampling + thinking, kOldModel) ==
        Losses{"dropped /temperature: thinking excludes it",
               "dropped /top_p: the model takes temperature or top_p, not both",
               "dropped /top_k: thinking excludes it"});
  CHECK(losses(R"(,"top_p":0.5)" + thinking, kOldModel) ==
        Losses{"approximated /top_p: the API takes another range here"});
  CHECK(member("top_p", sampling, "claude-sonnet-4-20250514") == "0.5");
  CHECK(member("temperature", sampling, kOldModel) == "1");
}

TEST_CASE_METHOD(Fixture, "thinking is asked of claude without a word on whether it is shown",
                 "[claude][thinking]") {
  CHECK(told(R"({"enabled":true,"adaptive":true})") == Losses{});
  CHECK(told(R"({"enabled":true,"budget_tokens":2000})", kOldModel) == Losses{});
  CHECK(asks(R"({"enabled":true,"budget_tokens":2000})", kOldModel) ==
        R"({"budget_tokens":2000,"type":"enabled"} )");
}

TEST_CASE_METHOD(Fixture, "a call that brings claude's signature is sent behind thinking",
                 "[claude][thinking]") {
  const std::string call =
      R"({"type":"tool_call","id":"a","name":"f","arguments":{},"origin":"claude","signature":"s"})";
  const auto answer = [&](const std::string& parts) {
    const auto written =
        write(R"([{"role":"user","parts":[{"type":"text","text":"Hi"}]},)"
              R"({"role":"assistant","parts":[)" +
                  parts + R"(]},{"role":"user","parts":[{"type":"tool_result","id":"a",)" +
                  R"("content":[]}]}])",
              kBudget, kOldModel);
    const auto body = sdk::json::parse(written.body).value();
    const auto losses = written.losses.empty() ? "" : written.losses[0];
    return std::string(body["messages"][1]["content"].raw()) + losses;
  };
  const std::string sent_thinking = R"([{"signature":"s","thinking":"","type":"thinking"},)";
  const std::string sent_call = R"({"id":"a","input":{},"name":"f","type":"tool_use"}])";
  const std::string lost =
      "dropped /messages/1/parts/1/signature: texts and calls hold no signature here";

  CHECK(answer(call) == sent_thinking + sent_call);
  CHECK(answer(kSigned + call) == sent_thinking + sent_call + lost);
  CHECK(answer(R"({"type":"reasoning","text":"t"},)" + call) ==
        sent_thinking + sent_call +
            "dropped /messages/1/parts/0: Anthropic takes back its own signed thinking alone");
  CHECK(answer(R"({"type":"tool_call","id":"a","name":"f","origin":"gemini","signature":"s"})") ==
        "[" + sent_call +
            "dropped /reasoning: the tools were called without signed thinking, which excludes it "
            "now");
}

}  // namespace abv::tests
