#include <cstdint>
#include <random>
#include <string>

#include "host/base/json_text.hpp"
#include "host/lane/request_facts.hpp"
#include "tests/host/lane/given_body.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::Error;
using abv::json_string;
using abv::lane::RequestFacts;
using abv::test::renamed;
using abv::test::sealed;

abv::Result<RequestFacts> read(std::string_view text) {
  return json_facts(sealed(text));
}

RequestFacts facts_of(std::string_view text) {
  auto facts = read(text);
  INFO(text);
  REQUIRE(facts.ok());
  return std::move(facts).value();
}

std::string model_of(std::string_view text) {
  return facts_of(text).model;
}

bool is_refused(std::string_view text) {
  const auto facts = read(text);
  return !facts && facts.error().code == Error::Code::kInvalid &&
         facts.error().message.starts_with("request body: expected a JSON object: ");
}

std::string with_new_model(std::string_view text) {
  return renamed(text, facts_of(text), "\"new\"");
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

// Every proper beginning of `text` that is taken for a whole body.
std::string accepted_beginnings(const std::string& text) {
  std::string accepted;
  for (std::size_t length = 0; length < text.size(); ++length) {
    accepted += is_refused(text.substr(0, length)) ? "" : text.substr(0, length) + "\n";
  }
  return accepted;
}

// Makes JSON objects whose only top-level models stand between the pieces.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::vector<std::string> pieces_around_models() {
    std::vector<std::string> pieces{blank() + "{" + blank()};
    const std::size_t models = 1 + below(3);
    for (std::size_t i = 0; i < models; ++i) {
      pieces.back() += members(below(5)) + model_key() + blank() + ":" + blank();
      pieces.push_back(blank() + "," + blank());
    }
    pieces.back() += members(below(5)) + "\"last\":" + value(3) + blank() + "}" + blank();
    return pieces;
  }

  std::string model() {
    static const std::vector<std::string> kModels{"gpt-5",        "",
                                                  "org/model:8b", "a\"quoted\"",
                                                  "back\\slash",  "naïve 模型 🦊",
                                                  "tab\tline\n",  "\"},{\"model\":\"x"};
    return kModels[below(kModels.size())];
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string blank() {
    static const std::vector<std::string> kBlanks{"", "", " ", "\n", "\t", "\r\n  "};
    return kBlanks[below(kBlanks.size())];
  }

  std::string model_key() {
    static const std::vector<std::string> kKeys{"\"model\"", "\"mod\\u0065l\"", "\"\\u006dodel\""};
    return kKeys[below(kKeys.size())];
  }

  std::string members(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      text += string() + blank() + ":" + blank() + value(3) + blank() + "," + blank();
    }
    return text;
  }

  // Never "model": what the generator calls a model is all that there is.
  std::string string() {
    static const std::vector<std::string> kStrings{
        "\"messages\"",      "\"\"",          "\"models\"", "\"Model\"",
        "\"\\\"model\\\"\"", "\"mo\\\\del\"", "\"{[\"",     "\"\\ud83e\\udd8a\"",
        "\"模型\"",          "\"\\\\\"",      "\"a\\/b\""};
    return kStrings[below(kStrings.size())];
  }

  std::string value(int depth) {
    static const std::vector<std::string> kScalars{
        "0",    "-1.5e300",  "12345678901234567890123",    "true", "false",
        "null", "\"model\"", "\"\\\"model\\\":\\\"x\\\"\""};
    switch (depth == 0 ? 0 : below(5)) {
      case 0:
      case 1:
        return kScalars[below(kScalars.size())];
      case 2:
        return string();
      case 3:
        return "[" + blank() + value(depth - 1) + blank() + "," + value(depth - 1) + "]";
      default:
        return "{" + blank() + "\"model\"" + blank() + ":" + value(depth - 1) + blank() + "}";
    }
  }

  std::mt19937 random_;
};

std::string fill(const std::vector<std::string>& pieces, const std::string& model) {
  std::string text = pieces.front();
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    text += model + pieces[i];
  }
  return text;
}

void check_rename_of_generated(std::uint32_t seed) {
  Generator generator(seed);
  const std::vector<std::string> pieces = generator.pieces_around_models();
  const std::string before = generator.model();
  const std::string after = generator.model();
  const std::string body = fill(pieces, json_string(before));
  INFO("seed " << seed << ": " << body);

  const RequestFacts facts = facts_of(body);
  const std::string changed = renamed(body, facts, json_string(after));

  CHECK(facts.model == before);
  CHECK(facts.model_ranges.size() == pieces.size() - 1);
  CHECK(changed == fill(pieces, json_string(after)));
  CHECK(model_of(changed) == after);
}

}  // namespace

TEST_CASE("model and stream are found wherever they stand", "[lane][json]") {
  const RequestFacts facts =
      facts_of(R"({"messages":[{"role":"user","content":"hi"}],"stream":true,"model":"gpt-5"})");

  CHECK(facts.model == "gpt-5");
  CHECK(facts.is_stream);
  REQUIRE(facts.model_ranges.size() == 1);
  CHECK(facts.model_ranges[0].length == 7);
}

TEST_CASE("an object without model and stream has neither", "[lane][json]") {
  const RequestFacts facts = facts_of("{}");

  CHECK(facts.model.empty());
  CHECK(facts.model_ranges.empty());
  CHECK_FALSE(facts.is_stream);
}

TEST_CASE("odd white space is no obstacle and stays as it is", "[lane][json]") {
  CHECK(with_new_model(" \r\n\t{ \"model\"\n:\t\"old\" \r, \"stream\" : true\n} \n\n") ==
        " \r\n\t{ \"model\"\n:\t\"new\" \r, \"stream\" : true\n} \n\n");
}

TEST_CASE("the last of several models counts, and a rename replaces all", "[lane][json]") {
  const std::string body = R"({"model":"a","x":1,"model":"b","model":"c"})";

  CHECK(model_of(body) == "c");
  CHECK(with_new_model(body) == R"({"model":"new","x":1,"model":"new","model":"new"})");
}

TEST_CASE("the last of several stream flags counts", "[lane][json]") {
  CHECK_FALSE(facts_of(R"({"stream":true,"stream":false})").is_stream);
  CHECK(facts_of(R"({"stream":false,"stream":true})").is_stream);
}

TEST_CASE("a key that is written with escapes is the same key", "[lane][json]") {
  CHECK(model_of(R"({"mod\u0065l":"gpt-5"})") == "gpt-5");
  CHECK(model_of(R"({"model":"a","\u006d\u006f\u0064\u0065\u006c":"b"})") == "b");
  CHECK(with_new_model(R"({"mod\u0065l":"gpt-5"})") == R"({"mod\u0065l":"new"})");
  CHECK(facts_of(R"({"str\u0065am":true})").is_stream);
}

TEST_CASE("a model that is written with escapes is decoded and replaced whole", "[lane][json]") {
  CHECK(model_of(R"({"model":"a\"b\\c\/dé"})") == "a\"b\\c/d\u00e9");
  CHECK(model_of(R"({"model":"🦊"})") == "\U0001F98A");
  CHECK(with_new_model(R"({"model":"a\"b\\","x":"\\"})") == R"({"model":"new","x":"\\"})");
}

TEST_CASE("a model with an escape that means nothing is refused", "[lane][json]") {
  CHECK(is_refused(R"({"model":"\x"})"));
  CHECK(is_refused(R"({"model":"\u12"})"));
  CHECK(is_refused(R"({"model":"\ud800"})"));
}

TEST_CASE("models further inside are none of the host's business", "[lane][json]") {
  const std::string body =
      R"({"tool":{"model":"inner","stream":true},"list":[{"model":"x"}],"model":"outer"})";

  CHECK(model_of(body) == "outer");
  CHECK_FALSE(facts_of(body).is_stream);
  CHECK(with_new_model(body) ==
        R"({"tool":{"model":"inner","stream":true},"list":[{"model":"x"}],"model":"new"})");
  CHECK(model_of(R"({"a":{"model":"inner"}})").empty());
}

TEST_CASE("a key or text that looks like a model is none", "[lane][json]") {
  CHECK(model_of(R"({"Model":"x","models":"y","\"model\"":"z","a":"\"model\":\"x\""})").empty());
}

TEST_CASE("a model that is no string is left to the upstream", "[lane][json]") {
  CHECK(model_of(R"({"model":5})").empty());
  CHECK(model_of(R"({"model":null})").empty());
  CHECK(model_of(R"({"model":["gpt-5"],"stream":true})").empty());
  CHECK(facts_of(R"({"model":{"model":"x"},"stream":true})").is_stream);
  CHECK(facts_of(R"({"model":{"model":"x"}})").model_ranges.empty());
}

TEST_CASE("a stream flag that is not true is false", "[lane][json]") {
  CHECK_FALSE(facts_of(R"({"stream":false})").is_stream);
  CHECK_FALSE(facts_of(R"({"stream":null})").is_stream);
  CHECK_FALSE(facts_of(R"({"stream":1})").is_stream);
  CHECK_FALSE(facts_of(R"({"stream":"true"})").is_stream);
}

TEST_CASE("what comes after an odd stream flag is still read", "[lane][json]") {
  CHECK(model_of(R"({"stream":"true","model":"m"})") == "m");
  CHECK(model_of(R"({"stream":{"model":"inner"},"model":"m"})") == "m");
  CHECK(model_of(R"({"stream":[true,[{}]],"model":"m"})") == "m");
  CHECK(model_of(R"({"stream":{"model":"inner"}})").empty());
}

TEST_CASE("numbers of any size are passed over", "[lane][json]") {
  CHECK(model_of(R"({"seed":123456789012345678901234567890,"model":"m"})") == "m");
  CHECK(model_of(R"({"t":1e400,"u":-0.0000000000000000000000001,"model":"m"})") == "m");
}

TEST_CASE("a body that goes on after its object is refused", "[lane][json]") {
  CHECK(is_refused(R"({"model":"a"}{"model":"b"})"));
  CHECK(is_refused(R"({"model":"a"} x)"));
  CHECK(is_refused(R"({"model":"a"}})"));
  CHECK(is_refused(R"({"model":"a"},)"));
  CHECK(is_refused(std::string("{\"model\":\"a\"}\0", 14)));
}

TEST_CASE("a body that is no object is refused", "[lane][json]") {
  CHECK(is_refused("[]"));
  CHECK(is_refused(R"([{"model":"a"}])"));
  CHECK(is_refused("\"model\""));
  CHECK(is_refused("true"));
  CHECK(is_refused("7"));
  CHECK(is_refused("null"));
  CHECK(is_refused("model=a&stream=true"));
}

TEST_CASE("an empty body is refused with its reason", "[lane][json]") {
  CHECK(is_refused(""));
  CHECK(is_refused(" \n\t "));
  CHECK(read("").error().message == "request body: expected a JSON object: Empty: no JSON found");
}

TEST_CASE("no beginning of a body is taken for the whole", "[lane][json]") {
  CHECK(accepted_beginnings(R"({"a":[1,{"b":"\"x"}],"model":"gpt\u0035","stream":true})") == "");
}

TEST_CASE("broken members are refused", "[lane][json]") {
  CHECK(is_refused(R"({model:"a"})"));
  CHECK(is_refused(R"({"model" "a"})"));
  CHECK(is_refused(R"({"a":1 "model":"b"})"));
  CHECK(is_refused(R"({"a":1,})"));
  CHECK(is_refused(R"({,"a":1})"));
  CHECK(is_refused(R"({"model":})"));
  CHECK(is_refused(R"({'model':'a'})"));
}

TEST_CASE("text that is not UTF-8 is refused", "[lane][json]") {
  CHECK(is_refused("{\"model\":\"\xff\"}"));
  CHECK(is_refused("{\"a\":\"\xc3\x28\",\"model\":\"m\"}"));
  CHECK(is_refused("{\"a\":\"\xed\xa0\x80\"}"));
  CHECK(is_refused("{\"a\":\"\xf5\x80\x80\x80\"}"));
}

TEST_CASE("control characters inside of a text are refused", "[lane][json]") {
  CHECK(is_refused("{\"model\":\"a\nb\"}"));
  CHECK(is_refused(std::string("{\"model\":\"a\0b\"}", 15)));
}

TEST_CASE("nesting that never ends is refused without a crash", "[lane][json]") {
  CHECK(is_refused(R"({"a":)" + repeated("[", 2'000'000)));
  CHECK(is_refused(repeated(R"({"a":)", 500'000)));
  CHECK(is_refused(repeated("[", 2'000'000)));
}

TEST_CASE("nesting of any depth is passed over without a crash", "[lane][json]") {
  const std::string arrays = repeated("[", 1'000'000) + repeated("]", 1'000'000);
  const std::string objects = repeated(R"({"model":)", 300'000) + "1" + repeated("}", 300'000);

  CHECK(model_of(R"({"a":)" + arrays + R"(,"model":"m"})") == "m");
  CHECK(model_of(R"({"a":)" + objects + R"(,"model":"m"})") == "m");
}

TEST_CASE("a large body is read without a fault", "[lane][json]") {
  const std::string body =
      R"({"messages":[")" + repeated("text \\n ", 700'000) + R"("],"model":"m","stream":true})";

  CHECK(model_of(body) == "m");
  CHECK(with_new_model(body).size() == body.size() + 2);
}

TEST_CASE("a rename changes the model and no other byte", "[lane][json][generated]") {
  const auto seed = GENERATE(range(1, 201));

  check_rename_of_generated(static_cast<std::uint32_t>(seed));
}
