#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

using Lines = std::vector<std::string>;

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  Params whole{.form = sdk::Form::kWhole};
  Params stream;
};

std::string embeddings_of(std::size_t bytes) {
  std::string body = R"({"object":"list","data":[{"object":"embedding","embedding":[0.1)";
  while (body.size() < bytes)
    body += ",-0.0123456";
  return body + R"(]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}})";
}

}  // namespace

TEST_CASE_METHOD(Fixture, "embeddings are counted", "[openai]") {
  whole.operation = "embeddings";
  whole.wanted = kObserved;

  CHECK(dialect.outcomes_of_all_cuts(embeddings_of(100), whole) ==
        std::set<Lines>{{"start(,e)", "usage(in=8,out=-1,read=-1,write=-1,think=-1)", "stop(end,,)",
                         "status 0"}});
}

TEST_CASE_METHOD(Fixture, "embeddings of any size are counted without being kept", "[openai]") {
  whole.operation = "embeddings";
  whole.wanted = kObserved;
  const auto body = embeddings_of(20U << 20U);
  const std::string_view all = body;

  const auto decoded = dialect.decode_pieces(
      {all.substr(0, 50'000), all.substr(50'000, 10'000'000), all.substr(10'050'000)}, whole);

  CHECK(decoded.lines() ==
        Lines{"start(,)", "usage(in=8,out=-1,read=-1,write=-1,think=-1)", "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "a large answer that was cut off is not complete", "[openai]") {
  whole.operation = "images.generations";

  CHECK(dialect.decode(R"({"data":[{"b64_json":")" + std::string(100'000, 'A'), whole).status ==
        ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "images are counted, streamed or not", "[openai]") {
  whole.operation = stream.operation = "images.generations";
  const std::string usage = R"("usage":{"input_tokens":10,"output_tokens":272,"total_tokens":282})";
  const std::string line = "usage(in=10,out=272,read=-1,write=-1,think=-1)";

  CHECK(
      dialect.decode(R"({"created":1,"data":[{"b64_json":"AA"}],)" + usage + "}", whole).lines() ==
      Lines{"start(,)", line, "stop(end,,)"});
  CHECK(dialect
            .decode("event: image_generation.partial_image\ndata: not parsed\n\n"
                    "event: image_generation.completed\ndata: {\"type\":"
                    "\"image_generation.completed\",\"b64_json\":\"AA\"," +
                        usage + "}\n\n",
                    stream)
            .lines() == Lines{"start(,)", line, "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "a streamed transcription is text and is counted", "[openai]") {
  stream.operation = "audio.transcriptions";

  const auto decoded = dialect.decode(
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hel\"}\n\n"
      "data: {\"type\":\"transcript.text.done\",\"text\":\"Hel\",\"usage\":{\"type\":\"tokens\","
      "\"input_tokens\":14,\"output_tokens\":2,\"total_tokens\":16}}\n\n",
      stream);

  CHECK(decoded.lines() == Lines{"start(,)", "text[0](Hel)",
                                 "usage(in=14,out=2,read=-1,write=-1,think=-1)", "stop(end,,)"});
  CHECK(decoded.status == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "a transcription in plain text is complete as it is", "[openai]") {
  whole.operation = "audio.transcriptions";

  CHECK(dialect.decode("Hello there.", whole).lines() == Lines{"start(,)", "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "counted input tokens are usage", "[openai]") {
  whole.operation = "count_tokens";

  CHECK(dialect.decode(R"({"object":"response.input_tokens","input_tokens":11})", whole).lines() ==
        Lines{"start(,)", "usage(in=11,out=-1,read=-1,write=-1,think=-1)", "stop(end,,)"});
}

TEST_CASE_METHOD(Fixture, "openai answers without text or counts are passed over", "[openai]") {
  whole.operation = GENERATE("audio.speech", "files", "batches", "models");

  const auto decoded = dialect.decode("ID3 not JSON", whole);

  CHECK(decoded.events.empty());
  CHECK(decoded.status == ABV_OK);
}

}  // namespace abv::tests
