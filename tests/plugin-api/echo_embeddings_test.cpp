#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace json = abv::sdk::json;
namespace kit = abv::sdk::testkit;

// The status and the body, or the failure's message, of an embeddings call.
std::pair<int, std::string> embed(const std::string& body) {
  static const kit::Library kLibrary(ABV_TEST_PLUGIN_DIR "/echo.so");
  kit::FakeHost host;
  kit::Instance instance(host, kLibrary.component(ABV_KIND_HANDLER), "{}");
  kit::FakeCall call({.operation = "embeddings", .model = "echo", .body = body});
  kit::RecordingReply reply;
  instance.table<abv_handler>().handle(instance.self(), call.raw(), reply.raw());
  if (call.failure()) return {call.failure()->http_status, call.failure()->message};
  return {reply.http_status(), reply.body()};
}

json::Value embedded(const std::string& body) {
  const auto [status, answer] = embed(body);
  CHECK(status == 200);
  return json::parse(answer).value_or(json::Value());
}

std::vector<float> floats(const json::Value& list) {
  std::vector<float> numbers;
  for (const json::Value& item : list.items())
    numbers.push_back(static_cast<float>(item.as_double()));
  return numbers;
}

// Decodes base64 by its definition: six bits a letter.
std::string from_base64(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char letter : text.substr(0, text.find('='))) {
    bits = bits << 6U | static_cast<unsigned>(letters.find(letter));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xFFU));
  }
  return bytes;
}

TEST_CASE("embeddings have the OpenAI shape") {
  const auto answer = embedded(R"({"model":"x","input":["one","two"]})");
  CHECK(answer["object"].as_string() == "list");
  CHECK(answer["model"].as_string() == "echo");
  CHECK(answer["data"].size() == 2);
  CHECK(answer["data"][1]["object"].as_string() == "embedding");
  CHECK(answer["data"][1]["index"].as_int() == 1);
  CHECK(answer["data"][1]["embedding"].size() == 8);
  CHECK(answer["usage"]["prompt_tokens"].as_int() == 2);
  CHECK(answer["usage"]["total_tokens"].as_int() == 2);
}

TEST_CASE("a vector depends on its input alone, and has length one") {
  const auto first = floats(embedded(R"({"input":"one"})")["data"][0]["embedding"]);
  const auto again = floats(embedded(R"({"input":["zero","one"]})")["data"][1]["embedding"]);
  const auto other = floats(embedded(R"({"input":"two"})")["data"][0]["embedding"]);
  CHECK(first == again);
  CHECK(first != other);
  float squares = 0;
  for (const float number : first)
    squares += number * number;
  CHECK(std::abs(squares - 1.0F) < 1e-5F);
}

TEST_CASE("base64 holds the same numbers as little-endian floats") {
  const auto plain = floats(embedded(R"({"input":"one"})")["data"][0]["embedding"]);
  const auto packed = embedded(R"({"input":"one","encoding_format":"base64"})");
  const std::string bytes = from_base64(packed["data"][0]["embedding"].as_string());
  REQUIRE(bytes.size() == plain.size() * 4);
  std::vector<float> unpacked(plain.size());
  std::memcpy(unpacked.data(), bytes.data(), bytes.size());
  CHECK(unpacked == plain);
}

TEST_CASE("base64 is padded to whole groups") {
  const int dimensions = GENERATE(1, 2, 3);
  const auto answer = embedded(R"({"input":"x","encoding_format":"base64","dimensions":)" +
                               std::to_string(dimensions) + "}");
  const std::string text = answer["data"][0]["embedding"].as_string();
  CHECK(text.size() % 4 == 0);
  CHECK(from_base64(text).size() == static_cast<std::size_t>(dimensions) * 4);
}

TEST_CASE("a list of numbers is one input of tokens, a list of lists several") {
  CHECK(embedded(R"({"input":[1,2,3]})")["data"].size() == 1);
  CHECK(embedded(R"({"input":[[1,2],[3]]})")["data"].size() == 2);
}

TEST_CASE("input and dimensions that make no sense are the client's fault") {
  const std::string body =
      GENERATE(R"({})", R"({"input":[]})", R"({"input":7})", R"({"input":"x","dimensions":0})",
               R"({"input":"x","dimensions":4097})");
  CHECK(embed(body).first == 400);
}

}  // namespace
