#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

struct Fixture {
  RequestProbe requests{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  DialectProbe answers{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Params whole{.form = sdk::Form::kWhole, .operation = "embeddings"};

  ReadRequest read(const std::string& body) const {
    return requests.read(ClientFacts{.body = body, .operation = "embeddings", .model = "e"});
  }
  WrittenRequest write(const std::string& inputs, const std::string& more = "") const {
    return requests.write(R"({"abv":"embeddings/1","model":"m","stream":false,"inputs":[)" +
                              inputs + "]" + more + "}",
                          {.model = "gemini-embedding-001", .operation = "embeddings"});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "texts of others are embedded in one batch", "[gemini]") {
  const auto written = write(R"({"text":"a\u0020b"},{"text":"c"})",
                             R"(,"dimensions":256,"encoding":"base64","user":"u")");

  CHECK(written.path == "/v1beta/models/gemini-embedding-001:batchEmbedContents");
  CHECK(written.body ==
        R"({"requests":[{"model":"models/gemini-embedding-001","content":)"
        R"({"parts":[{"text":"a\u0020b"}]},"outputDimensionality":256},)"
        R"({"model":"models/gemini-embedding-001","content":{"parts":[{"text":"c"}]},)"
        R"("outputDimensionality":256}]})");
  CHECK(written.losses == Lines{"dropped /user: the upstream is not told of users"});
}

TEST_CASE_METHOD(Fixture, "tokens cannot be embedded by gemini", "[gemini]") {
  const auto written = write(R"({"text":"a"},{"tokens":[1,2]})");

  CHECK(written.status == ABV_E_INVALID);
  CHECK(written.failure ==
        "400 invalid_request_error: input[1]: the upstream embeds text, got tokens of another "
        "vocabulary");
}

TEST_CASE_METHOD(Fixture, "a request for one embedding is read", "[gemini]") {
  const auto request =
      read(R"({"content":{"parts":[{"text":"a"},{"text":"\u0062"}]},"task_type":"CLUSTERING",)"
           R"("title":"t","outputDimensionality":8,"embedContentConfig":{"x":1}})");

  CHECK(request.failure.empty());
  CHECK(sorted_json(request.canonical) ==
        sorted_json(R"({"abv":"embeddings/1","model":"e","stream":false,"inputs":[{"text":"ab",)"
                    R"("task":"CLUSTERING","title":"t","extras":[{"dialect":"gemini",)"
                    R"("key":"embedContentConfig","value":{"x":1}}]}],"dimensions":8})"));
}

TEST_CASE_METHOD(Fixture, "a batch is read, with what only gemini can embed", "[gemini]") {
  const auto request =
      read(R"({"requests":[{"model":"models/e","content":{"parts":[{"text":"a"}]},)"
           R"("outputDimensionality":8},{"model":"models/e","content":{"parts":[{"inlineData":)"
           R"({"mimeType":"image/png","data":"AA=="}}]},"outputDimensionality":9}]})");

  CHECK(request.failure.empty());
  CHECK(
      sorted_json(request.canonical) ==
      sorted_json(R"({"abv":"embeddings/1","model":"e","stream":false,"inputs":[{"text":"a"},)"
                  R"({"dialect":"gemini","raw":{"parts":[{"inlineData":{"mimeType":"image/png",)"
                  R"("data":"AA=="}}]},"extras":[{"dialect":"gemini","key":"outputDimensionality",)"
                  R"("value":9}]}],"dimensions":8})"));
}

TEST_CASE_METHOD(Fixture, "a batch that becomes one of gemini's again keeps everything",
                 "[gemini]") {
  const std::string body =
      R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},)"
      R"("taskType":"CLUSTERING","outputDimensionality":8},)"
      R"({"model":"models/gemini-embedding-001","content":{"parts":[{"inlineData":{}}]},)"
      R"("outputDimensionality":9}]})";

  const auto written = requests.write(read(body).canonical,
                                      {.model = "gemini-embedding-001", .operation = "embeddings"});

  CHECK(sorted_json(written.body) == sorted_json(body));
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "a malformed request to embed is refused by its field", "[gemini]") {
  const auto [body, failure] = GENERATE(table<std::string, std::string>({
      {R"({})", "content: expected an object, got nothing"},
      {R"({"content":"a"})", "content: expected an object, got a string"},
      {R"({"content":{}})", "content.parts: expected an array, got nothing"},
      {R"({"requests":[]})", "requests: expected an array of at least one, got an array"},
      {R"({"requests":[{"content":{"parts":[{"text":"a"}]}},7]})",
       "requests[1]: expected an object, got a number"},
      {R"({"content":{"parts":[]},"taskType":1})", "taskType: expected a string, got a number"},
      {R"([])", "the body: expected an object, got an array"},
  }));

  CHECK(read(body).failure == "400 invalid_request_error: " + failure);
}

TEST_CASE_METHOD(Fixture, "embeddings of gemini are read, one or many", "[gemini]") {
  CHECK(answers.outcomes_of_all_cuts(
            R"({"embeddings":[{"values":[0.5,-1e-3]},{"values":[1]}],"usageMetadata":)"
            R"({"promptTokenCount":4}})",
            whole) == std::set<Lines>{{"start(,)", "embedding[0]([0.5,-1e-3])", "embedding[1]([1])",
                                       "usage(in=4,out=-1,read=-1,write=-1,think=-1)",
                                       "stop(end,,)", "status 0"}});
  CHECK(answers.decode(R"({"embedding":{"values":[1]}})", whole).lines() ==
        Lines{"start(,)", "embedding[0]([1])", "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "observers of embeddings get the counts alone", "[gemini]") {
  whole.wanted = kObserved;

  CHECK(answers.decode(R"({"embedding":{"values":[1]}})", whole).lines() ==
        Lines{"start(,)", "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "the answer is one embedding or a batch, as the request was",
                 "[gemini]") {
  const std::vector<Recorded> events = {start("", "m"), embedding(1, "[2]"), embedding(0, "[1]"),
                                        usage(7, -1), stop(StopReason::kEnd)};
  whole.request_body = R"({"requests":[{},{}]})";
  CHECK(answers.encode(events, whole).bytes ==
        R"({"embeddings":[{"values":[1]},{"values":[2]}],"usageMetadata":{"promptTokenCount":7,)"
        R"("totalTokenCount":7}})");

  whole.request_body = R"({"content":{}})";
  CHECK(
      answers.encode({start("", "m"), embedding(0, "[1]"), stop(StopReason::kEnd)}, whole).bytes ==
      R"({"embedding":{"values":[1]}})");
  CHECK(answers.encode({start("", "m"), stop(StopReason::kEnd)}, whole).status == ABV_E_INVALID);
}

}  // namespace abv::tests
