#include "abv/sdk/json.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kGeneral = "gemini-2.5-flash";
constexpr const char* kTranscriber = "gemini-3.5-transcribe";
const std::string kCounts = "usage(in=40,out=9,read=-1,write=-1,think=-1)";

struct Fixture {
  RequestProbe requests{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  DialectProbe answers{sdk::Dialect<gemini::GeminiDialect>::kComponent};
  Params whole{.form = sdk::Form::kWhole, .operation = "audio.transcriptions"};
  Params stream{.form = sdk::Form::kStream, .operation = "audio.transcriptions"};

  WrittenRequest write(const std::string& fields, const std::string& model = kGeneral,
                       const std::string& type = "audio/wav", bool is_stream = false) const {
    return requests.write(
        R"({"abv":"transcription/1","model":"m","stream":false,"audio":{"media_type":")" + type +
            R"(","data":"AA=="})" + (fields.empty() ? "" : ",") + fields + "}",
        {.model = model, .operation = "audio.transcriptions", .is_stream = is_stream});
  }
  // The words that a general model is told.
  std::string words(const std::string& fields) const {
    const auto parts = sdk::json::parse(write(fields).body).value()["contents"][0]["parts"];
    return parts[parts.size() - 1]["text"].as_string();
  }
  std::string config(const std::string& fields, const std::string& model) const {
    const auto body = sdk::json::parse(write(fields, model).body).value();
    return std::string(body["generationConfig"].raw());
  }
};

std::string answer(const std::string& parts, const std::string& reason = "STOP") {
  return R"({"candidates":[{"content":{"parts":[)" + parts +
         R"(],"role":"model"},"finishReason":")" + reason +
         R"(","index":0}],"usageMetadata":{"promptTokenCount":40,"candidatesTokenCount":9,)"
         R"("totalTokenCount":49},"modelVersion":"m","responseId":"r"})";
}
std::string said(const std::string& text) {
  sdk::json::Writer json;
  return json.begin_object().member("text", text).end_object().take();
}
std::string frame(const std::string& parts) {
  return R"(data: {"candidates":[{"content":{"parts":[)" + parts + "]}}]}\n\n";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a general model gets the sound and is told to transcribe it",
                 "[gemini]") {
  const auto written = write(R"("response_format":"json")");
  const auto body = sdk::json::parse(written.body).value();

  CHECK(written.path == "/v1beta/models/gemini-2.5-flash:generateContent");
  CHECK(body.size() == 1);
  CHECK(body["contents"][0]["parts"][0].raw() ==
        R"({"inlineData":{"mimeType":"audio/wav","data":"AA=="}})");
  CHECK(body["contents"][0]["parts"][1]["text"].as_string().find("Transcribe") == 0);
  CHECK(written.losses.empty());
  CHECK(write("", kGeneral, "audio/wav", true).path ==
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
}

TEST_CASE_METHOD(Fixture, "a sound's type has google's name", "[gemini]") {
  const auto [type, expected] = GENERATE(table<std::string, std::string>({
      {"audio/mpeg", "audio/mp3"},
      {"audio/x-wav", "audio/wav"},
      {"audio/x-m4a", "audio/mp4"},
      {"video/webm", "audio/webm"},
      {"audio/ogg", "audio/ogg"},
      {"video/mp4", "video/mp4"},
  }));
  const auto body = sdk::json::parse(write("", kGeneral, type).body).value();

  CHECK(body["contents"][0]["parts"][0]["inlineData"]["mimeType"].as_string() == expected);
}

TEST_CASE_METHOD(Fixture, "hints at language, style, words and speakers are told in words",
                 "[gemini]") {
  const auto text =
      words(R"("languages":["de","fr"],"prompt":"Zoë \"says\"","keywords":["abv-host"],)"
            R"("speakers":[{"name":"Ann"}])");

  CHECK(text.find("(ISO 639-1): de, fr.") != std::string::npos);
  CHECK(text.find("Zoë \"says\"") != std::string::npos);
  CHECK(text.find("abv-host;") != std::string::npos);
  CHECK(text.find("called Ann.") != std::string::npos);
  CHECK(words("").find("ISO") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "the voice of a known speaker follows the sound", "[gemini]") {
  const auto body = sdk::json::parse(write(R"("speakers":[{"name":"Ann","example":)"
                                           R"({"media_type":"audio/mpeg","data":"BB=="}}])")
                                         .body)
                        .value();
  const auto parts = body["contents"][0]["parts"];

  REQUIRE(parts.size() == 4);
  CHECK(parts[1]["text"].as_string().find("how Ann sounds") != std::string::npos);
  CHECK(parts[2].raw() == R"({"inlineData":{"mimeType":"audio/mp3","data":"BB=="}})");
}

TEST_CASE_METHOD(Fixture, "a translation is into english", "[gemini]") {
  CHECK(words(R"("translate":true)").find("into English") != std::string::npos);
  CHECK(words("").find("Do not translate") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "times are asked for by a schema", "[gemini]") {
  CHECK(config(R"("segments":true,"temperature":0.5)", kGeneral) ==
        R"({"temperature":0.5,"responseMimeType":"application/json","responseSchema":)"
        R"({"type":"OBJECT","properties":{"language":{"type":"STRING"},"segments":)"
        R"({"type":"ARRAY","items":{"type":"OBJECT","properties":{"start":{"type":"STRING"},)"
        R"("end":{"type":"STRING"},"text":{"type":"STRING"}},"required":["start","end","text"],)"
        R"("propertyOrdering":["start","end","text"]}}},"required":["language","segments"],)"
        R"("propertyOrdering":["language","segments"]}})");
  CHECK(write(R"("segments":true)").losses ==
        Lines{"approximated /segments: the model estimates times"});
}

TEST_CASE_METHOD(Fixture, "words are asked for beside the text, speakers in segments", "[gemini]") {
  const auto schema_of = [&](const std::string& fields) {
    return sdk::json::parse(write(fields).body).value()["generationConfig"]["responseSchema"];
  };

  CHECK(schema_of(R"("words":true)")["required"].raw() == R"(["language","text","words"])");
  CHECK(schema_of(R"("words":true,"segments":true)")["required"].raw() ==
        R"(["language","segments","words"])");
  CHECK(
      schema_of(R"("segments":true,"diarize":true)")["properties"]["segments"]["items"]["required"]
          .raw() == R"(["start","end","speaker","text"])");
}

TEST_CASE_METHOD(Fixture, "a model made for transcribing is told by its own settings", "[gemini]") {
  CHECK(config("", kTranscriber).empty());
  CHECK(config(R"("languages":["de"],"keywords":["abv"])", kTranscriber) ==
        R"({"audioTranscriptionConfig":{"languageCodes":["de"],"customVocabulary":["abv"]}})");
  CHECK(config(R"("segments":true,"diarize":true,"keywords":["abv"])", kTranscriber) ==
        R"({"audioTranscriptionConfig":{"wordTimestamp":true,"diarization":true}})");
  const auto written = write(R"("segments":true,"keywords":["abv"],"prompt":"p",)"
                             R"("speakers":[{"name":"Ann"}])",
                             kTranscriber);
  CHECK(sdk::json::parse(written.body).value()["contents"][0]["parts"].size() == 1);
  CHECK(written.losses == Lines{"dropped /prompt: the model takes none",
                                "dropped /keywords: the model takes none beside times",
                                "approximated /segments: they are made of the times of words",
                                "dropped /speakers: the model knows no names"});
}

TEST_CASE_METHOD(Fixture, "a model made for transcribing cannot translate", "[gemini]") {
  CHECK(write(R"("translate":true)", kTranscriber).failure ==
        "400 unsupported_operation: model: \"gemini-3.5-transcribe\" does not translate; Gemini's "
        "general models do");
}

TEST_CASE_METHOD(Fixture, "what no model can be told of a transcript is reported", "[gemini]") {
  CHECK(write(R"("logprobs":true,"chunking":{"type":"server_vad"},"extras":)"
              R"([{"dialect":"openai-chat","key":"new","value":1}])")
            .losses == Lines{"dropped /logprobs: the upstream tells none of a transcript",
                             "dropped /chunking: the upstream cuts by itself",
                             "dropped /new: only openai-chat knows it"});
  CHECK(write(R"("chunking":"auto","logprobs":false)").losses.empty());
}

TEST_CASE_METHOD(Fixture, "plain text of a general model goes on as it comes", "[gemini]") {
  CHECK(answers.outcomes_of_all_cuts(
            frame(said("\n")) + frame(R"({"text":"Hm","thought":true})") + frame(said("Hel")) +
                "data: " + answer(said("lo.")) + "\n\n",
            stream) == std::set<Lines>{{"start(,)", "text[0](Hel)", "text[0](lo.)", kCounts,
                                        "stop(end,STOP,)", "status 0"}});
}

TEST_CASE_METHOD(Fixture, "times of a general model are read in every spelling", "[gemini]") {
  const std::string document =
      R"({"language":"en","segments":[{"start":"00:00.000","end":"00:01.500","text":"Hello."},)"
      R"({"start":"01:02:03,25","end":"62:04.5","text":"So?"},{"start":3800,"end":"3801.5s",)"
      R"("text":"你好"},{"start":"later","end":"00:01","text":"再见"}],"words":[{"start":"00:00.1",)"
      R"("end":"00:00.4567","text":"Hello."}]})";
  const Lines expected = {
      "start(r,m)",
      kCounts,
      "text[0](Hello. So?你好再见)",
      R"(segments[0]([{"text":"Hello.","start":0,"end":1.5},)"
      R"({"text":"So?","start":3723.25,"end":3724.5},{"text":"你好","start":3800,"end":3801.5},)"
      R"({"text":"再见","start":3801.5,"end":3801.5}],en,3801500))",
      R"(words[0]([{"text":"Hello.","start":0.1,"end":0.457}],en,3801500))",
      "stop(end,STOP,)",
      "status 0"};

  CHECK(answers.outcomes_of_all_cuts(answer(said(document)), whole) == std::set<Lines>{expected});
}

TEST_CASE_METHOD(Fixture, "JSON that comes in pieces is read when it is whole", "[gemini]") {
  const std::string body = frame(said(R"({"language":"en",)")) +
                           "data: " + answer(said(R"("text":"Hi.","words":[]})")) + "\n\n";

  CHECK(answers.outcomes_of_all_cuts(body, stream) ==
        std::set<Lines>{{"start(,)", "text[0](Hi.)", "segments[0]([],en,0)", kCounts,
                         "stop(end,STOP,)", "status 0"}});
}

TEST_CASE_METHOD(Fixture, "what only looks like JSON is what was said", "[gemini]") {
  CHECK(answers.decode(answer(said("{sic} he said")), whole).lines()[2] ==
        "text[0]({sic} he said)");
}

TEST_CASE_METHOD(Fixture, "a transcript that is not whole never looks like one", "[gemini]") {
  const auto last = [&](const std::string& body) {
    return answers.decode(body, whole).lines().back();
  };

  CHECK(last(answer(said(R"({"language":"en","segm)"), "MAX_TOKENS")) ==
        "error(502,upstream_incomplete,the transcript is longer than what the model may write in "
        "one answer (MAX_TOKENS); send the sound in pieces)");
  CHECK(last(answer(said("Hel"), "RECITATION")) ==
        "error(400,moderation_blocked,the upstream refused to transcribe (RECITATION))");
  CHECK(last(answer(said("Hel"), "OTHER")) ==
        "error(502,upstream_failed,the upstream gave up transcribing (OTHER))");
  CHECK(last(R"({"promptFeedback":{"blockReason":"SAFETY"}})") ==
        "error(400,moderation_blocked,the upstream refused to transcribe (SAFETY))");
  CHECK(answers.decode(frame(said("Hel")), stream).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "turns of a model made for transcribing are joined and timed",
                 "[gemini]") {
  const std::string body = answer(
      R"({"audioTranscription":{"text":"Hi there. Well?","languageCode":"en-US",)"
      R"("speakerLabel":"spk_1","words":[{"word":"Hi","startOffset":"0.1s","endOffset":"0.3s"},)"
      R"({"word":"there.","startOffset":"0.3s","endOffset":"0.8s"},)"
      R"({"word":"Well?","startOffset":"1s","endOffset":"1.500s"}]}},)"
      R"({"audioTranscription":{"text":"Yes","speakerLabel":"spk_2","words":[)"
      R"({"word":"Yes","startOffset":"1.5s","endOffset":"2s"}]}})");

  CHECK(answers.outcomes_of_all_cuts(body, whole) ==
        std::set<Lines>{
            {"start(r,m)", kCounts, "text[0](Hi there. Well?)", "text[0]( Yes)",
             R"(segments[0]([{"text":"Hi there.","start":0.1,"end":0.8,"speaker":"spk_1"},)"
             R"({"text":"Well?","start":1,"end":1.5,"speaker":"spk_1"},)"
             R"({"text":"Yes","start":1.5,"end":2,"speaker":"spk_2"}],en-US,2000))",
             R"(words[0]([{"text":"Hi","start":0.1,"end":0.3,"speaker":"spk_1"},)"
             R"({"text":"there.","start":0.3,"end":0.8,"speaker":"spk_1"},)"
             R"({"text":"Well?","start":1,"end":1.5,"speaker":"spk_1"},)"
             R"({"text":"Yes","start":1.5,"end":2,"speaker":"spk_2"}],en-US,2000))",
             "stop(end,STOP,)", "status 0"}});
}

TEST_CASE_METHOD(Fixture, "a pause begins a new segment", "[gemini]") {
  const std::string body = answer(R"({"audioTranscription":{"text":"a b c","words":[)"
                                  R"({"word":"a","startOffset":"0s","endOffset":"1s"},)"
                                  R"({"word":"b","startOffset":"1.9s","endOffset":"2s"},)"
                                  R"({"word":"c","startOffset":"3s","endOffset":"4s"}]}})");

  CHECK(answers.decode(body, whole).lines()[3] ==
        R"(segments[0]([{"text":"a b","start":0,"end":2},{"text":"c","start":3,"end":4}],,4000))");
}

TEST_CASE_METHOD(Fixture, "a sound without speech has an empty transcript", "[gemini]") {
  CHECK(answers.decode(answer(""), whole).lines() ==
        Lines{"start(r,m)", kCounts, "stop(end,STOP,)"});
}

}  // namespace abv::tests
