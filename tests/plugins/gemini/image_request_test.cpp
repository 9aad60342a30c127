#include "abv/sdk/json.hpp"
#include "tests/plugins/request_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

constexpr const char* kFlash = "gemini-2.5-flash-image";
constexpr const char* kPro = "gemini-3-pro-image-preview";
constexpr const char* kImagen = "imagen-4.0-generate-001";

struct Fixture {
  RequestProbe dialect{sdk::Dialect<gemini::GeminiDialect>::kComponent};

  // What a request with these fields becomes.
  WrittenRequest write(const std::string& fields, const std::string& model,
                       bool is_stream = false) const {
    return dialect.write(
        R"({"abv":"image/1","model":"m","stream":)" + std::string(is_stream ? "true" : "false") +
            (fields.find("\"task\"") == std::string::npos ? R"(,"task":"generate")" : "") +
            (fields.empty() ? "" : ",") + fields + "}",
        {.model = model, .operation = "images.generations", .is_stream = is_stream});
  }
  // The image config that a size and a quality become, and the losses.
  std::string measures(const std::string& fields, const std::string& model) {
    const auto written = write(R"("prompt":"p",)" + fields, model);
    losses = written.losses;
    const auto body = sdk::json::parse(written.body).value();
    const auto config = body["generationConfig"]["imageConfig"];
    return std::string(config["aspectRatio"].as_string("-")) + " " +
           config["imageSize"].as_string("-");
  }

  Lines losses;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "images of a gemini model are asked for by generateContent", "[gemini]") {
  const auto written = write(R"("prompt":"a \"dot\"")", kFlash);

  CHECK(written.path == "/v1beta/models/gemini-2.5-flash-image:generateContent");
  CHECK(written.body == R"({"contents":[{"role":"user","parts":[{"text":"a \"dot\""}]}],)"
                        R"("generationConfig":{"responseModalities":["IMAGE"]}})");
  CHECK(written.losses.empty());
  CHECK(write(R"("prompt":"p")", kFlash, true).path ==
        "/v1beta/models/gemini-2.5-flash-image:streamGenerateContent?alt=sse");
}

TEST_CASE_METHOD(Fixture, "a size becomes the nearest ratio and resolution", "[gemini]") {
  const auto [size, expected, is_exact] = GENERATE(table<std::string, std::string, bool>({
      {"1024x1024", "1:1 -", true},
      {"2048x2048", "1:1 2K", true},
      {"4096x4096", "1:1 4K", true},
      {"auto", "- -", true},
      {"16:9", "16:9 -", true},
      {"256x256", "1:1 -", false},
      {"1536x1024", "3:2 -", false},
      {"1024x1536", "2:3 -", false},
      {"1792x1024", "16:9 -", false},
      {"1024x1792", "9:16 -", false},
      {"2560x1440", "16:9 2K", false},
      {"3840x2160", "16:9 4K", false},
      {"1000x990", "1:1 -", false},
  }));

  CHECK(measures("\"size\":\"" + size + "\"", kPro) == expected);
  CHECK(losses == (is_exact ? Lines{}
                            : Lines{"approximated /size: the upstream has ratios, and sizes of "
                                    "1K, 2K and 4K"}));
}

TEST_CASE_METHOD(Fixture, "a size that is none is left out and told", "[gemini]") {
  CHECK(measures(R"("size":"huge")", kPro) == "- -");
  CHECK(losses == Lines{"dropped /size: it is neither a size nor a ratio"});
  CHECK(measures(R"("size":"0x5")", kPro) == "- -");
  CHECK(measures(R"("size":"infx5")", kPro) == "- -");
  CHECK(measures(R"("size":"1024x")", kPro) == "- -");
}

TEST_CASE_METHOD(Fixture, "a quality becomes a resolution", "[gemini]") {
  const auto [quality, expected, loss] = GENERATE(table<std::string, std::string, Lines>({
      {"auto", "- -", {}},
      {"standard", "- -", {}},
      {"low", "- -", {"approximated /quality: the upstream has sizes instead: 1K"}},
      {"medium", "- 2K", {"approximated /quality: the upstream has sizes instead: 2K"}},
      {"high", "- 2K", {"approximated /quality: the upstream has sizes instead: 2K"}},
      {"hd", "- 4K", {"approximated /quality: the upstream has sizes instead: 4K"}},
      {"4k", "- 4K", {"approximated /quality: the upstream has sizes instead: 4K"}},
      {"odd", "- -", {"dropped /quality: the upstream has no such word"}},
  }));

  CHECK(measures("\"quality\":\"" + quality + "\"", kPro) == expected);
  CHECK(losses == loss);
}

TEST_CASE_METHOD(Fixture, "the larger of size and quality counts, and what is named above both",
                 "[gemini]") {
  CHECK(measures(R"("size":"1024x1024","quality":"hd")", kPro) == "1:1 4K");
  CHECK(measures(R"("size":"3840x2160","quality":"low")", kPro) == "16:9 4K");
  CHECK(measures(R"("size":"3840x2160","quality":"hd","resolution":"2k","aspect_ratio":"4:5")",
                 kPro) == "4:5 2K");
  CHECK(measures(R"("aspect_ratio":"2:1")", kPro) == "16:9 -");
  CHECK(losses == Lines{"approximated /aspect_ratio: the upstream has no such ratio"});
}

TEST_CASE_METHOD(Fixture, "a model of one resolution is asked for none", "[gemini]") {
  CHECK(measures(R"("size":"2048x2048","quality":"hd")", kFlash) == "1:1 -");
  CHECK(losses == Lines{"approximated /size: the upstream has ratios, and sizes of 1K, 2K and 4K",
                        "dropped /quality: the upstream has no such word"});
  CHECK(measures(R"("resolution":"4K")", kFlash) == "- -");
  CHECK(losses == Lines{"approximated /resolution: the model has no such resolution"});
}

TEST_CASE_METHOD(Fixture, "only newer flash models make stripes", "[gemini]") {
  CHECK(measures(R"("aspect_ratio":"8:1")", "gemini-3.1-flash-image") == "8:1 -");
  CHECK(losses.empty());
  CHECK(measures(R"("aspect_ratio":"8:1")", kPro) == "21:9 -");
}

TEST_CASE_METHOD(Fixture, "what a gemini model cannot be told is reported", "[gemini]") {
  const auto written =
      write(R"("prompt":"p","n":3,"style":"vivid","background":"transparent","moderation":"low",)"
            R"("output_format":"webp","output_compression":80,"input_fidelity":"high",)"
            R"("response_format":"url","user":"u","partial_images":2,"extras":)"
            R"([{"dialect":"openai-chat","key":"complexity","value":"low"}])",
            kFlash, true);

  CHECK(written.losses ==
        Lines{"dropped /background: the upstream's images have no transparency",
              "dropped /moderation: the upstream filters as it does",
              "dropped /input_fidelity: the upstream has no such word",
              "approximated /response_format: the URL holds the image itself (data:)",
              "dropped /user: the upstream is not told of users",
              "dropped /complexity: only openai-chat knows it",
              "approximated /n: the model makes one image a call",
              "dropped /output_format: the upstream chooses the format",
              "dropped /output_compression: the upstream chooses the compression",
              "approximated /style: the upstream is told of it in the prompt",
              "dropped /partial_images: the model shows finished images only"});
  CHECK(sdk::json::parse(written.body).value()["contents"][0]["parts"].raw() ==
        R"([{"text":"p\n\nStyle: vivid, dramatic, rich in contrast."}])");
}

TEST_CASE_METHOD(Fixture, "words that ask for nothing special are no loss", "[gemini]") {
  CHECK(write(R"("prompt":"p","n":1,"size":"auto","quality":"auto","background":"opaque",)"
              R"("moderation":"auto","partial_images":3,"response_format":"b64_json")",
              kFlash)
            .losses.empty());
}

TEST_CASE_METHOD(Fixture, "models that think show drafts in a stream", "[gemini]") {
  const auto written = write(R"("prompt":"p","partial_images":2)", kPro, true);

  CHECK(sdk::json::parse(written.body).value()["generationConfig"]["thinkingConfig"].raw() ==
        R"({"includeThoughts":true})");
  CHECK(written.losses ==
        Lines{"approximated /partial_images: the model shows as many drafts as it makes"});
}

TEST_CASE_METHOD(Fixture, "pictures to edit follow the prompt, the mask comes last", "[gemini]") {
  const auto written =
      write(R"("task":"edit","prompt":"p","images":[{"media_type":"image/png","data":"AA=="},)"
            R"({"media_type":"image/webp","url":"https://x/y"}],"mask":{"data":"BB=="})",
            kFlash);

  const auto parts = sdk::json::parse(written.body).value()["contents"][0]["parts"];
  REQUIRE(parts.size() == 5);
  CHECK(parts[0].raw() == R"({"text":"p"})");
  CHECK(parts[1].raw() == R"({"inlineData":{"mimeType":"image/png","data":"AA=="}})");
  CHECK(parts[2].raw() == R"({"fileData":{"mimeType":"image/webp","fileUri":"https://x/y"}})");
  CHECK(parts[3]["text"].as_string().find("mask") != std::string::npos);
  CHECK(parts[4].raw() == R"({"inlineData":{"data":"BB=="}})");
  CHECK(written.losses == Lines{"approximated /mask: the upstream is told of it in words"});
}

TEST_CASE_METHOD(Fixture, "a variation is asked for in words", "[gemini]") {
  const auto written = write(R"("task":"variation","images":[{"data":"AA=="}])", kFlash);

  const auto parts = sdk::json::parse(written.body).value()["contents"][0]["parts"];
  CHECK(parts[0]["text"].as_string().find("variation of this image") != std::string::npos);
  CHECK(parts.size() == 2);
  CHECK(written.losses ==
        Lines{"defaulted /prompt: the upstream is told in words to vary the image"});
}

TEST_CASE_METHOD(Fixture, "imagen is asked by predict, for several images", "[gemini]") {
  const auto written = write(
      R"("prompt":"p","n":4,"size":"2560x1440","output_format":"jpeg","output_compression":80)",
      kImagen);

  CHECK(written.path == "/v1beta/models/imagen-4.0-generate-001:predict");
  CHECK(written.body ==
        R"({"instances":[{"prompt":"p"}],"parameters":{"sampleCount":4,"aspectRatio":"16:9",)"
        R"("sampleImageSize":"2K","outputOptions":{"mimeType":"image/jpeg",)"
        R"("compressionQuality":80}}})");
  CHECK(written.losses ==
        Lines{"approximated /size: the upstream has ratios, and sizes of 1K, 2K and 4K"});
}

TEST_CASE_METHOD(Fixture, "imagen has limits of its own", "[gemini]") {
  const auto written =
      write(R"("prompt":"p","n":10,"size":"3:2","resolution":"4K","output_format":"webp",)"
            R"("output_compression":80,"partial_images":1)",
            kImagen, true);

  CHECK(written.body == R"({"instances":[{"prompt":"p"}],"parameters":{"sampleCount":4,)"
                        R"("aspectRatio":"4:3","sampleImageSize":"2K"}})");
  CHECK(written.losses ==
        Lines{"approximated /size: the upstream has ratios, and sizes of 1K, 2K "
              "and 4K",
              "approximated /resolution: the model has no such resolution",
              "approximated /n: the model makes four images a call",
              "dropped /output_format: the upstream makes png and jpeg",
              "dropped /output_compression: only jpeg has one",
              "dropped /partial_images: the upstream shows finished images only"});
}

TEST_CASE_METHOD(Fixture, "imagen cannot edit, and says what can", "[gemini]") {
  const auto written = write(R"("task":"edit","prompt":"p","images":[{"data":"AA=="}])", kImagen);

  CHECK(written.status == ABV_E_INVALID);
  CHECK(written.failure ==
        "400 unsupported_operation: image: the model \"imagen-4.0-generate-001\" makes images from "
        "words only, got an image; Gemini's own image models edit and vary them");
}

TEST_CASE_METHOD(Fixture, "a request of more than 100 MiB is refused before it is sent",
                 "[gemini]") {
  const std::string data(std::size_t{100} << 20U, 'A');
  const auto written =
      write(R"("task":"edit","prompt":"p","images":[{"data":")" + data + "\"}]", kFlash);

  CHECK(written.status == ABV_E_LIMIT);
  CHECK(written.failure ==
        "413 request_too_large: image: the upstream takes 100 MiB in a request, got 104857732 "
        "bytes, which base64 has made a third larger");
}

TEST_CASE_METHOD(Fixture, "a request without a model is refused", "[gemini]") {
  CHECK(write(R"("prompt":"p")", "").failure ==
        "400 invalid_request_error: model: expected a name, got none");
}

}  // namespace abv::tests
