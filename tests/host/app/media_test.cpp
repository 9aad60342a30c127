// What is no conversation, converted: embeddings, images and transcripts of clients and upstreams
// that speak differently.

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

constexpr std::string_view kForm = "content-type: multipart/form-data; boundary=cut";

// Clients of each dialect reach the other's upstream by "other".
Yaml crossed(const FakeServer& upstream, const std::string& model) {
  Yaml yaml = proxy_to(upstream);
  yaml.openai_models = "      - { match: other, provider: gemini, as: " + model + " }\n";
  yaml.gemini_models = "      - { match: other, provider: openai, as: " + model + " }\n";
  yaml.claude_models = "      - { match: other, provider: gemini }\n";
  yaml.more = "loss_header: true\n";
  return yaml;
}

std::string part(const std::string& disposition, const std::string& content) {
  return "--cut\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
}

// A form with a sound whose bytes look like the form's end, and further fields.
std::string sound_form(const std::string& more) {
  return part("name=\"model\"", "other") +
         part("name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav",
              std::string("RIFF\r\n--cu\0\r\n", 13)) +
         more + "--cut--\r\n";
}

std::string told(const std::string& text) {
  return R"({"candidates":[{"content":{"parts":[{"text":")" + text +
         R"("}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":)"
         R"({"promptTokenCount":40,"candidatesTokenCount":9}})";
}

bool has(const std::string& text, std::string_view part_of_it) {
  return text.find(part_of_it) != std::string::npos;
}

}  // namespace

TEST_CASE("a sound in a form reaches gemini whole, and comes back as subtitles", "[app][media]") {
  FakeServer upstream(always(json_answer(
      told(R"({\"language\":\"en\",\"segments\":[{\"start\":\"00:00\",\"end\":\"00:01.5\",)"
           R"(\"text\":\"Hello.\"}]})"))));
  Host host(crossed(upstream, "gemini-2.5-flash"));
  host.start();

  const Answer answer = host.post("/v1/audio/transcriptions",
                                  sound_form(part("name=\"response_format\"", "srt")), {kForm});

  CHECK(answer.status == 200);
  CHECK(answer.header("content-type") == "text/plain; charset=utf-8");
  CHECK(answer.body == "1\n00:00:00,000 --> 00:00:01,500\nHello.\n\n");
  CHECK(has(answer.header("x-abv-loss"), R"("path":"/segments","what":"approximated")"));
  REQUIRE(upstream.requests().size() == 1);
  const FakeRequest request = upstream.requests().front();
  CHECK(request.target == "/v1beta/models/gemini-2.5-flash:generateContent");
  CHECK(request.header("content-type") == "application/json");
  CHECK(has(request.body, R"({"mimeType":"audio/wav","data":"UklGRg0KLS1jdQANCg=="})"));
  const std::string line = host.call_line();
  CHECK(log_field(line, "lane") == "event");
  CHECK(log_field(line, "operation") == "audio.transcriptions");
}

TEST_CASE("a transcript is streamed as it comes", "[app][media]") {
  const std::string frame = R"(data: {"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]})"
                            "\n\n";
  FakeServer upstream(always(whole_stream({frame, "data: " + told("lo.") + "\n\n"})));
  Host host(crossed(upstream, "gemini-2.5-flash"));
  host.start();

  const Answer answer =
      host.post("/v1/audio/transcriptions", sound_form(part("name=\"stream\"", "true")), {kForm});

  CHECK(answer.header("content-type") == "text/event-stream");
  CHECK(answer.body ==
        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hel\"}\n\n"
        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"lo.\"}\n\n"
        "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello.\",\"usage\":{\"type\":"
        "\"tokens\",\"input_tokens\":40,\"output_tokens\":9,\"total_tokens\":49}}\n\n");
  CHECK(upstream.requests().front().target ==
        "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
}

TEST_CASE("a refused image is an error in the client's words, also for a stream", "[app][media]") {
  const bool is_stream = GENERATE(false, true);
  FakeServer upstream(always(json_answer(
      R"({"candidates":[{"finishReason":"IMAGE_SAFETY","finishMessage":"Not that."}]})")));
  Host host(crossed(upstream, "gemini-2.5-flash-image"));
  host.start();

  const Answer answer = host.post("/v1/images/generations",
                                  std::string(R"({"model":"other","prompt":"p","stream":)") +
                                      (is_stream ? "true" : "false") + "}");

  CHECK(answer.status == 400);
  CHECK(answer.body ==
        R"({"error":{"message":"the upstream refused to make the image (IMAGE_SAFETY): Not that.",)"
        R"("type":"invalid_request_error","param":null,"code":"moderation_blocked"}})");
}

TEST_CASE("what the upstream's model cannot do is refused before it is asked", "[app][media]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(crossed(upstream, "imagen-4.0-generate-001"));
  host.start();

  const Answer answer =
      host.post("/v1/images/edits",
                part("name=\"model\"", "other") + part("name=\"prompt\"", "p") +
                    part("name=\"image\"; filename=\"a.png\"\r\nContent-Type: image/png", "x") +
                    "--cut--\r\n",
                {kForm});

  CHECK(answer.status == 400);
  CHECK(has(answer.body, R"("param":"image","code":"unsupported_operation")"));
  CHECK(has(answer.body, "makes images from words only"));
  CHECK(upstream.requests().empty());
}

TEST_CASE("a form that the client got wrong is its error", "[app][media]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(crossed(upstream, "gemini-2.5-flash"));
  host.start();

  const Answer answer = host.post("/v1/audio/transcriptions",
                                  part("name=\"model\"", "other") + "--cut--\r\n", {kForm});

  CHECK(answer.status == 400);
  CHECK(has(answer.body, R"("message":"file: expected a file, got nothing")"));
  CHECK(has(answer.body, R"("param":"file")"));
}

TEST_CASE("embeddings go from openai's clients to gemini", "[app][media]") {
  FakeServer upstream(
      always(json_answer(R"({"embeddings":[{"values":[1,0.5]},{"values":[0,-1]}]})")));
  Host host(crossed(upstream, "gemini-embedding-001"));
  host.start();

  const Answer answer =
      host.post("/v1/embeddings", R"({"model":"other","input":["a","b"],"dimensions":2})");

  CHECK(answer.body ==
        R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,0.5]},)"
        R"({"object":"embedding","index":1,"embedding":[0,-1]}],"model":"other",)"
        R"("usage":{"prompt_tokens":0,"total_tokens":0}})");
  CHECK(answer.header("x-abv-loss").empty());
  CHECK(upstream.requests().front().target ==
        "/v1beta/models/gemini-embedding-001:batchEmbedContents");
}

TEST_CASE("embeddings go from gemini's clients to openai", "[app][media]") {
  const auto [method, body, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"embedContent", R"({"content":{"parts":[{"text":"a"}]}})",
       R"({"embedding":{"values":[1,0.5]},"usageMetadata":{"promptTokenCount":3,)"
       R"("totalTokenCount":3}})"},
      {"batchEmbedContents", R"({"requests":[{"content":{"parts":[{"text":"a"}]}}]})",
       R"({"embeddings":[{"values":[1,0.5]}],"usageMetadata":{"promptTokenCount":3,)"
       R"("totalTokenCount":3}})"},
  }));
  FakeServer upstream(always(json_answer(
      R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,0.5]}],)"
      R"("model":"e","usage":{"prompt_tokens":3,"total_tokens":3}})")));
  Host host(crossed(upstream, "text-embedding-3-small"));
  host.start();

  const Answer answer = host.post("/v1beta/models/other:" + method, body);

  CHECK(answer.body == expected);
  CHECK(upstream.requests().front().target == "/v1/embeddings");
  CHECK(upstream.requests().front().body ==
        R"({"model":"text-embedding-3-small","input":["a"],"encoding_format":"float"})");
  CHECK(log_field(host.call_line(), "tokens_in") == "3");
}

TEST_CASE("an upstream's error about an image has the client's form", "[app][media]") {
  FakeServer upstream(always(json_answer(
      R"({"error":{"code":429,"message":"Quota is used up.","status":"RESOURCE_EXHAUSTED"}})",
      429)));
  Host host(crossed(upstream, "gemini-2.5-flash-image"));
  host.start();

  const Answer answer =
      host.post("/v1/images/generations", R"({"model":"other","prompt":"a dot"})");

  CHECK(answer.status == 429);
  CHECK(has(answer.body, R"({"error":{"message":"Quota is used up.")"));
}

TEST_CASE("operations that only one vendor has are not offered for another's models",
          "[app][media]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(crossed(upstream, "gemini-2.5-flash"));
  host.start();

  const Answer speech = host.post("/v1/audio/speech", R"({"model":"other","input":"a"})");
  const Answer predict = host.post("/v1beta/models/other:predict", R"({"instances":[]})");

  CHECK(speech.status == 404);
  CHECK(has(speech.body, R"(no enabled provider of route \"openai\" offers \"audio.speech\")"));
  CHECK(predict.status == 404);
  CHECK(upstream.requests().empty());
}

}  // namespace abv::test
