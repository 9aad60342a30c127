#include "abv/sdk/wrong_type.hpp"

#include "abv/sdk/json.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;

TEST_CASE("every kind of JSON value has its word, and what is absent is nothing") {
  sdk::json::Document document;
  REQUIRE(document.parse(R"([null,true,1.5,"x",[],{}])"));
  const auto list = document.root();
  CHECK(sdk::json::kind_of(list[0]) == "null");
  CHECK(sdk::json::kind_of(list[1]) == "a boolean");
  CHECK(sdk::json::kind_of(list[2]) == "a number");
  CHECK(sdk::json::kind_of(list[3]) == "a string");
  CHECK(sdk::json::kind_of(list[4]) == "an array");
  CHECK(sdk::json::kind_of(list[5]) == "an object");
  CHECK(sdk::json::kind_of(list[6]) == "nothing");
}

TEST_CASE("a value of the wrong type is told with its place, what was expected and what it is") {
  sdk::json::Document document;
  REQUIRE(document.parse(R"({"content":7})"));
  const auto failure =
      sdk::wrong_type("messages[3].content", "a string or an array", document.root()["content"]);
  CHECK(failure.http_status == 400);
  CHECK(failure.type == "invalid_request_error");
  CHECK(failure.param == "messages[3].content");
  CHECK(failure.message == "messages[3].content: expected a string or an array, got a number");
}

}  // namespace
