// Shapes of bodies, whoever sends them; what is kept of a message; fingerprints.

#include <string>

#include "tests/host/account/given.hpp"

namespace abv::account {
namespace {

std::uint64_t fingerprint(int status, const std::string& body) {
  return read(status, {}, body).fingerprint;
}

std::string error(const std::string& message) {
  return R"({"error":{"code":"rate_limit_exceeded","message":")" + message + R"("}})";
}

}  // namespace

TEST_CASE("a good answer says nothing of an error", "[evidence]") {
  const Evidence evidence = read(200, {{"content-type", "application/json"}},
                                 R"({"id":"msg_1","type":"message","content":[]})");
  const Evidence fine = read(200, {}, R"({"code":0,"message":"ok"})");

  CHECK(fine.kind == Kind::kNone);
  CHECK(evidence.kind == Kind::kNone);
  CHECK(evidence.statements.empty());
  CHECK(evidence.message.empty());
  CHECK(evidence.fingerprint == 0);
}

TEST_CASE("the status decides where nothing else does", "[evidence]") {
  CHECK(meaning(read(400, {}, "no")) == "other request -");
  CHECK(meaning(read(401, {}, "")) == "credential account -");
  CHECK(meaning(read(402, {}, "")) == "billing account -");
  CHECK(meaning(read(403, {}, "")) == "forbidden account -");
  CHECK(meaning(read(404, {}, "")) == "not_found model -");
  CHECK(meaning(read(408, {}, "")) == "server request -");
  CHECK(meaning(read(413, {}, "")) == "too_large request -");
  CHECK(meaning(read(429, {}, "")) == "rate model -");
  CHECK(meaning(read(500, {}, "")) == "server request -");
  CHECK(meaning(read(502, {}, "")) == "server request -");
  CHECK(meaning(read(503, {}, "")) == "capacity model -");
  CHECK(meaning(read(529, {}, "")) == "capacity model -");
}

TEST_CASE("a message is found in every shape of error", "[evidence]") {
  CHECK(read(400, {}, R"({"error":{"message":"a"}})").message == "a");
  CHECK(read(400, {}, R"({"error":"b"})").message == "b");
  CHECK(read(400, {}, R"({"error":"invalid","message":"c"})").message == "c");
  CHECK(read(400, {}, R"({"message":"d","code":1})").message == "d");
  CHECK(read(400, {}, R"({"detail":"e"})").message == "e");
  CHECK(read(400, {}, R"({"code":500,"msg":"e","success":false})").message == "e");
  CHECK(read(400, {}, R"({"detail":{"msg":"f"}})").message == "f");
  CHECK(read(400, {}, R"({"error":"invalid_grant","error_description":"g"})").message == "g");
  CHECK(read(400, {}, "event: error\ndata: {\"error\":{\"message\":\"h\"}}\n\n").message == "h");
  CHECK(read(400, {}, "plain words").message == "plain words");
  CHECK(read(400, {}, R"({"odd":true})").message == R"({"odd":true})");
}

TEST_CASE("an invalid grant is a matter of the credential", "[evidence]") {
  CHECK(
      meaning(read(400, {},
                   R"({"error":"invalid_grant","error_description":"Token has been revoked."})")) ==
      "credential account -");
}

TEST_CASE("delays in fields of the body are read by the field's unit", "[evidence]") {
  CHECK(meaning(read(429, {}, R"({"error":{"retry_after":7}})")) == "rate model 7s");
  CHECK(meaning(read(429, {}, R"({"error":{"retry_after":"1.5"}})")) == "rate model 1500ms");
  CHECK(meaning(read(429, {}, R"({"error":{"retry_after_ms":500}})")) == "rate model 500ms");
  CHECK(meaning(read(429, {}, R"({"message":"slow","type":"x","retry_after":3})")) ==
        "rate model 3s");
  CHECK(meaning(read(429, {}, R"({"error":{"retry_after":-7}})")) == "rate model -");
  CHECK(meaning(read(429, {}, R"({"error":{"retry_after":true}})")) == "rate model -");
}

TEST_CASE("a body that is cut anywhere is read without harm", "[evidence]") {
  const std::string body =
      R"([{"error":{"code":429,"message":"{\"error\":{\"message\":\"wait 3s \u00e4\"}}","details":)"
      R"([{"violations":[{"quotaId":"PerDay"}]},{"retryDelay":"5s"}],"metadata":{"headers":)"
      R"({"X-RateLimit-Reset":"1"},"raw":"{"}}}])";
  const std::size_t size = GENERATE_COPY(range(std::size_t{0}, body.size()));

  const Evidence evidence = read(429, {}, body.substr(0, size));

  CHECK((evidence.kind == Kind::kRate || evidence.kind == Kind::kQuota));
}

TEST_CASE("a body that was cut still tells its delay", "[evidence]") {
  const Evidence evidence = read(
      429, {}, R"({"error":{"code":429,"details":[{"@type":"RetryInfo","retryDelay":"17s"},{"x)");

  CHECK(meaning(evidence) == "rate model 17s");
}

TEST_CASE("nesting and numbers without end do no harm", "[evidence]") {
  const std::string deep = std::string(20'000, '[') + std::string(20'000, ']');
  const std::string huge =
      R"({"error":{"retry_after":99999999999999999999999999,"resets_at":1e400}})";

  CHECK(meaning(read(429, {}, deep)) == "rate model -");
  CHECK(meaning(read(429, {}, huge)) == "rate model -");
}

TEST_CASE("a message is kept short and whole to the letter", "[evidence]") {
  const std::string umlauts = [] {
    std::string text;
    for (int i = 0; i < 400; ++i) {
      text += "\xC3\xA4 ";
    }
    return text;
  }();

  const std::string message = read(400, {}, error(umlauts)).message;

  CHECK(message.size() <= kMaxMessageBytes);
  CHECK(message.size() > kMaxMessageBytes - 8);
  CHECK(message.ends_with("\xC3\xA4\xE2\x80\xA6"));
}

TEST_CASE("two refusals that differ in numbers, times and ids have one fingerprint",
          "[evidence][fingerprint]") {
  const std::uint64_t one = fingerprint(
      429, error("Rate limit reached for gpt-4.1 in organization org-VDAWofJASuLH0vVz8o9tiQZr on "
                 "tokens per min: Limit 30000, Used 26922. Please try again in 3.91s."));
  const std::uint64_t other = fingerprint(
      429, error("Rate limit reached for gpt-4.1 in organization org-2itOgSdqw0DhUYp0QyLhttLL on "
                 "tokens per min: Limit 30000, Used 100. Please try again in 1 minute 3s."));

  CHECK(one == other);
  CHECK(one != 0);
}

TEST_CASE("two refusals that say different things have different fingerprints",
          "[evidence][fingerprint]") {
  const std::uint64_t one = fingerprint(429, error("Rate limit reached on tokens"));

  CHECK(one != fingerprint(429, error("Rate limit reached on requests")));
  CHECK(one != fingerprint(400, error("Rate limit reached on tokens")));
  CHECK(one != fingerprint(429, R"({"error":{"message":"Rate limit reached on tokens"}})"));
}

TEST_CASE("a fingerprint does not change between builds, so that it may be stored",
          "[evidence][fingerprint]") {
  CHECK(fingerprint(429, error("Slow down, user 7")) == 2'028'643'660'651'535'393U);
}

}  // namespace abv::account
