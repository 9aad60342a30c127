#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

struct Fixture {
  RequestProbe requests{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  DialectProbe answers{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params whole{.form = sdk::Form::kWhole, .operation = "embeddings", .model = "shown"};

  ReadRequest read(const std::string& body) const {
    return requests.read(ClientFacts{.body = body, .operation = "embeddings"});
  }
  WrittenRequest write(const std::string& inputs, const std::string& more = "") const {
    return requests.write(R"({"abv":"embeddings/1","model":"m","stream":false,"inputs":[)" +
                              inputs + "]" + more + "}",
                          {.model = "text-embedding-3-small", .operation = "embeddings"});
  }
  Encoded answer(const std::string& request, const std::vector<Recorded>& events) {
    whole.request_body = request;
    return answers.encode(events, whole);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "texts to embed are read one by one or in a list", "[openai]") {
  CHECK(sorted_json(read(R"({"model":"m","input":"a\u0020b"})").canonical) ==
        sorted_json(R"({"abv":"embeddings/1","model":"m","stream":false,)"
                    R"("inputs":[{"text":"a b"}]})"));
  const auto several = read(R"({"model":"m","input":["a","b"],"dimensions":256,"user":"u",)"
                            R"("encoding_format":"base64","new":1,"empty":null})");
  CHECK(sorted_json(several.canonical) ==
        sorted_json(R"({"abv":"embeddings/1","model":"m","stream":false,"inputs":[{"text":"a"},)"
                    R"({"text":"b"}],"dimensions":256,"encoding":"base64","user":"u","extras":)"
                    R"([{"dialect":"openai-chat","key":"new","value":1}]})"));
  CHECK(several.losses.empty());
}

TEST_CASE_METHOD(Fixture, "tokens to embed are kept as tokens", "[openai]") {
  CHECK(json_at(read(R"({"model":"m","input":[1,2]})").canonical, "/inputs") ==
        R"([{"tokens":[1,2]}])");
  CHECK(json_at(read(R"({"model":"m","input":[[1],[2,3]]})").canonical, "/inputs") ==
        R"([{"tokens":[1]},{"tokens":[2,3]}])");
}

TEST_CASE_METHOD(Fixture, "a malformed request for embeddings is refused by its field",
                 "[openai]") {
  const auto [body, failure] = GENERATE(table<std::string, std::string>({
      {R"({"model":"m"})", "input: expected a text or an array of at least one, got nothing"},
      {R"({"model":"m","input":[]})",
       "input: expected a text or an array of at least one, got an array"},
      {R"({"model":"m","input":["a",{}]})",
       "input[1]: expected a text or an array of tokens, got an object"},
      {R"({"model":"m","input":[[1,"x"]]})", "input[0][1]: expected a token, got a string"},
      {R"({"model":"m","input":"a","dimensions":"x"})",
       "dimensions: expected a whole number, got a string"},
      {R"({"model":"m","input":"a","encoding_format":"hex"})",
       "encoding_format: expected float or base64, got \"hex\""},
  }));

  CHECK(read(body).failure == "400 invalid_request_error: " + failure);
}

TEST_CASE_METHOD(Fixture, "inputs of others are embedded as numbers", "[openai]") {
  const auto written = write(R"({"text":"a","task":"CLUSTERING","title":"t"},{"tokens":[1]})",
                             R"(,"dimensions":8,"encoding":"base64","user":"u")");

  CHECK(written.path == "/v1/embeddings");
  CHECK(sorted_json(written.body) ==
        sorted_json(R"({"model":"text-embedding-3-small","input":["a",[1]],"dimensions":8,)"
                    R"("encoding_format":"float","user":"u"})"));
  CHECK(written.losses == Lines{"dropped /inputs/0/task: the upstream knows no tasks",
                                "dropped /inputs/0/title: the upstream knows no titles"});
}

TEST_CASE_METHOD(Fixture, "an input that is no text cannot be embedded by openai", "[openai]") {
  const auto written = write(R"({"text":"a"},{"dialect":"gemini","raw":{"parts":[]}})");

  CHECK(written.status == ABV_E_INVALID);
  CHECK(written.failure ==
        "400 invalid_request_error: inputs[1]: the upstream embeds text only, got what only gemini "
        "can say");
}

TEST_CASE_METHOD(Fixture, "embeddings are numbers unless base64 was asked for", "[openai]") {
  const std::vector<Recorded> events = {start("x", "upstream"), embedding(1, "[0.5,-2]"),
                                        embedding(0, "[1,0]"), usage(7, -1),
                                        stop(StopReason::kEnd)};

  CHECK(sorted_json(answer(R"({"input":["a","b"],"encoding_format":"float"})", events).bytes) ==
        sorted_json(R"({"object":"list","data":[)"
                    R"({"object":"embedding","index":0,"embedding":[1,0]},)"
                    R"({"object":"embedding","index":1,"embedding":[0.5,-2]}],)"
                    R"("model":"shown","usage":{"prompt_tokens":7,"total_tokens":7}})"));
  // 1.0, 0.0, 0.5 and -2.0 as little-endian 32-bit floats.
  const auto packed = answer(R"({"input":["a","b"],"encoding_format":"base64"})", events);
  CHECK(json_at(packed.bytes, "/data/0/embedding") == "\"AACAPwAAAAA=\"");
  CHECK(json_at(packed.bytes, "/data/1/embedding") == "\"AAAAPwAAAMA=\"");
}

TEST_CASE_METHOD(Fixture, "an answer without embeddings is none", "[openai]") {
  CHECK(answer("{}", {start("", ""), stop(StopReason::kEnd)}).status == ABV_E_INVALID);
  CHECK(answer("{}", {start("", ""), embedding(0, "[]"), stop(StopReason::kEnd)}).status ==
        ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "embeddings of openai are read in order of their inputs", "[openai]") {
  const std::string body =
      R"({"object":"list","data":[{"object":"embedding","index":1,"embedding":[0.25,1e-3]},)"
      R"({"object":"embedding","index":0,"embedding":[1]},{"index":2,"embedding":"AAAA"}],)"
      R"("model":"e","usage":{"prompt_tokens":8,"total_tokens":8}})";

  CHECK(
      answers.outcomes_of_all_cuts(body, whole) ==
      std::set<Lines>{{"start(,e)", "embedding[1]([0.25,1e-3])", "embedding[0]([1])",
                       "usage(in=8,out=-1,read=-1,write=-1,think=-1)", "stop(end,,)", "status 0"}});
}

}  // namespace abv::tests
