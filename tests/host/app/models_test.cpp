// The lists of models: aliases, what the upstream has, and what handlers have.

#include <atomic>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {
namespace {

struct Listing {
  std::string dialect;
  std::string path;
  std::string header;           // that makes the path this dialect's
  std::string upstream_target;  // where its list is fetched
  std::string upstream_answer;  // lists "up-1" and "echo-up"
  std::string id_mark;          // what stands before an id in the client's list
};

std::ostream& operator<<(std::ostream& out, const Listing& listing) {
  return out << listing.dialect;
}

Listing openai_listing() {
  return {"openai-chat",
          "/v1/models",
          "X-None: 1",
          "/v1/models",
          R"({"object":"list","data":[{"id":"up-1","object":"model","created":1,"owned_by":"me"},)"
          R"({"id":"echo-up","object":"model"}]})",
          R"("id":")"};
}

Listing claude_listing() {
  return {"claude-messages",
          "/v1/models",
          "anthropic-version: 2023-06-01",
          "/v1/models?limit=1000",
          R"({"data":[{"type":"model","id":"up-1","display_name":"Up"},{"type":"model",)"
          R"("id":"echo-up"}],"has_more":false})",
          R"("id":")"};
}

Listing gemini_listing() {
  return {"gemini",
          "/v1beta/models",
          "X-None: 1",
          "/v1beta/models?pageSize=1000",
          R"({"models":[{"name":"models/up-1"},{"name":"models/echo-up"}]})",
          R"("name":"models/)"};
}

}  // namespace

TEST_CASE("a list of models has the aliases, echo and what the upstream lists", "[app][models]") {
  const auto listing = GENERATE(openai_listing(), claude_listing(), gemini_listing());
  CAPTURE(listing);
  FakeServer upstream(always(json_answer(listing.upstream_answer)));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.get(listing.path, {listing.header});

  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, ContainsSubstring(listing.id_mark + "fast\""));
  CHECK_THAT(answer.body, ContainsSubstring(listing.id_mark + "echo\""));
  CHECK_THAT(answer.body, ContainsSubstring(listing.id_mark + "up-1\""));
  // A call for it would go to echo, so it is not the upstream's to offer.
  CHECK_THAT(answer.body, !ContainsSubstring("echo-up"));
  CHECK(upstream.requests().at(0).target == listing.upstream_target);
}

TEST_CASE("the upstream is asked for its list once, and again when it has grown old",
          "[app][models]") {
  FakeServer upstream(always(json_answer(openai_listing().upstream_answer)));
  VirtualClock clock;
  Host host(proxy_to(upstream), &clock);
  host.start();

  host.get("/v1/models");
  host.get("/v1/models");
  CHECK(upstream.requests().size() == 1);

  clock.advance(std::chrono::minutes(6));
  host.get("/v1/models");
  CHECK(upstream.requests().size() == 2);
}

TEST_CASE("an upstream that is down leaves the rest of the list, and the log says so",
          "[app][models]") {
  const auto listing = GENERATE(openai_listing(), claude_listing(), gemini_listing());
  CAPTURE(listing);
  FakeServer upstream(always(json_answer("{}", 500)));
  Host host(proxy_to(upstream));
  host.start();

  const Answer answer = host.get(listing.path, {listing.header});

  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, ContainsSubstring(listing.id_mark + "fast\""));
  CHECK_THAT(answer.body, ContainsSubstring(listing.id_mark + "echo\""));
  CHECK_THAT(host.log().wait_for("models.unavailable"), ContainsSubstring("500"));
}

TEST_CASE("an old list outlives the upstream's failure to give a new one", "[app][models]") {
  std::atomic<int> asked{0};
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(asked++ == 0 ? json_answer(openai_listing().upstream_answer)
                                 : json_answer("{}", 503));
  });
  VirtualClock clock;
  Host host(proxy_to(upstream), &clock);
  host.start();

  host.get("/v1/models");
  clock.advance(std::chrono::minutes(6));
  const Answer answer = host.get("/v1/models");

  CHECK(asked >= 2);
  CHECK_THAT(answer.body, ContainsSubstring(R"("id":"up-1")"));
}

TEST_CASE("one model is found by its name, and an unknown one is not", "[app][models]") {
  FakeServer upstream(always(json_answer(openai_listing().upstream_answer)));
  Host host(proxy_to(upstream));
  host.start();

  const Answer known = host.get("/v1/models/fast");
  const Answer unknown = host.get("/v1/models/no-such");

  CHECK(known.status == 200);
  CHECK_THAT(known.body, ContainsSubstring(R"("id":"fast")"));
  CHECK(unknown.status == 404);
  CHECK_THAT(unknown.body, ContainsSubstring("model_not_found"));
}

TEST_CASE("models that the YAML lists stand for those of the upstream, which is not asked",
          "[app][models]") {
  FakeServer upstream(always(json_answer("{}")));
  Host host(proxy_to(upstream, "models: [mine-1, mine-2]"));
  host.start();

  const Answer answer = host.get("/v1/models");

  CHECK_THAT(answer.body, ContainsSubstring(R"("id":"mine-1")"));
  CHECK_THAT(answer.body, ContainsSubstring(R"("id":"mine-2")"));
  CHECK(upstream.connections() == 0);
}

}  // namespace abv::test
