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

const std::string kPng = "\x89PNG\r\n\x1a\n";

struct Fixture {
  RequestProbe requests{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  DialectProbe answers{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params whole{.form = sdk::Form::kWhole, .operation = "images.generations"};
  Params stream{.form = sdk::Form::kStream, .operation = "images.generations"};

  ReadRequest read(const std::string& body) const {
    return requests.read(
        ClientFacts{.body = body, .operation = "images.generations", .model = "m"});
  }
  ReadRequest read_form(const Form& form, const std::string& operation = "images.edits") const {
    return requests.read(ClientFacts{.body = form.text(),
                                     .operation = operation,
                                     .model = "m",
                                     .headers = {{"Content-Type", Form::kType}}});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a request for images is read with all that it says", "[openai]") {
  const auto request = read(
      R"({"model":"m","prompt":"a \"dot\"","n":2,"size":"1536x1024","quality":"high",)"
      R"("style":"vivid","background":"opaque","moderation":"low","output_format":"webp",)"
      R"("output_compression":80,"partial_images":0,"response_format":"url","user":"u",)"
      R"("stream":false,"aspect_ratio":"3:2","image_size":"2K","complexity":"low","svg":null})");

  CHECK(request.failure.empty());
  CHECK(sorted_json(request.canonical) ==
        sorted_json(R"({"abv":"image/1","model":"m","stream":false,"task":"generate",)"
                    R"("prompt":"a \"dot\"","n":2,"size":"1536x1024","aspect_ratio":"3:2",)"
                    R"("resolution":"2K","quality":"high","style":"vivid","background":"opaque",)"
                    R"("moderation":"low","output_format":"webp","output_compression":80,)"
                    R"("partial_images":0,"response_format":"url","user":"u","extras":)"
                    R"([{"dialect":"openai-chat","key":"complexity","value":"low"}]})"));
}

TEST_CASE_METHOD(Fixture, "an edit is read from a form, with its pictures", "[openai]") {
  Form form;
  form.field("prompt", "a \"dot\"\n").field("n", "2").field("stream", "false");
  form.field("output_compression", "x").field("model", "gpt-image-2");

  CHECK(read_form(form).failure ==
        "400 invalid_request_error: output_compression: expected a whole number, got a string");

  Form good;
  good.field("prompt", "a \"dot\"\n").field("n", "2").field("quality", "hd");
  good.file("image[]", "a.png", "image/png", kPng).file("image[]", "b", "", "\xFF\xD8\xFF\xE0");
  good.file("image1", "c.webp", "application/octet-stream", "RIFF....WEBP");
  good.file("mask", "m.png", "", kPng).file("markup", "x.png", "image/png", kPng);

  const auto request = read_form(good);

  CHECK(request.failure.empty());
  CHECK(sorted_json(request.canonical) ==
        sorted_json(R"({"abv":"image/1","model":"m","stream":false,"task":"edit",)"
                    R"("prompt":"a \"dot\"\n","n":2,"quality":"hd","images":[)"
                    R"({"media_type":"image/png","data":"iVBORw0KGgo=","name":"a.png"},)"
                    R"({"media_type":"image/jpeg","data":"/9j/4A==","name":"b"},)"
                    R"({"media_type":"image/webp","data":"UklGRi4uLi5XRUJQ","name":"c.webp"}],)"
                    R"("mask":{"media_type":"image/png","data":"iVBORw0KGgo=","name":"m.png"},)"
                    R"("extras":[{"dialect":"openai-chat","key":"markup","value":null}]})"));
}

TEST_CASE_METHOD(Fixture, "a variation needs a picture, but no prompt", "[openai]") {
  Form form;
  form.field("n", "1");
  CHECK(read_form(form, "images.variations").failure ==
        "400 invalid_request_error: image: expected a file, got nothing");

  form.file("image", "a.png", "image/png", kPng);
  const auto request = read_form(form, "images.variations");

  CHECK(json_at(request.canonical, "/task") == "\"variation\"");
  CHECK(json_at(request.canonical, "/prompt") == "nothing");
}

TEST_CASE_METHOD(Fixture, "a malformed request for images is refused by its field", "[openai]") {
  const auto [body, failure] = GENERATE(table<std::string, std::string>({
      {R"({"model":"m"})", "prompt: expected a text, got nothing"},
      {R"({"prompt":""})", "prompt: expected a text, got a string"},
      {R"({"prompt":7})", "prompt: expected a string, got a number"},
      {R"({"prompt":"p","n":0})", "n: expected 1 or more, got 0"},
      {R"({"prompt":"p","size":1024})", "size: expected a string, got a number"},
      {R"({"prompt":"p","response_format":"gif"})",
       "response_format: expected url or b64_json, got \"gif\""},
      {R"([])", "the body: expected an object, got an array"},
  }));

  CHECK(read(body).failure == "400 invalid_request_error: " + failure);
}

TEST_CASE_METHOD(Fixture, "a form that is cut off is refused", "[openai]") {
  const auto request = requests.read(ClientFacts{.body = "--cut\r\nContent-Dispo",
                                                 .operation = "images.edits",
                                                 .headers = {{"content-type", Form::kType}}});

  CHECK(request.failure ==
        "400 invalid_request_error: request body: the multipart body has no end");
}

TEST_CASE_METHOD(Fixture, "images are written in base64 with their counts", "[openai]") {
  Recorded revised = text(0, "a red dot");
  revised.flags = ABV_EVENT_REVISED;
  whole.request_body = R"({"prompt":"a dot"})";

  const auto answer = answers.encode(
      {start("x", "m"), revised, image(1, "image/png", "AA=="), image(2, "image/png", "BB=="),
       text(3, "Here you are."), usage(10, 1290), stop(StopReason::kEnd)},
      whole);

  CHECK(sorted_json(answer.bytes) ==
        sorted_json(R"({"created":1700000000,"data":[{"b64_json":"AA==",)"
                    R"("revised_prompt":"a red dot"},{"b64_json":"BB=="}],"output_format":"png",)"
                    R"("usage":{"input_tokens":10,"output_tokens":1290,"total_tokens":1300,)"
                    R"("input_tokens_details":{"text_tokens":10,"image_tokens":0}}})"));
  CHECK(answer.type.empty());
}

TEST_CASE_METHOD(Fixture, "who asks for a URL gets one that holds the image", "[openai]") {
  whole.request_body = R"({"prompt":"a dot","response_format":"url"})";

  const auto answer = answers.encode(
      {start("x", "m"), image(0, "image/jpeg", "AA=="), stop(StopReason::kEnd)}, whole);

  CHECK(json_at(answer.bytes, "/data") == R"([{"url":"data:image/jpeg;base64,AA=="}])");
}

TEST_CASE_METHOD(Fixture, "an edit's counts do not pretend to know what was words", "[openai]") {
  whole.operation = "images.edits";
  whole.request_type = Form::kType;
  whole.request_body = Form().field("response_format", "url").text();

  const auto answer = answers.encode(
      {start("x", "m"), image(0, "image/png", "AA=="), usage(300, 5), stop(StopReason::kEnd)},
      whole);

  CHECK(json_at(answer.bytes, "/usage") ==
        R"({"input_tokens":300,"output_tokens":5,"total_tokens":305})");
  CHECK(json_at(answer.bytes, "/data/0/url") == R"("data:image/png;base64,AA==")");
}

TEST_CASE_METHOD(Fixture, "an answer without an image is none", "[openai]") {
  whole.request_body = stream.request_body = R"({"prompt":"a dot"})";
  const std::vector<Recorded> events = {start("x", "m"), text(0, "No."), stop(StopReason::kEnd)};

  CHECK(answers.encode(events, whole).status == ABV_E_INVALID);
  CHECK(answers.encode(events, stream).status == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "a stream shows as many drafts as were asked for, then the image",
                 "[openai]") {
  Recorded draft = image(0, "image/png", "DD==");
  draft.flags = ABV_EVENT_PARTIAL;
  const std::vector<Recorded> events = {
      start("x", "m"),       draft, draft, image(1, "image/png", "AA=="), usage(10, 20), ping(),
      stop(StopReason::kEnd)};
  stream.request_body = R"({"prompt":"p","partial_images":1,"quality":"low","stream":true})";

  CHECK(answers.encode(events, stream).bytes ==
        "event: image_generation.partial_image\n"
        R"(data: {"type":"image_generation.partial_image","b64_json":"DD==",)"
        R"("created_at":1700000000,"size":"auto","quality":"low","background":"auto",)"
        R"("output_format":"png","partial_image_index":0})"
        "\n\n: keep-alive\n\n"
        "event: image_generation.completed\n"
        R"(data: {"type":"image_generation.completed","b64_json":"AA==",)"
        R"("created_at":1700000000,"size":"auto","quality":"low","background":"auto",)"
        R"("output_format":"png","usage":{"input_tokens":10,"output_tokens":20,)"
        R"("total_tokens":30,"input_tokens_details":{"text_tokens":10,"image_tokens":0}}})"
        "\n\n");
  stream.request_body = R"({"prompt":"p","stream":true})";
  CHECK(answers.encode(events, stream).bytes.find("partial_image") == std::string::npos);
}

TEST_CASE_METHOD(Fixture, "the stream of an edit has events of its own", "[openai]") {
  stream.operation = "images.edits";
  stream.request_body = Form().field("stream", "true").text();
  stream.request_type = Form::kType;

  const auto answer = answers.encode(
      {start("x", "m"), image(0, "image/png", "AA=="), stop(StopReason::kEnd)}, stream);

  CHECK(answer.bytes.rfind("event: image_edit.completed\n", 0) == 0);
}

}  // namespace abv::tests
