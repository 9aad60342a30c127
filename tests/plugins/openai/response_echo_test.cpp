#include "abv/sdk/json.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/support/catch.hpp"

#include "dialect.hpp"

namespace abv::tests {
namespace {

struct Fixture {
  DialectProbe dialect{sdk::Dialect<openai::OpenAiDialect>::kComponent};
  std::vector<Recorded> events = {start("", "m"), text(0, "x"), stop(sdk::StopReason::kEnd)};

  // The response object that a client with this request gets.
  sdk::json::Value response(const std::string& request) const {
    const auto encoded = dialect.encode(
        events, {.form = sdk::Form::kWhole, .operation = "responses", .request_body = request});
    return sdk::json::parse(encoded.bytes).value();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a response repeats what the request said", "[openai]") {
  const auto found = response(R"({"instructions":"Be brief.","temperature":0.5,"store":false,
    "metadata":{"k":"v"},"reasoning":{"effort":"low"},"tools":[{"type":"local_shell"}]})");

  CHECK(found["instructions"].as_string() == "Be brief.");
  CHECK(found["temperature"].raw() == "0.5");
  CHECK(found["store"].raw() == "false");
  CHECK(found["metadata"].raw() == R"({"k":"v"})");
  CHECK(found["reasoning"].raw() == R"({"effort":"low"})");
  CHECK(found["tools"].raw() == R"([{"type":"local_shell"}])");
}

TEST_CASE_METHOD(Fixture, "a response has every field that the SDK's type demands", "[openai]") {
  const auto key = GENERATE(as<std::string>{}, "id", "created_at", "error", "incomplete_details",
                            "instructions", "metadata", "model", "object", "output",
                            "parallel_tool_calls", "temperature", "tool_choice", "tools", "top_p");

  CHECK(response({})[key].exists());
}

TEST_CASE_METHOD(Fixture, "long fields of the request are not repeated in every event",
                 "[openai]") {
  const Params stream{.operation = "responses",
                      .request_body = R"({"instructions":")" + std::string(100'000, 'x') + R"("})"};

  CHECK(dialect.encode(events, stream).bytes.size() < 8'000);
}

}  // namespace abv::tests
