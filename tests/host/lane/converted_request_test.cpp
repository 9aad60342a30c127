#include "host/lane/converted_request.hpp"

#include "host/plugin/view.hpp"
#include "tests/support/catch.hpp"

namespace abv::lane {

TEST_CASE("a converted request has method, path, query, headers and body", "[lane][convert]") {
  ConvertedRequest request;

  CHECK(request.set_url("/v1/m:go?alt=sse&x=%20") == ABV_OK);
  CHECK(request.set_header("X-A", "1") == ABV_OK);
  CHECK(request.set_header("x-a", "2") == ABV_OK);
  CHECK(request.set_body("{}") == ABV_OK);

  CHECK(request.method() == "POST");
  CHECK(request.path() == "/v1/m:go");
  CHECK(request.query() == "alt=sse&x=%20");
  CHECK(request.body() == "{}");
  REQUIRE(request.header_views().size() == 1);
  CHECK(plugin::text(request.header_views().front().value) == "2");
}

TEST_CASE("a dialect has no say in where a request goes", "[lane][convert]") {
  ConvertedRequest request;

  for (const char* url :
       {"http://evil.example/v1", "//evil.example/v1", "v1", "", "/a b", "/a\r\nb"}) {
    CHECK(request.set_url(url) == ABV_E_INVALID);
  }
  CHECK(request.path().empty());
  CHECK(request.set_credential("authorization", "Bearer ", "api_key") == ABV_E_UNSUPPORTED);
}

TEST_CASE("why a dialect will not make a request is kept", "[lane][convert]") {
  ConvertedRequest request;
  const abv_outgoing table = plugin::outgoing_table(request);
  abv_error error{};
  error.size = sizeof error;
  error.http_status = 413;
  error.code = ABV_E_LIMIT;
  error.retry_after_ms = -1;
  error.message = plugin::view("file: too large");
  error.param = plugin::view("file");

  CHECK_FALSE(request.failure());
  table.fail(table.ctx, &error);

  REQUIRE(request.failure());
  CHECK(request.failure()->http_status == 413);
  CHECK(request.failure()->message == "file: too large");
  CHECK(request.failure()->param == "file");
}

TEST_CASE("a loss is told once", "[lane][convert]") {
  std::vector<record::Loss> losses;
  LossCollector collector(losses);

  collector.lost("/top_k", "dropped", "unknown");
  collector.lost("/top_k", "dropped", "unknown again");
  collector.lost("/top_k", "approximated", "clamped");

  REQUIRE(losses.size() == 2);
  CHECK(losses[0].why == "unknown");
  CHECK(losses[1].what == "approximated");
}

TEST_CASE("losses are not collected without end", "[lane][convert]") {
  std::vector<record::Loss> losses;
  LossCollector collector(losses);

  for (int i = 0; i < 1000; ++i) {
    collector.lost("/messages/" + std::to_string(i), "dropped", "why");
  }

  CHECK(losses.size() == LossCollector::kMost);
}

}  // namespace abv::lane
