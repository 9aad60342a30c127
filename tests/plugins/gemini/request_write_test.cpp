#include "abv/sdk/json.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

std::string chat(const std::string& messages, const std::string& more = "") {
  return R"({"abv":"chat/1","model":"m","stream":false,"messages":)" + messages + more + "}";
}
std::string user(const std::string& parts) {
  return R"({"role":"user","parts":[)" + parts + "]}";
}
std::string assistant(const std::string& parts) {
  return R"({"role":"assistant","parts":[)" + parts + "]}";
}
std::string text(const std::string& words) {
  return R"({"type":"text","text":")" + words + "\"}";
}
std::string call(const std::string& id) {
  return R"({"type":"tool_call","id":")" + id + R"(","name":"f","arguments":{"x":1}})";
}
std::string result(const std::string& id) {
  return R"({"type":"tool_result","id":")" + id + R"(","content":[)" + text("r-" + id) + "]}";
}
std::string called(const std::string& id) {
  return R"({"functionCall":{"id":")" + id + R"(","name":"f","args":{"x":1}})";
}
std::string answered(const std::string& id) {
  return R"({"functionResponse":{"id":")" + id + R"(","name":"f","response":{"result":"r-)" + id +
         R"("}}})";
}
const std::string kSkip = R"(,"thoughtSignature":"skip_thought_signature_validator"})";

struct Fixture {
  RequestProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};

  WrittenRequest write(const std::string& canonical, const std::string& model = "m") const {
    return dialect.write(canonical, {.model = model});
  }
  // The contents that messages become; losses are added to `losses`.
  std::string contents(const std::string& messages, const std::string& model = "m") {
    const auto written = write(chat("[" + messages + "]"), model);
    losses = written.losses;
    return std::string(sdk::json::parse(written.body).value()["contents"].raw());
  }

  Lines losses;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "gemini requests go to the path of their operation", "[gemini]") {
  const auto canonical = chat("[" + user(text("a")) + "]");

  CHECK(dialect.write(canonical, {.model = "g"}).path == "/v1beta/models/g:generateContent");
  CHECK(dialect.write(canonical, {.model = "models/g", .is_stream = true}).path ==
        "/v1beta/models/g:streamGenerateContent?alt=sse");
  CHECK(dialect.write(canonical, {.model = "g", .operation = "count_tokens"}).path ==
        "/v1beta/models/g:countTokens");
  CHECK(dialect.write(canonical, {.model = "tunedModels/t"}).path ==
        "/v1beta/tunedModels/t:generateContent");
}

TEST_CASE_METHOD(Fixture, "a gemini model's name leads to no other path", "[gemini]") {
  CHECK(dialect.write(chat("[" + user(text("a")) + "]"), {.model = "../files?x#:y"}).path ==
        "/v1beta/models/..%2Ffiles%3Fx%23%3Ay:generateContent");
}

TEST_CASE_METHOD(Fixture, "all system prompts become gemini's systemInstruction in order",
                 "[gemini]") {
  const auto written =
      write(chat(R"([{"role":"system","parts":[{"type":"text","text":"a"}]},)" + user(text("x")) +
                 R"(,{"role":"developer","parts":[{"type":"text","text":"b"},)"
                 R"({"type":"image","media_type":"image/png","data":"AA"}]}])"));

  CHECK(written.body == R"({"contents":[{"role":"user","parts":[{"text":"x"}]}],)"
                        R"("systemInstruction":{"role":"user","parts":[{"text":"a"},)"
                        R"({"text":"b"}]}})");
  CHECK(written.losses ==
        Lines{"approximated /messages/2: it stands with the system prompt, before all turns",
              "dropped /messages/2/parts/1: the system prompt takes text only"});
}

TEST_CASE_METHOD(Fixture, "gemini turns alternate", "[gemini]") {
  CHECK(contents(user(text("a")) + "," + user(text("b")) + "," + assistant(text("c")) + "," +
                 assistant(text("")) + "," + assistant(text("d"))) ==
        R"([{"role":"user","parts":[{"text":"a"},{"text":"b"}]},)"
        R"({"role":"model","parts":[{"text":"c"},{"text":"d"}]}])");
  CHECK(losses.empty());
}

TEST_CASE_METHOD(Fixture, "gemini results follow their calls in the calls' order", "[gemini]") {
  CHECK(contents(user(text("a")) + "," + assistant(call("1") + "," + call("2")) + "," +
                 user(text("b") + "," + result("2")) + "," + user(result("1")) + "," +
                 assistant(text("c"))) ==
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[)" + called("1") +
            kSkip + "," + called("2") + R"(}]},{"role":"user","parts":[)" + answered("1") + "," +
            answered("2") + R"(,{"text":"b"}]},{"role":"model","parts":[{"text":"c"}]}])");
  CHECK(losses.empty());
}

TEST_CASE_METHOD(Fixture, "a gemini call without result gets one", "[gemini]") {
  const std::string made = R"({"functionResponse":{"id":"1","name":"f",)"
                           R"("response":{"error":"the call was not answered"}}})";

  CHECK(contents(user(text("a")) + "," + assistant(call("1") + "," + call("2")) + "," +
                 user(result("2"))) ==
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[)" + called("1") +
            kSkip + "," + called("2") + R"(}]},{"role":"user","parts":[)" + made + "," +
            answered("2") + "]}]");
  CHECK(losses ==
        Lines{"defaulted /messages/1/parts/0: the upstream wants a result of every call"});
  CHECK(contents(user(text("a")) + "," + assistant(call("1"))) ==
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[)" + called("1") +
            kSkip + R"(]},{"role":"user","parts":[)" + made + "]}]");
}

TEST_CASE_METHOD(Fixture, "a late gemini result moves to its call", "[gemini]") {
  CHECK(contents(user(text("a")) + "," + assistant(call("1")) + "," + user(text("b")) + "," +
                 assistant(text("c")) + "," + user(result("1"))) ==
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[)" + called("1") +
            kSkip + R"(]},{"role":"user","parts":[)" + answered("1") +
            R"(,{"text":"b"}]},{"role":"model","parts":[{"text":"c"}]}])");
  CHECK(losses == Lines{"approximated /messages/4/parts/0: it stands right after its call"});
}

TEST_CASE_METHOD(Fixture, "a gemini result without its call stays as text", "[gemini]") {
  CHECK(contents(user(result("9"))) == R"([{"role":"user","parts":[{"text":"r-9"}]}])");
  CHECK(losses == Lines{"approximated /messages/0/parts/0: a result without its call became text"});
}

TEST_CASE_METHOD(Fixture, "ids that come again belong to the last gemini call", "[gemini]") {
  const auto turns = user(text("a")) + "," + assistant(call("1")) + "," + user(result("1"));
  CHECK(contents(turns + "," + assistant(call("1")) + "," + user(result("1"))) ==
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[)" + called("1") +
            kSkip + R"(]},{"role":"user","parts":[)" + answered("1") +
            R"(]},{"role":"model","parts":[)" + called("1") + kSkip +
            R"(]},{"role":"user","parts":[)" + answered("1") + "]}]");
  CHECK(losses.empty());
}

TEST_CASE_METHOD(Fixture, "a gemini conversation begins with the user", "[gemini]") {
  CHECK(contents(assistant(call("1")) + "," + user(result("1"))) ==
        R"([{"role":"user","parts":[{"text":" "}]},{"role":"model","parts":[)" + called("1") +
            kSkip + R"(]},{"role":"user","parts":[)" + answered("1") + "]}]");
  CHECK(losses == Lines{"defaulted /messages: the upstream wants a user's turn before a call"});
  CHECK(contents(R"({"role":"system","parts":[{"type":"text","text":"s"}]})") ==
        R"([{"role":"user","parts":[{"text":"s"}]}])");
  CHECK(losses == Lines{"approximated /messages: the system prompt stands as the user's turn"});
}

TEST_CASE_METHOD(Fixture, "gemini takes back its own signatures and no others", "[gemini]") {
  const std::string own = R"("signature":"s","origin":"gemini"})";
  const std::string foreign = R"("signature":"s","origin":"claude"})";

  CHECK(contents(assistant(R"({"type":"reasoning","text":"hm",)" + own)) ==
        R"([{"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"s"}]}])");
  CHECK(contents(assistant(R"({"type":"text","text":"a",)" + own)) ==
        R"([{"role":"model","parts":[{"text":"a","thoughtSignature":"s"}]}])");
  CHECK(contents(user(text("a")) + "," +
                 assistant(R"({"type":"reasoning","text":"hm",)" + foreign + "," + text("b"))) ==
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]}])");
  CHECK(losses == Lines{"dropped /messages/1/parts/0: reasoning of another model"});
  CHECK(contents(user(text("a")) + "," +
                 assistant(R"({"type":"reasoning","text":"hm"},)" + text("b"))) ==
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]}])");
  CHECK(losses == Lines{"dropped /messages/1/parts/0: reasoning without a signature"});
}

TEST_CASE_METHOD(Fixture, "bare reasoning before a gemini call holds the call's signature",
                 "[gemini]") {
  CHECK_THAT(
      contents(user(text("a")) + "," +
               assistant(R"({"type":"reasoning","text":"","signature":"s","origin":"gemini"},)" +
                         call("1")) +
               "," + user(result("1"))),
      ContainsSubstring(R"({"role":"model","parts":[)" + called("1") +
                        R"(,"thoughtSignature":"s"}]})"));
}

TEST_CASE_METHOD(Fixture, "signatures of another gemini generation are replaced", "[gemini]") {
  const std::string signed_call =
      R"({"type":"tool_call","id":"1","name":"f","arguments":{"x":1},"signature":"s",)"
      R"("origin":"gemini","origin_model":"gemini-2.5-pro"})";
  const auto turns = user(text("a")) + "," + assistant(signed_call) + "," + user(result("1"));

  CHECK_THAT(contents(turns, "gemini-3-pro"), ContainsSubstring(called("1") + kSkip));
  CHECK(losses ==
        Lines{"dropped /messages/1/parts/0/signature: it is of another generation of models"});
  CHECK_THAT(contents(turns, "gemini-2.5-flash"),
             ContainsSubstring(called("1") + R"(,"thoughtSignature":"s"})"));
}

TEST_CASE_METHOD(Fixture, "gemini models before 3 need no placeholder", "[gemini]") {
  CHECK_THAT(contents(user(text("a")) + "," + assistant(call("1")) + "," + user(result("1")),
                      "gemini-2.5-pro"),
             ContainsSubstring(R"("parts":[)" + called("1") + "}]}"));
}

TEST_CASE_METHOD(Fixture, "results that are errors, empty or free text are objects for gemini",
                 "[gemini]") {
  const auto [members, response] = GENERATE(table<std::string, std::string>({
      {R"("error":true,"content":[{"type":"text","text":"no"}])", R"({"error":"no"})"},
      {R"("content":[])", R"({"result":""})"},
      {R"("content":[{"type":"text","text":"a"},{"type":"text","text":"b"}])",
       R"({"result":"a\nb"})"},
      {R"("content":[{"type":"text","text":"{\"a\":1}"}])", R"({"result":"{\"a\":1}"})"},
  }));

  CHECK_THAT(contents(user(text("a")) + "," + assistant(call("1")) + "," +
                      user(R"({"type":"tool_result","id":"1",)" + members + "}")),
             ContainsSubstring("\"response\":" + response + "}}]}]"));
}

TEST_CASE_METHOD(Fixture, "arguments that are no object become a gemini object", "[gemini]") {
  CHECK_THAT(contents(user(text("a")) + "," +
                      assistant(R"({"type":"tool_call","id":"1","name":"p","arguments":"*** x",)"
                                R"("custom":true})") +
                      "," + user(result("1"))),
             ContainsSubstring(R"("args":{"input":"*** x"}})"));
  CHECK(losses == Lines{"approximated /messages/1/parts/0/arguments: free text became the member "
                        "\"input\""});
}

TEST_CASE_METHOD(Fixture, "images in results stand inside for gemini 3 and beside before",
                 "[gemini]") {
  const std::string turns =
      user(text("a")) + "," + assistant(call("1")) + "," +
      user(R"({"type":"tool_result","id":"1","content":[{"type":"text","text":"r-1"},)"
           R"({"type":"image","media_type":"image/png","data":"AA"}]},)" +
           text("b"));

  CHECK_THAT(contents(turns, "gemini-3-pro"),
             ContainsSubstring(R"("response":{"result":"r-1"},"parts":[)"
                               R"({"inlineData":{"mimeType":"image/png","data":"AA"}}]}},)"
                               R"({"text":"b"}])"));
  CHECK(losses.empty());
  CHECK_THAT(
      contents(turns, "gemini-2.5-pro"),
      ContainsSubstring(answered("1") + R"(,{"inlineData":{"mimeType":"image/png","data":"AA"}},)"
                                        R"({"text":"b"}])"));
  CHECK(losses == Lines{"approximated /messages/2/parts/0/content/1: it stands beside the result"});
}

TEST_CASE_METHOD(Fixture, "what media lose inside of a gemini result is told", "[gemini]") {
  const std::string turns =
      user(text("a")) + "," + assistant(call("1")) + "," +
      user(R"({"type":"tool_result","id":"1","content":[{"type":"image","media_type":"image/png",)"
           R"("data":"AA","detail":"low","cache":{}},{"type":"image","file_id":"file-1"}]})");

  CHECK_THAT(
      contents(turns, "gemini-3-pro"),
      ContainsSubstring(R"("parts":[{"inlineData":{"mimeType":"image/png","data":"AA"}}]})"));
  CHECK(losses ==
        Lines{"dropped /messages/2/parts/0/content/0/cache: the upstream caches by itself",
              "dropped /messages/2/parts/0/content/0/detail: the upstream decides it",
              "dropped /messages/2/parts/0/content/1: it stands in the file store of another "
              "service"});
}

TEST_CASE_METHOD(Fixture, "media become gemini parts and tell what is lost", "[gemini]") {
  const auto [part, expected, loss] = GENERATE(table<std::string, std::string, Lines>({
      {R"({"type":"image","media_type":"image/png","data":"AA","detail":"high"})",
       R"({"inlineData":{"mimeType":"image/png","data":"AA"}})",
       {"dropped /messages/0/parts/0/detail: the upstream decides it"}},
      {R"({"type":"image","url":"https://x.y/a.webp?q"})",
       R"({"fileData":{"mimeType":"image/webp","fileUri":"https://x.y/a.webp?q"}})",
       {"approximated /messages/0/parts/0/url: not every model fetches public URLs"}},
      {R"({"type":"audio","data":"AA"})",
       R"({"inlineData":{"mimeType":"audio/wav","data":"AA"}})",
       {"defaulted /messages/0/parts/0/media_type: the upstream wants one"}},
      {R"({"type":"file","data":"AA","name":"a.pdf"})",
       R"({"inlineData":{"mimeType":"application/pdf","data":"AA"}})",
       {"dropped /messages/0/parts/0/name: the upstream takes no names of files"}},
      {R"({"type":"file","data":"AA","media_type":"application/json"})",
       R"({"inlineData":{"mimeType":"text/plain","data":"AA"}})",
       {"approximated /messages/0/parts/0/media_type: the upstream reads it as text/plain only"}},
      {R"({"type":"file","file_id":"files/1","media_type":"video/mp4"})",
       R"({"fileData":{"mimeType":"video/mp4","fileUri":"files/1"}})",
       {}},
      {R"({"type":"file","text":"words","name":"a.txt"})",
       R"({"text":"words"})",
       {"dropped /messages/0/parts/0/name: text has no name"}},
      {R"({"type":"refusal","text":"no"})",
       R"({"text":"no"})",
       {"approximated /messages/0/parts/0: a refusal became text"}},
      {R"({"type":"opaque","dialect":"gemini","raw":{"executableCode":{}}})",
       R"({"executableCode":{}})",
       {}},
  }));

  CHECK(contents(user(part)) == R"([{"role":"user","parts":[)" + expected + "]}]");
  CHECK(losses == loss);
}

TEST_CASE_METHOD(Fixture, "a URL that a gemini client gave is for gemini to fetch", "[gemini]") {
  const std::string part = R"({"fileData":{"mimeType":"image/png","fileUri":"https://x.y/a.png"}})";
  const auto written =
      dialect.round_trip(R"({"contents":[{"role":"user","parts":[)" + part + "]}]}");

  CHECK(written.body == R"({"contents":[{"role":"user","parts":[)" + part + "]}]}");
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "what gemini cannot express in a message is reported", "[gemini]") {
  CHECK(contents(R"({"role":"user","name":"bob","parts":[{"type":"text","text":"a","cache":{},)"
                 R"("extras":[{"dialect":"claude-messages","key":"k","value":1}]},)"
                 R"({"type":"file","file_id":"file-abc"},)"
                 R"({"type":"opaque","dialect":"openai-responses","raw":{}}],)"
                 R"("extras":[{"dialect":"openai-chat","key":"e","value":1}]})") ==
        R"([{"role":"user","parts":[{"text":"a"}]}])");
  CHECK(losses ==
        Lines{"dropped /messages/0/e: only openai-chat knows it",
              "dropped /messages/0/name: the upstream has no such name",
              "dropped /messages/0/parts/0/k: only claude-messages knows it",
              "dropped /messages/0/parts/0/cache: the upstream caches by itself",
              "dropped /messages/0/parts/1: it stands in the file store of another service",
              "dropped /messages/0/parts/2: only openai-responses knows it"});
}

TEST_CASE_METHOD(Fixture, "options become gemini's generationConfig", "[gemini]") {
  const auto written = write(
      chat("[" + user(text("a")) + "]",
           R"(,"max_tokens":100,"temperature":0.5,"top_p":0.9,"top_k":40,"seed":7,"n":2,)"
           R"("presence_penalty":0.5,"frequency_penalty":-1,"stop":["a\n","b"],"logprobs":true,)"
           R"("top_logprobs":3,"output":{"modalities":["text","image"]},"service_tier":"default",)"
           R"("store":false)"));

  CHECK(sorted_json(written.body) ==
        sorted_json(
            R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{)"
            R"("temperature":0.5,"topP":0.9,"topK":40,"candidateCount":2,"maxOutputTokens":100,)"
            R"("presencePenalty":0.5,"frequencyPenalty":-1,"seed":7,"responseLogprobs":true,)"
            R"("logprobs":3,"stopSequences":["a\n","b"],"responseModalities":["TEXT","IMAGE"]},)"
            R"("serviceTier":"standard","store":false})"));
  CHECK(written.losses.empty());
}

TEST_CASE_METHOD(Fixture, "options that gemini lacks or limits are reported", "[gemini]") {
  const auto written = write(chat(
      "[" + user(text("a")) + "]",
      R"(,"temperature":3,"seed":4294967303,"top_logprobs":50,"stop":["1","2","3","4","5","6"],)"
      R"("user":"u","metadata":{"a":"b"},"cache_key":"k","service_tier":"scale",)"
      R"("output":{"verbosity":"low"},"tool_choice":{"parallel":false},)"
      R"("extras":[{"dialect":"openai-chat","key":"logit_bias","value":{}}])"));
  const auto config = sdk::json::parse(written.body).value()["generationConfig"];

  CHECK(config.raw() == R"({"temperature":2,"seed":7,"logprobs":20,)"
                        R"("stopSequences":["1","2","3","4","5"]})");
  CHECK(written.losses ==
        Lines{"dropped /tool_choice/parallel: the upstream decides how many calls it makes",
              "approximated /temperature: out of the upstream's range",
              "approximated /seed: the upstream takes 32 bits",
              "approximated /top_logprobs: out of the upstream's range",
              "dropped /stop/5: the upstream takes five",
              "dropped /output/verbosity: the upstream has no such word",
              "dropped /service_tier: the upstream has no such tier",
              "dropped /user: the upstream is not told of users",
              "dropped /metadata: the upstream keeps none",
              "dropped /cache_key: the upstream caches by itself",
              "dropped /logit_bias: only openai-chat knows it"});
}

TEST_CASE_METHOD(Fixture, "what a gemini model would refuse is held to its range", "[gemini]") {
  const auto canonical = chat("[" + user(text("a")) + "]", R"(,"max_tokens":128000,"n":9)");

  CHECK_THAT(write(canonical, "gemini-3-pro").body,
             ContainsSubstring(R"("candidateCount":8,"maxOutputTokens":65536)"));
  CHECK(write(canonical, "gemini-3-pro").losses ==
        Lines{"approximated /n: out of the upstream's range",
              "approximated /max_tokens: out of the upstream's range"});
  CHECK_THAT(write(canonical, "fast").body, ContainsSubstring(R"("maxOutputTokens":128000)"));
}

TEST_CASE_METHOD(Fixture, "a gemini count names its model when it is of a whole request",
                 "[gemini]") {
  const Wanted count{.model = "g", .operation = "count_tokens"};

  CHECK(dialect.write(chat("[" + user(text("a")) + "]"), count).body ==
        R"({"contents":[{"role":"user","parts":[{"text":"a"}]}]})");
  CHECK(dialect
            .write(chat(R"([{"role":"system","parts":[{"type":"text","text":"s"}]},)" +
                        user(text("a")) + "]"),
                   count)
            .body ==
        R"({"generateContentRequest":{"model":"models/g","contents":[{"role":"user",)"
        R"("parts":[{"text":"a"}]}],"systemInstruction":{"role":"user","parts":[{"text":"s"}]}}})");
}

}  // namespace abv::tests
