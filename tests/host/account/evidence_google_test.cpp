// Answers of Google: the Gemini API and Code Assist.

#include <string>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

constexpr const char* kDay =
    R"({"error":{"code":429,"message":"You exceeded your current quota, please check your plan )"
    R"(and billing details.\n* Quota exceeded for metric: )"
    R"(generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 20, model: )"
    R"(gemini-2.5-flash\nPlease retry in 58.821668433s.","status":"RESOURCE_EXHAUSTED","details":[)"
    R"({"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"Learn more",)"
    R"("url":"https://ai.google.dev/gemini-api/docs/rate-limits"}]},)"
    R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":)"
    R"("generativelanguage.googleapis.com/generate_content_free_tier_requests","quotaId":)"
    R"("GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaDimensions":{"model":)"
    R"("gemini-2.5-flash"},"quotaValue":"20"}]},)"
    R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"58s"}]}})";

constexpr const char* kExhausted =
    R"({"error":{"code":429,"message":"You have exhausted your gemini-3-pro-high quota. Please )"
    R"(try again later.","status":"RESOURCE_EXHAUSTED","details":[)"
    R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA_EXHAUSTED","domain":)"
    R"("aicode.googleapis.com","metadata":{"uiMessage":"true","quotaResetDelay":"2.463586755s",)"
    R"("quotaResetTimeStamp":"2026-09-11T14:45:22Z","model":"gemini-3-pro-high"}},)"
    R"({"@type":"type.googleapis.com/google.rpc.LocalizedMessage","locale":"en-US","message":"x"},)"
    R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"2.463586755s"}]}})";

std::string with_details(int code, const std::string& status, const std::string& message,
                         const std::string& details) {
  return R"({"error":{"code":)" + std::to_string(code) + R"(,"message":")" + message +
         R"(","status":")" + status + R"(","details":[)" + details + "]}}";
}

std::string info(const std::string& reason, const std::string& domain) {
  return R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":")" + reason +
         R"(","domain":")" + domain + R"("})";
}

}  // namespace

TEST_CASE("details[1] and all that follow are read", "[evidence][google]") {
  const Evidence minute =
      read(429, {},
           with_details(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.",
                        R"({"@type":"t/google.rpc.Help","links":[]},)"
                        R"({"@type":"t/google.rpc.QuotaFailure","violations":[{"quotaId":)"
                        R"("GenerateRequestsPerMinutePerProjectPerModel"}]},)"
                        R"({"@type":"t/google.rpc.RetryInfo","retryDelay":"17.5s"})"));

  CHECK(meaning(minute) == "rate model 17500ms");
  CHECK(waits_for(minute) == "error.details[2].retryDelay");
  CHECK(said(minute, "error.details[1].violations[0].quotaId").window == Window::kMinute);
}

TEST_CASE("the quota of a day does not come back in seconds", "[evidence][google]") {
  const Evidence evidence = read(429, {}, kDay);

  const Statement& day = said(evidence, "error.details[1].violations[0].quotaId");
  CHECK(meaning(evidence) == "quota model -");
  CHECK(evidence.code == "RESOURCE_EXHAUSTED");
  CHECK(day.window == Window::kDay);
  CHECK(day.limit == "GenerateRequestsPerDayPerProjectPerModel-FreeTier");
  CHECK(day.raw == "GenerateRequestsPerDayPerProjectPerModel-FreeTier, limit 20");
  CHECK_FALSE(day.resets_at_unix_ms.has_value());
  CHECK(said(evidence, "error.details[2].retryDelay").resets_at_unix_ms == kNow + 58'000);
}

TEST_CASE("the quota of a project is the account's", "[evidence][google]") {
  const Evidence evidence =
      read(429, {},
           with_details(429, "RESOURCE_EXHAUSTED", "no",
                        R"({"violations":[{"quotaId":"GenerateRequestsPerMinutePerProject"}]},)"
                        R"({"retryDelay":{"seconds":"17","nanos":500000000}})"));

  CHECK(meaning(evidence) == "rate account 17500ms");
}

TEST_CASE("Code Assist's quota resets when its metadata says", "[evidence][google]") {
  const Evidence evidence = read(429, {}, kExhausted);

  const Statement& delay = said(evidence, "error.details[0].metadata.quotaResetDelay");
  const Statement& time = said(evidence, "error.details[0].metadata.quotaResetTimeStamp");
  CHECK(meaning(evidence) == "quota model 2464ms");
  CHECK(delay.resets_at_unix_ms == kNow + 2'464);
  CHECK(delay.raw == "2.463586755s");
  CHECK(delay.limit == "gemini-3-pro-high");
  CHECK(time.resets_at_unix_ms == kNow + 2'000);
  CHECK(time.is_exhausted);
}

TEST_CASE("a quota that resets in nine hours is waited for as long", "[evidence][google]") {
  const Evidence evidence =
      read(429, {},
           R"([{"error":{"code":429,"message":"Individual quota reached. Please upgrade your )"
           R"(subscription to increase your limits. Resets in 9h22m20s.","status":)"
           R"("RESOURCE_EXHAUSTED","details":[{"reason":"QUOTA_EXHAUSTED","domain":)"
           R"("cloudcode-pa.googleapis.com","metadata":{"quotaResetDelay":"33740.910400305s",)"
           R"("quotaResetTimeStamp":"2026-09-12T00:07:40Z","model":"gemini-3.5-flash"}}]}}])");

  CHECK(meaning(evidence) == "quota model 33740911ms");
}

TEST_CASE("a quota without a time is a quota all the same", "[evidence][google]") {
  const Evidence evidence =
      read(429, {},
           with_details(429, "RESOURCE_EXHAUSTED", "no",
                        info("QUOTA_EXHAUSTED", "cloudcode-pa.googleapis.com")));

  CHECK(meaning(evidence) == "quota account -");
  CHECK(said(evidence, "error.details[0].reason").is_exhausted);
}

TEST_CASE("an error in an array and in the string of a message is the same error",
          "[evidence][google]") {
  const std::string inner = with_details(429, "RESOURCE_EXHAUSTED", "Slow down.",
                                         R"({"@type":"t/RetryInfo","retryDelay":"5s"})");
  const std::string wrapped =
      R"({"error":{"message":"{\"error\":{\"code\":429,\"message\":\"Slow down.\",)"
      R"(\"details\":[{\"retryDelay\":\"5s\"}]}}\n","code":429,"status":"Too Many Requests"}})";

  CHECK(meaning(read(429, {}, inner)) == "rate model 5s");
  CHECK(meaning(read(429, {}, "[" + inner + "\n]")) == "rate model 5s");
  CHECK(meaning(read(429, {}, "data: " + inner + "\n\n")) == "rate model 5s");
  CHECK(meaning(read(429, {}, wrapped)) == "rate model 5s");
  CHECK(read(429, {}, wrapped).message == "Slow down.");
}

TEST_CASE("a generic exhaustion of resources is a rate", "[evidence][google]") {
  CHECK(meaning(read(429, {},
                     with_details(429, "RESOURCE_EXHAUSTED",
                                  "Resource has been exhausted (e.g. check quota).", ""))) ==
        "rate model -");
}

TEST_CASE("a model without capacity is not the account's fault", "[evidence][google]") {
  const std::string details =
      info("MODEL_CAPACITY_EXHAUSTED", "cloudcode-pa.googleapis.com") +
      R"(,{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"39s"})";

  CHECK(
      meaning(read(503, {}, with_details(503, "UNAVAILABLE", "No capacity available", details))) ==
      "capacity model 39s");
  CHECK(meaning(read(429, {},
                     with_details(429, "RESOURCE_EXHAUSTED",
                                  "No capacity available for model gemini-3.1 on the server",
                                  R"({"reason":"rateLimitExceeded"})"))) == "capacity model -");
}

TEST_CASE("refusals of Google are told apart", "[evidence][google]") {
  const auto refusal = [](int code, const std::string& status, const std::string& message,
                          const std::string& reason) {
    return meaning(
        read(code, {}, with_details(code, status, message, info(reason, "googleapis.com"))));
  };

  CHECK(refusal(400, "INVALID_ARGUMENT", "API key not valid.", "API_KEY_INVALID") ==
        "credential account -");
  CHECK(refusal(401, "UNAUTHENTICATED", "Request had invalid credentials.",
                "ACCESS_TOKEN_EXPIRED") == "credential account -");
  CHECK(refusal(403, "PERMISSION_DENIED", "Verify your account to continue.",
                "VALIDATION_REQUIRED") == "verification account -");
  CHECK(refusal(403, "PERMISSION_DENIED", "The caller does not have permission", "forbidden") ==
        "forbidden account -");
  CHECK(refusal(403, "PERMISSION_DENIED", "Gemini API has not been used", "SERVICE_DISABLED") ==
        "forbidden account -");
  CHECK(refusal(403, "PERMISSION_DENIED",
                "Your API key was reported as leaked. Please use another API key.",
                "") == "credential account -");
  CHECK(refusal(429, "RESOURCE_EXHAUSTED", "no", "INSUFFICIENT_G1_CREDITS_BALANCE") ==
        "billing account -");
  CHECK(refusal(404, "NOT_FOUND", "models/gemini-9 is not found", "") == "not_found model -");
  CHECK(refusal(500, "INTERNAL", "An internal error has occurred.", "") == "server request -");
  CHECK(refusal(503, "UNAVAILABLE", "The model is overloaded.", "") == "capacity model -");
  CHECK(refusal(400, "INVALID_ARGUMENT",
                "The input token count (1200000) exceeds the maximum number of tokens allowed "
                "(1048576).",
                "") == "too_large request -");
  CHECK(refusal(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", "") ==
        "other request -");
}

}  // namespace abv::account
