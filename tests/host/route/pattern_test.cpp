#include "host/route/pattern.hpp"

#include "tests/support/catch.hpp"

namespace {

using abv::route::decode_percent;
using abv::route::encode_segment;
using abv::route::glob_matches;
using abv::route::Parameters;
using abv::route::Pattern;

Pattern pattern(const char* text) {
  auto parsed = Pattern::parse(text);
  REQUIRE(parsed.ok());
  return std::move(parsed).value();
}

std::string refusal(const char* text) {
  const auto parsed = Pattern::parse(text);
  return parsed ? "" : parsed.error().message;
}

}  // namespace

TEST_CASE("a literal pattern matches its own path only", "[route][pattern]") {
  Parameters parameters;

  CHECK(pattern("/v1/messages").matches("/v1/messages", parameters));
  CHECK_FALSE(pattern("/v1/messages").matches("/v1/messages/count_tokens", parameters));
  CHECK_FALSE(pattern("/v1/messages").matches("/v1", parameters));
  CHECK_FALSE(pattern("/v1/messages").matches("/v1/Messages", parameters));
}

TEST_CASE("a parameter takes one segment and stops before the literal behind it",
          "[route][pattern]") {
  Parameters parameters;

  REQUIRE(pattern("/v1beta/models/{model}:countTokens")
              .matches("/v1beta/models/gemini-2.5-flash:countTokens", parameters));
  REQUIRE(parameters.size() == 1);
  CHECK(parameters[0].first == "model");
  CHECK(parameters[0].second == "gemini-2.5-flash");
  CHECK_FALSE(pattern("/m/{model}").matches("/m/a/b", parameters));
  CHECK_FALSE(pattern("/m/{model}").matches("/m/", parameters));
}

TEST_CASE("a model's name may hold the colon that ends it", "[route][pattern]") {
  Parameters parameters;

  REQUIRE(pattern("/m/{model}:generateContent").matches("/m/llama:8b:generateContent", parameters));
  CHECK(parameters[0].second == "llama:8b");
}

TEST_CASE("two parameters are told apart", "[route][pattern]") {
  Parameters parameters;

  REQUIRE(pattern("/v1/{kind}/{id}/cancel").matches("/v1/batches/b7/cancel", parameters));
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[1].first == "id");
  CHECK(parameters[1].second == "b7");
}

TEST_CASE("a malformed pattern is refused with its rule", "[route][pattern]") {
  CHECK(refusal("v1") == "path pattern \"v1\": expected a leading slash");
  CHECK(refusal("/a/{b") == "path pattern \"/a/{b\": expected {name} at the start of a segment");
  CHECK(refusal("/a/{}") == "path pattern \"/a/{}\": expected {name} at the start of a segment");
  CHECK(refusal("/x{b}") == "path pattern \"/x{b}\": expected {name} at the start of a segment");
  CHECK(refusal("/{a}/{a}") == "path pattern \"/{a}/{a}\": parameter {a} stands twice");
}

TEST_CASE("a model that is put into a path is encoded as one segment", "[route][pattern]") {
  const Pattern models = pattern("/v1beta/models/{model}:generateContent");

  CHECK(models.with_parameter("/v1beta/models/a:generateContent", "model", "org/b c") ==
        "/v1beta/models/org%2Fb%20c:generateContent");
  CHECK(encode_segment("../x") == "..%2Fx");
  CHECK(decode_percent("a%2Fb%zz%4") == "a/b%zz%4");
}

TEST_CASE("globs match stars and single characters and nothing else", "[route][glob]") {
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("*", "anything/at:all"));
  CHECK(glob_matches("gpt-*", "gpt-5"));
  CHECK(glob_matches("*-mini", "gpt-5-mini"));
  CHECK(glob_matches("g*t-?", "gpt-5"));
  CHECK(glob_matches("a*b*c", "axxbxbyyc"));
  CHECK_FALSE(glob_matches("gpt-*", "xgpt-5"));
  CHECK_FALSE(glob_matches("gpt-?", "gpt-"));
  CHECK_FALSE(glob_matches("a.b", "axb"));
  CHECK_FALSE(glob_matches("", "a"));
}
