#include "abv/sdk/media_json.hpp"
#include "abv/sdk/multipart.hpp"
#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

namespace media = sdk::media;

constexpr const char* kEmbeddings =
    R"({"abv":"embeddings/1","model":"m","stream":false,"inputs":[{"text":"a\u0020b",)"
    R"("task":"RETRIEVAL_QUERY","title":"t","extras":[{"dialect":"gemini","key":"k","value":1}]},)"
    R"({"tokens":[1,2]},{"dialect":"gemini","raw":{"parts":[]}}],"dimensions":256,)"
    R"("encoding":"base64","user":"u","extras":[{"dialect":"openai-chat","key":"x","value":{}}]})";

constexpr const char* kImage =
    R"({"abv":"image/1","model":"m","stream":true,"task":"edit","prompt":"a \"dot\"",)"
    R"("images":[{"media_type":"image/png","data":"AAA=","name":"a.png"},{"url":"https://x/y"}],)"
    R"("mask":{"file_id":"f1"},"n":2,"size":"1024x1024","aspect_ratio":"1:1","resolution":"2K",)"
    R"("quality":"high","style":"vivid","background":"opaque","moderation":"low",)"
    R"("output_format":"png","output_compression":80,"partial_images":3,"input_fidelity":"high",)"
    R"("response_format":"url","user":"u","extras":[{"dialect":"d","key":"k","value":null}]})";

constexpr const char* kTranscription =
    R"({"abv":"transcription/1","model":"m","stream":false,"translate":true,"audio":)"
    R"({"media_type":"audio/wav","data":"AAA="},"languages":["de","fr"],"prompt":"p",)"
    R"("keywords":["k"],"temperature":0.5,"response_format":"verbose_json","segments":true,)"
    R"("words":true,"diarize":true,"speakers":[{"name":"Ann"},{"name":"Bob","example":)"
    R"({"media_type":"audio/wav","data":"BBB="}}],"logprobs":true,"chunking":"auto","user":"u"})";

std::string part(const std::string& headers, const std::string& content) {
  return "--cut\r\n" + headers + "\r\n\r\n" + content + "\r\n";
}

std::vector<sdk::FormPart> parts_of(const std::string& body) {
  std::vector<sdk::FormPart> parts;
  const auto fault = sdk::read_form(body, "multipart/form-data; boundary=cut",
                                    [&](const sdk::FormPart& one) { parts.push_back(one); });
  REQUIRE(fault.empty());
  return parts;
}

}  // namespace

TEST_CASE("canonical requests of media are written as they were read", "[sdk][media]") {
  sdk::json::Document document;

  CHECK(media::write_embeddings(media::read_embeddings(kEmbeddings, document)) == kEmbeddings);
  CHECK(media::write_image(media::read_image(kImage, document)) == kImage);
  CHECK(media::write_transcription(media::read_transcription(kTranscription, document)) ==
        kTranscription);
}

TEST_CASE("a canonical request of another operation is refused", "[sdk][media]") {
  sdk::json::Document document;

  CHECK_THROWS_AS(media::read_image(kEmbeddings, document), sdk::Failure);
  CHECK_THROWS_AS(media::read_embeddings(kTranscription, document), sdk::Failure);
  CHECK_THROWS_AS(media::read_transcription("{", document), sdk::Failure);
  CHECK_THROWS_AS(media::read_image(R"({"abv":"image/1","task":"paint"})", document), sdk::Failure);
}

TEST_CASE("the parts of a form have names, types and their own bytes", "[sdk][multipart]") {
  const std::string bytes("\r\n--cu\0\xff", 8);
  const std::string body =  // the parts are views of it
      part("Content-Disposition: form-data; name=\"model\"", "m") +
      part(
          "Content-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\".wav\"\r\n"
          "Content-Type: audio/wav; codecs=1",
          bytes) +
      part("Content-Disposition: form-data; name=\"empty\"; filename=\"\"", "") + "--cut--\r\n";
  const auto parts = parts_of(body);

  REQUIRE(parts.size() == 3);
  CHECK(parts[0].name == "model");
  CHECK(parts[0].content == "m");
  CHECK_FALSE(parts[0].is_file);
  CHECK(parts[0].content_type.empty());
  CHECK(parts[1].name == "file");
  CHECK(parts[1].file_name == "a \"b\".wav");
  CHECK(parts[1].content_type == "audio/wav; codecs=1");
  CHECK(parts[1].content == bytes);
  CHECK(parts[2].is_file);
  CHECK(parts[2].file_name.empty());
}

TEST_CASE("what is no form says why", "[sdk][multipart]") {
  const auto fault = [](std::string_view body, std::string_view type) {
    return sdk::read_form(body, type, [](const sdk::FormPart&) {});
  };

  CHECK(fault("x", "application/json") ==
        "expected content-type multipart/form-data with a boundary");
  CHECK(fault("x", "multipart/form-data; boundary=cut") ==
        "the multipart boundary \"cut\" does not occur");
  CHECK(fault("--cut\r\n\r\n\r\n", "multipart/form-data; boundary=cut") ==
        "the multipart body has no end");
}

}  // namespace abv::tests
