// Answers of z.ai and bigmodel.cn.

#include <string>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

std::string zai(int status, const std::string& code, const std::string& message) {
  return meaning(
      read(status, {}, R"({"error":{"code":")" + code + R"(","message":")" + message + R"("}})"));
}

}  // namespace

TEST_CASE("z.ai's clock is that of Shanghai", "[evidence][zai]") {
  const Evidence evidence = read(
      429, {},
      R"({"type":"error","error":{"type":"rate_limit_error","code":"1308","message":"[1308][Usage )"
      R"(limit reached for 5 hour. Your limit will reset at 2026-09-12 00:35:41])"
      R"([20260912001903b4955568412247d7]"},"request_id":"20260912001903b4955568412247d7"})");

  CHECK(meaning(evidence) == "quota account 6621s");
  CHECK(said(evidence, "text").window == Window::kFiveHours);
  CHECK(said(evidence, "text").raw == "reset at 2026-09-12 00:35:41");
  CHECK(evidence.code == "1308");
}

TEST_CASE("z.ai speaks Chinese as well", "[evidence][zai]") {
  CHECK(zai(429, "1308",
            "\xE5\xB7\xB2\xE8\xBE\xBE\xE5\x88\xB0 5 "
            "\xE5\xB0\x8F\xE6\x97\xB6\xE7\x9A\x84\xE4\xBD\xBF\xE7\x94\xA8\xE4\xB8\x8A\xE9\x99\x90"
            "\xE3\x80\x82\xE6\x82\xA8\xE7\x9A\x84\xE9\x99\x90\xE9\xA2\x9D\xE5\xB0\x86\xE5\x9C\xA8 "
            "2026-09-12 00:35:41 \xE9\x87\x8D\xE7\xBD\xAE\xE3\x80\x82") == "quota account 6621s");
}

TEST_CASE("z.ai's numbers are told apart", "[evidence][zai]") {
  CHECK(zai(429, "1302", "Rate limit reached for requests") == "rate model -");
  CHECK(zai(429, "1303", "High frequency usage of this API") == "rate model -");
  CHECK(zai(429, "1304", "Daily call limit for this API reached") == "quota account -");
  CHECK(zai(429, "1305", "The service may be temporarily overloaded, please try again later") ==
        "capacity model -");
  CHECK(zai(429, "1309", "Your GLM Coding Plan package has expired") == "billing account -");
  CHECK(zai(429, "1310",
            "Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-09-14T00:00:00Z") ==
        "quota account 206080s");
  CHECK(zai(429, "1311", "Your current subscription plan does not yet include access to glm-5") ==
        "not_found model -");
  CHECK(zai(429, "1313",
            "Your account's current usage pattern does not comply with the Fair Usage Policy, and "
            "your request frequency has been limited.") == "forbidden account -");
  CHECK(zai(429, "1316",
            "Usage limit reached for the past 5 hours. Insufficient balance for extra usage. "
            "Resets at 2026-09-12 00:35:41") == "quota account 6621s");
  CHECK(zai(429, "1113", "Insufficient balance or no resource package. Please recharge.") ==
        "billing account -");
  CHECK(zai(401, "1000", "Authentication Failed") == "credential account -");
  CHECK(zai(400, "1211", "Unknown Model, please check the model code.") == "not_found model -");
  CHECK(zai(400, "1261", "Prompt too long") == "too_large request -");
  CHECK(zai(400, "1301", "unsafe or sensitive content") == "other request -");
  CHECK(zai(500, "1234", "Network error") == "server request -");
}

TEST_CASE("z.ai's number counts also where only its message is left", "[evidence][zai]") {
  CHECK(meaning(read(429, {},
                     R"({"type":"error","error":{"type":"api_error","message":)"
                     R"("[1310][Weekly/Monthly Limit Exhausted. Your limit will reset at )"
                     R"(2026-09-12 00:35:41][2026]"}})")) == "quota account 6621s");
}

TEST_CASE("a window of z.ai without a time is used up all the same", "[evidence][zai]") {
  const Evidence evidence =
      read(429, {}, R"({"error":{"code":"1317","message":"Usage limit reached."}})");

  CHECK(meaning(evidence) == "quota account -");
  CHECK(said(evidence, "error.code").window == Window::kWeek);
}

}  // namespace abv::account
