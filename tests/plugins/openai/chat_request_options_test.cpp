#include "tests/plugins/openai/chat_write_fixture.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

using Fixture = ChatWriteFixture;
using Losses = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "a streamed chat request asks for counts", "[openai][request]") {
  const auto written =
      dialect.write(R"({"abv":"chat/1","stream":true,"messages":[]})", {"m", "chat", true});

  CHECK(written.body ==
        R"({"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}})");
}

TEST_CASE_METHOD(Fixture, "only OpenAI's models are told of developers, at no loss",
                 "[openai][request]") {
  const auto [model, role] = GENERATE(table<std::string, std::string>({
      {"gpt-5.5-mini", "\"developer\""},
      {"o3", "\"developer\""},
      {"openai/gpt-6", "\"developer\""},
      {"gpt-5-chat-latest", "\"developer\""},
      {"gpt-4.1", "\"developer\""},
      {"gpt-4o", "\"developer\""},
      {"gpt-oss-120b", "\"system\""},
      {"deepseek-chat", "\"system\""},
      {"olmo-2", "\"system\""},
  }));

  const auto written =
      messages(R"({"role":"developer","parts":[{"type":"text","text":"x"}]})", model);

  CHECK(json_at(written.body, "/messages/0/role") == role);
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "OpenAI's reasoning models get no sampling and a limit of their own",
                 "[openai][request]") {
  const std::string members =
      R"("max_tokens":9,"temperature":0.2,"top_p":1,"presence_penalty":0,"frequency_penalty":1,)"
      R"("stop":["a"],"logprobs":true,"top_logprobs":2,"top_k":4)";
  const auto written = with(members, "gpt-5");

  CHECK(written.body == R"({"model":"gpt-5","messages":[{"role":"user","content":"x"}],)"
                        R"("max_completion_tokens":9})");
  CHECK(written.losses ==
        Losses{"dropped /top_k: OpenAI's models have no top_k",
               "dropped /temperature: OpenAI's reasoning models do not take it",
               "dropped /frequency_penalty: OpenAI's reasoning models do not take it",
               "dropped /logprobs: OpenAI's reasoning models do not take it",
               "dropped /stop: OpenAI's reasoning models do not take it"});
  CHECK(json_at(with(R"("reasoning":{"effort":"none"},)" + members, "gpt-5.2").body,
                "/temperature") == "0.2");
}

TEST_CASE_METHOD(Fixture, "other servers get what they know", "[openai][request]") {
  const auto written = with(
      R"("max_tokens":9,"temperature":0.2,"top_k":4,"stop":["a","b","c","d","e"],"n":2,"seed":1)");

  CHECK(written.body ==
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":9,"n":2,"seed":1,)"
        R"("top_k":4,"temperature":0.2,"stop":["a","b","c","d"]})");
  CHECK(written.losses == Losses{"dropped /stop/4: chat takes 4 stop sequences"});
}

TEST_CASE_METHOD(Fixture, "thinking is told as an effort, and only when it was asked for",
                 "[openai][request]") {
  const auto [reasoning, effort, losses] = GENERATE(table<std::string, std::string, Losses>({
      {"{}", "nothing", {}},
      {R"({"effort":"low","enabled":true})", "\"low\"", {}},
      {R"({"effort":"max","adaptive":true})", "\"max\"", {}},
      {R"({"enabled":false,"effort":"high"})", "\"none\"", {}},
      {R"({"enabled":true,"budget_tokens":8192})", "\"medium\"", {}},
      {R"({"budget_tokens":9000})",
       "\"medium\"",
       {"approximated /reasoning/budget_tokens: chat knows efforts, not budgets"}},
      {R"({"budget_tokens":-1})",
       "nothing",
       {"approximated /reasoning/budget_tokens: chat knows efforts, not budgets"}},
      {R"({"adaptive":true})",
       "nothing",
       {"approximated /reasoning/adaptive: the upstream's default decides how much it thinks"}},
      {R"({"enabled":true})",
       "\"medium\"",
       {"defaulted /reasoning/effort: chat knows efforts only, medium is taken"}},
      {R"({"effort":"low","show":"summary"})",
       "\"low\"",
       {"dropped /reasoning/show: the upstream decides which reasoning it shows"}},
  }));

  const auto written = with("\"reasoning\":" + reasoning);

  CHECK(json_at(written.body, "/reasoning_effort") == effort);
  CHECK(written.losses == losses);
}

TEST_CASE_METHOD(Fixture, "a model is asked for an effort that it takes", "[openai][request]") {
  const auto [model, wanted, effort] = GENERATE(table<std::string, std::string, std::string>({
      {"o3-mini", "none", "\"low\""},
      {"o3-mini", "max", "\"high\""},
      {"gpt-5-mini", "none", "\"minimal\""},
      {"gpt-5", "xhigh", "\"high\""},
      {"gpt-5.5", "xhigh", "\"xhigh\""},
      {"gpt-5.5", "none", "\"none\""},
      {"gpt-4.1", "high", "nothing"},
      {"gpt-oss-20b", "max", "\"max\""},
  }));

  const auto written = with(R"("reasoning":{"effort":")" + wanted + "\"}", model);

  CHECK(json_at(written.body, "/reasoning_effort") == effort);
  CHECK(written.losses.empty() == (effort == "\"" + wanted + "\""));
}

TEST_CASE_METHOD(Fixture, "what OpenAI's older models lack is told", "[openai][request]") {
  const std::string members = R"("reasoning":{"effort":"high"},"output":{"verbosity":"low"})";
  const auto older = with(members, "gpt-4.1");
  const auto other = with(members);

  CHECK(older.losses == Losses{"dropped /reasoning: this model does not reason",
                               "dropped /output/verbosity: this model has one verbosity only"});
  CHECK(other.losses.empty());
}

TEST_CASE_METHOD(Fixture, "names that are too long end in a hash, whatever the model is called",
                 "[openai][request]") {
  const std::string model = GENERATE("gpt-4.1", "my-deployment");
  const std::string name(64, 'u');
  const auto fits = with(R"("user":")" + name + "\"", model);
  const auto one = with(R"("user":")" + name + "1\"", model);
  const auto two = with(R"("user":")" + name + "2\"", model);

  CHECK(json_at(fits.body, "/user") == "\"" + name + "\"");
  CHECK(json_at(one.body, "/user").size() == 66);
  CHECK(json_at(one.body, "/user") != json_at(two.body, "/user"));
  CHECK(one.losses == Losses{"approximated /user: OpenAI takes 64 letters, so its end is a hash"});
}

TEST_CASE_METHOD(Fixture, "the output's format is chat's response_format", "[openai][request]") {
  const auto written = with(R"("output":{"format":"json_schema","schema":{"type":"object"},)"
                            R"("modalities":["text","image"]})",
                            "gpt-4.1");

  CHECK(json_at(written.body, "/response_format") ==
        R"({"json_schema":{"name":"answer","schema":{"type":"object"}},"type":"json_schema"})");
  CHECK(json_at(written.body, "/modalities") == R"(["text"])");
  CHECK(json_at(with(R"("output":{"format":"json"})").body, "/response_format") ==
        R"({"type":"json_object"})");
  CHECK(written.losses == Losses{"defaulted /output/name: chat demands a name",
                                 "dropped /output/modalities: OpenAI's chat gives no images"});
}

}  // namespace abv::tests
