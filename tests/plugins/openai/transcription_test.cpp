#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/openai/form.hpp"
#include "tests/plugins/openai/json_at.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using sdk::StopReason;
using Lines = std::vector<std::string>;

const std::string kTwo =
    R"([{"text":"Hello there.","start":0,"end":1.5},{"text":"Bye --> now.","start":3661.25,)"
    R"("end":3662}])";

struct Fixture {
  RequestProbe requests{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  DialectProbe answers{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params params{
      .form = sdk::Form::kWhole, .operation = "audio.transcriptions", .request_type = Form::kType};

  ReadRequest read(const Form& form, const std::string& operation = "audio.transcriptions",
                   bool is_stream = false) const {
    return requests.read(ClientFacts{.body = form.text(),
                                     .operation = operation,
                                     .model = "m",
                                     .headers = {{"content-type", Form::kType}},
                                     .is_stream = is_stream});
  }
  // What a client gets who asked for `format`.
  Encoded answer(const std::string& format, const std::vector<Recorded>& events) {
    params.request_body = Form().field("response_format", format).text();
    return answers.encode(events, params);
  }
};

Form sound() {
  return Form().file("file", "a.wav", "audio/wav", "RIFF....WAVE");
}

std::vector<Recorded> told() {
  return {start("x", "m"),
          text(0, "Hello there. "),
          text(0, "Bye --> now."),
          segments(0, kTwo, "en-US", 3662000),
          usage(50, 9),
          stop(StopReason::kEnd)};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a request for a transcript is read with all that it says", "[openai]") {
  Form form = sound();
  form.field("model", "m")
      .field("language", "de")
      .field("prompt", "Grüße")
      .field("temperature", "0.5");
  form.field("response_format", "verbose_json").field("timestamp_granularities[]", "word");
  form.field("timestamp_granularities[]", "segment").field("include[]", "logprobs");
  form.field("keywords[]", "abv").field("chunking_strategy[type]", "server_vad");
  form.field("known_speaker_names[]", "Ann").field("known_speaker_names[]", "Bob");
  form.field("known_speaker_references[]", "data:audio/wav;base64,AAAA").field("new", "1");

  const auto request = read(form);

  CHECK(request.failure.empty());
  CHECK(request.losses.empty());
  CHECK(sorted_json(request.canonical) ==
        sorted_json(R"({"abv":"transcription/1","model":"m","stream":false,"audio":)"
                    R"({"media_type":"audio/wav","data":"UklGRi4uLi5XQVZF","name":"a.wav"},)"
                    R"("languages":["de"],"prompt":"Grüße","keywords":["abv"],"temperature":0.5,)"
                    R"("response_format":"verbose_json","segments":true,"words":true,"speakers":)"
                    R"([{"name":"Ann","example":{"media_type":"audio/wav","data":"AAAA"}},)"
                    R"({"name":"Bob"}],"logprobs":true,"chunking":{"type":"server_vad"},)"
                    R"("extras":[{"dialect":"openai-chat","key":"new","value":"1"}]})"));
}

TEST_CASE_METHOD(Fixture, "the form of the answer says which times are needed", "[openai]") {
  const auto [format, granularity, expected] =
      GENERATE(table<std::string, std::string, std::string>({
          {"json", "", "nothing nothing nothing"},
          {"text", "", "nothing nothing nothing"},
          {"srt", "", "true nothing nothing"},
          {"vtt", "", "true nothing nothing"},
          {"verbose_json", "", "true nothing nothing"},
          {"verbose_json", "segment", "true nothing nothing"},
          {"verbose_json", "word", "nothing true nothing"},
          {"diarized_json", "", "true nothing true"},
      }));
  Form form = sound();
  form.field("response_format", format);
  const auto request =
      read(granularity.empty() ? form : form.field("timestamp_granularities", granularity));

  CHECK(json_at(request.canonical, "/segments") + " " + json_at(request.canonical, "/words") + " " +
            json_at(request.canonical, "/diarize") ==
        expected);
}

TEST_CASE_METHOD(Fixture, "times that the answer's form has no place for are lost", "[openai]") {
  const auto request = read(sound().field("timestamp_granularities[]", "word"));

  CHECK(json_at(request.canonical, "/words") == "nothing");
  CHECK(request.losses ==
        Lines{"dropped /timestamp_granularities: only verbose_json has a place for them"});
}

TEST_CASE_METHOD(Fixture, "a sound's type is what it says or what its bytes tell", "[openai]") {
  const auto [name, type, bytes, expected] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"x", "audio/x-m4a", "?", "audio/x-m4a"},
          {"x", "audio/ogg; codecs=opus", "?", "audio/ogg"},
          {"x", "application/octet-stream", "ID3...", "audio/mpeg"},
          {"x", "", "fLaC....", "audio/flac"},
          {"x", "", "....ftypM4A", "audio/mp4"},
          {"A.MP3", "application/octet-stream", "?", "audio/mpeg"},
      }));

  const auto request = read(Form().file("file", name, type, bytes));

  CHECK(json_at(request.canonical, "/audio/media_type") == "\"" + expected + "\"");
}

TEST_CASE_METHOD(Fixture, "a translation is asked for by its path", "[openai]") {
  CHECK(json_at(read(sound(), "audio.translations").canonical, "/translate") == "true");
  CHECK(json_at(read(sound()).canonical, "/translate") == "nothing");
}

TEST_CASE_METHOD(Fixture, "a malformed request for a transcript is refused by its field",
                 "[openai]") {
  CHECK(read(Form().field("model", "m")).failure ==
        "400 invalid_request_error: file: expected a file, got nothing");
  CHECK(read(Form().file("file", "a.wav", "audio/wav", "")).failure ==
        "400 invalid_request_error: file: expected a file with sound, got an empty one");
  CHECK(read(sound().field("response_format", "xml")).failure ==
        "400 invalid_request_error: response_format: expected json, text, srt, vtt, verbose_json "
        "or diarized_json, got \"xml\"");
  CHECK(read(sound().field("temperature", "warm")).failure ==
        "400 invalid_request_error: temperature: expected a number, got a string");
  CHECK(read(sound().field("known_speaker_references[]", "data:audio/wav;base64,AA")).failure ==
        "400 invalid_request_error: known_speaker_references: expected as many as there are names, "
        "got 1");
  CHECK(read(sound().field("response_format", "srt"), "audio.transcriptions", true).failure ==
        "400 invalid_request_error: response_format: expected json, text or diarized_json with "
        "stream, got \"srt\"");
}

TEST_CASE_METHOD(Fixture, "a transcript is JSON with its counts unless asked otherwise",
                 "[openai]") {
  params.request_body = Form().field("model", "m").text();

  const auto answer = answers.encode(told(), params);

  CHECK(sorted_json(answer.bytes) ==
        sorted_json(R"({"text":"Hello there. Bye --> now.","usage":{"type":"tokens",)"
                    R"("input_tokens":50,"output_tokens":9,"total_tokens":59}})"));
  CHECK(answer.type.empty());
}

TEST_CASE_METHOD(Fixture, "a transcript can be plain text and subtitles", "[openai]") {
  CHECK(answer("text", told()).bytes == "Hello there. Bye --> now.\n");
  CHECK(answer("srt", told()).bytes ==
        "1\n00:00:00,000 --> 00:00:01,500\nHello there.\n\n"
        "2\n01:01:01,250 --> 01:01:02,000\nBye -> now.\n\n");
  CHECK(answer("vtt", told()).bytes ==
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello there.\n\n"
        "01:01:01.250 --> 01:01:02.000\nBye -> now.\n\n");
  CHECK(answer("srt", told()).type == "text/plain; charset=utf-8");
}

TEST_CASE_METHOD(Fixture, "subtitles without times are one cue", "[openai]") {
  CHECK(answer("srt", {start("", ""), text(0, "a\n\n b\n"), stop(StopReason::kEnd)}).bytes ==
        "1\n00:00:00,000 --> 00:00:01,000\na\nb\n\n");
}

TEST_CASE_METHOD(Fixture, "verbose_json has language, duration and segments", "[openai]") {
  const auto body = answer("verbose_json", told()).bytes;

  CHECK(json_at(body, "/task") == "\"transcribe\"");
  CHECK(json_at(body, "/language") == "\"english\"");
  CHECK(json_at(body, "/duration") == "3662");
  CHECK(json_at(body, "/words") == "nothing");
  CHECK(json_at(body, "/usage") == R"({"seconds":3662,"type":"duration"})");
  CHECK(json_at(body, "/segments/1") ==
        R"({"avg_logprob":0,"compression_ratio":0,"end":3662,"id":1,"no_speech_prob":0,"seek":0,)"
        R"("start":3661.25,"temperature":0,"text":"Bye --> now.","tokens":[]})");
}

TEST_CASE_METHOD(Fixture, "verbose_json has the words that were asked for", "[openai]") {
  auto events = told();
  events.insert(events.begin() + 4, words(0, R"([{"text":"Hello","start":0.1,"end":0.5}])"));
  params.request_body = Form()
                            .field("response_format", "verbose_json")
                            .field("timestamp_granularities[]", "word")
                            .text();

  const auto body = answers.encode(events, params).bytes;

  CHECK(json_at(body, "/words") == R"([{"end":0.5,"start":0.1,"word":"Hello"}])");
  CHECK(json_at(body, "/segments") == "nothing");
}

TEST_CASE_METHOD(Fixture, "speakers are called by their names or by letters", "[openai]") {
  params.request_body =
      Form().field("response_format", "diarized_json").field("known_speaker_names[]", "Ann").text();
  const std::string entries = R"([{"text":"Hi.","start":0,"end":1,"speaker":"spk_7"},)"
                              R"({"text":"Hi!","start":1,"end":2,"speaker":"Ann"},)"
                              R"({"text":"So?","start":2,"end":3,"speaker":"spk_2"},)"
                              R"({"text":"So.","start":3,"end":4,"speaker":"spk_7"}])";

  const auto body = answers
                        .encode({start("", ""), text(0, "Hi. Hi! So? So."),
                                 segments(0, entries, "en", 0), stop(StopReason::kEnd)},
                                params)
                        .bytes;

  CHECK(json_at(body, "/segments/0") ==
        R"({"end":1,"id":"seg_1","speaker":"A","start":0,"text":"Hi.",)"
        R"("type":"transcript.text.segment"})");
  CHECK(json_at(body, "/segments/1/speaker") == "\"Ann\"");
  CHECK(json_at(body, "/segments/2/speaker") == "\"B\"");
  CHECK(json_at(body, "/segments/3/speaker") == "\"A\"");
  CHECK(json_at(body, "/duration") == "4");
}

TEST_CASE_METHOD(Fixture, "a translation says that it is english", "[openai]") {
  params.operation = "audio.translations";

  const auto body = answer("verbose_json", told()).bytes;

  CHECK(json_at(body, "/task") == "\"translate\"");
  CHECK(json_at(body, "/language") == "\"english\"");
}

TEST_CASE_METHOD(Fixture, "a streamed transcript is deltas and the whole at the end", "[openai]") {
  params.form = sdk::Form::kStream;
  params.request_body = Form().field("stream", "true").text();

  CHECK(answers.encode(told(), params).bytes ==
        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello there. \"}\n\n"
        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Bye --> now.\"}\n\n"
        "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello there. Bye --> now.\","
        "\"usage\":{\"type\":\"tokens\",\"input_tokens\":50,\"output_tokens\":9,"
        "\"total_tokens\":59}}\n\n");
}

TEST_CASE_METHOD(Fixture, "a streamed transcript with speakers has their segments", "[openai]") {
  params.form = sdk::Form::kStream;
  params.request_body =
      Form().field("stream", "true").field("response_format", "diarized_json").text();
  const std::string one = R"([{"text":"Hi.","start":0,"end":1,"speaker":"A"}])";

  CHECK(answers
            .encode({start("", ""), text(0, "Hi."), segments(0, one, "en", 1000),
                     stop(StopReason::kEnd)},
                    params)
            .bytes ==
        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi.\"}\n\n"
        "data: {\"type\":\"transcript.text.segment\",\"id\":\"seg_1\",\"start\":0,\"end\":1,"
        "\"text\":\"Hi.\",\"speaker\":\"A\"}\n\n"
        "data: {\"type\":\"transcript.text.done\",\"text\":\"Hi.\"}\n\n");
}

}  // namespace abv::tests
