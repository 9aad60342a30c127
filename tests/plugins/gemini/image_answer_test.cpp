#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

const std::string kUsage =
    R"("usageMetadata":{"promptTokenCount":6,"candidatesTokenCount":1290,"totalTokenCount":1296})";
const std::string kCounts = "usage(in=6,out=1290,read=-1,write=-1,think=-1)";

std::string answer(const std::string& parts, const std::string& reason,
                   const std::string& more = "") {
  return R"({"candidates":[{"content":{"parts":[)" + parts +
         R"(],"role":"model"},"finishReason":")" + reason + "\"" + more + R"(,"index":0}],)" +
         kUsage + R"(,"modelVersion":"m","responseId":"r"})";
}
std::string picture(const std::string& data, const std::string& more = "") {
  return R"({"inlineData":{"mimeType":"image/png","data":")" + data + "\"}" + more + "}";
}

struct Fixture {
  DialectProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Params whole{.form = sdk::Form::kWhole, .operation = "images.generations"};
  Params stream{.form = sdk::Form::kStream, .operation = "images.generations"};

  std::string last_of(const std::string& body) const {
    return dialect.decode(body, whole).lines().back();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an image of generateContent is read, whole or streamed", "[gemini]") {
  const Lines expected = {"start(r,m)", kCounts, "image[0](image/png,AA==)", "stop(end,STOP,)",
                          "status 0"};

  CHECK(dialect.outcomes_of_all_cuts(answer(picture("AA=="), "STOP"), whole) ==
        std::set<Lines>{expected});
  CHECK(dialect.outcomes_of_all_cuts("data: " + answer(picture("AA=="), "STOP") + "\n\n", stream) ==
        std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "what the model tried is a draft", "[gemini]") {
  const auto lines =
      dialect
          .decode(answer(picture("DD==", R"(,"thought":true)") + "," + picture("AA=="), "STOP"),
                  whole)
          .lines();

  CHECK(lines == Lines{"start(r,m)", kCounts, "draft[0](image/png,DD==)",
                       "image[1](image/png,AA==)", "stop(end,STOP,)"});
}

TEST_CASE_METHOD(Fixture, "images of predict are read with the prompts that were used",
                 "[gemini]") {
  CHECK(dialect.outcomes_of_all_cuts(
            R"({"predictions":[{"mimeType":"image/png","bytesBase64Encoded":"AA==",)"
            R"("prompt":"a red dot"},{"raiFilteredReason":"no"},)"
            R"({"mimeType":"image/jpeg","bytesBase64Encoded":"BB=="}]})",
            whole) ==
        std::set<Lines>{{"start(,)", "revised[0](a red dot)", "image[1](image/png,AA==)",
                         "image[2](image/jpeg,BB==)", "stop(end,,)", "status 0"}});
}

TEST_CASE_METHOD(Fixture, "a refused image is the client's error, with the upstream's words",
                 "[gemini]") {
  CHECK(last_of(answer(R"({"text":"I cannot draw that."})", "IMAGE_SAFETY")) ==
        "error(400,moderation_blocked,the upstream refused to make the image (IMAGE_SAFETY): I "
        "cannot draw that.)");
  CHECK(last_of(answer("", "PROHIBITED_CONTENT", R"(,"finishMessage":"No.")")) ==
        "error(400,moderation_blocked,the upstream refused to make the image "
        "(PROHIBITED_CONTENT): No.)");
  CHECK(last_of(R"({"promptFeedback":{"blockReason":"SAFETY"},)" + kUsage + "}") ==
        "error(400,moderation_blocked,the upstream refused to make the image (SAFETY))");
  CHECK(last_of(R"({"predictions":[{"raiFilteredReason":"violates"}]})") ==
        "error(400,moderation_blocked,the upstream refused to make the image: violates)");
  CHECK(last_of("{}") == "error(400,moderation_blocked,the upstream refused to make the image)");
}

TEST_CASE_METHOD(Fixture, "an answer that only talks is no image", "[gemini]") {
  CHECK(last_of(answer(R"({"text":"Which colour?"})", "STOP")) ==
        "error(502,no_image,the upstream answered without an image (STOP): Which colour?)");
  CHECK(last_of(R"({"modelVersion":"m",)" + kUsage + "}") ==
        "error(502,no_image,the upstream answered without an image)");
}

TEST_CASE_METHOD(Fixture, "the upstream's own error stays its own", "[gemini]") {
  CHECK(last_of(R"({"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}})") ==
        "error(429,RESOURCE_EXHAUSTED,slow down)");
}

TEST_CASE_METHOD(Fixture, "observers of images get the counts alone", "[gemini]") {
  whole.wanted = kObserved;

  CHECK(dialect.decode(answer(picture("AA=="), "STOP"), whole).lines() ==
        Lines{"start(r,m)", kCounts, "stop(end,STOP,)"});
  CHECK(dialect.decode(R"({"predictions":[]})", whole).lines() ==
        Lines{"start(,)", "stop(refusal,,)"});
}

TEST_CASE_METHOD(Fixture, "half an answer with an image is not complete", "[gemini]") {
  const auto body = answer(picture("AA=="), "STOP");

  CHECK(dialect.decode(body.substr(0, body.size() - 5), whole).status == ABV_E_INVALID);
  CHECK(dialect
            .decode(R"(data: {"candidates":[{"content":{"parts":[)" + picture("AA==") + "]}}]}\n\n",
                    stream)
            .status == ABV_E_INVALID);
}

}  // namespace abv::tests
