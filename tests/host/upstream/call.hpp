#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/upstream/exchange.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {

// A pool with its clock, for one test.
struct TestPool {
  explicit TestPool(upstream::Settings settings = {})
      : pool(*upstream::Pool::make(std::move(settings), clock)) {}

  upstream::Pool& operator*() const { return *pool; }
  upstream::Pool* operator->() const { return pool.get(); }

  VirtualClock clock;
  const std::unique_ptr<upstream::Pool> pool;
};

// Views of a request whose texts live as long as this.
struct TestRequest {
  TestRequest(std::string_view method, std::string target) : url(std::move(target)) {
    request.method = method;
    request.url = *net::parse_url(url);
    request.headers = headers;
  }

  std::string url;
  std::vector<net::Header> headers{{"x-test", "yes"}};
  upstream::Request request;
};

// What came of an exchange. `error` is "code: message" of the first one, or empty.
struct Outcome {
  int status = 0;
  std::string body;
  std::string error;
  bool reused = false;
  std::size_t pieces = 0;
};

inline std::string in_text(const Error& error) {
  return code_name(error.code) + (": " + error.message);
}

// Reads an answer to its end.
inline Outcome finish(upstream::Exchange& exchange) {
  Outcome outcome;
  const auto head = exchange.read_head();
  if (!head) {
    outcome.error = in_text(head.error());
    return outcome;
  }
  outcome.status = (*head)->status;
  outcome.reused = exchange.reused_connection();
  for (;;) {
    const auto bytes = exchange.read_body();
    if (!bytes) outcome.error = in_text(bytes.error());
    if (!bytes || bytes->empty()) return outcome;
    outcome.body += *bytes;
    ++outcome.pieces;
  }
}

// One whole request.
inline Outcome call(upstream::Pool& pool, const std::string& url, std::string_view method = "POST",
                    std::string_view body = "{}") {
  net::AbortHandle abort;
  const TestRequest request(method, url);
  upstream::Exchange exchange(pool, abort);
  const auto started = exchange.start(request.request, std::span(&body, 1));
  if (!started) {
    Outcome outcome;
    outcome.error = in_text(started.error());
    return outcome;
  }
  return finish(exchange);
}

}  // namespace abv::test
