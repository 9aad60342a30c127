#include "host/lane/call_error.hpp"

#include <string>

#include "host/plugin/view.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::Error;
using abv::lane::CallError;
using abv::plugin::text;
using abv::plugin::view;

// What a client would make of it: "504 upstream_timeout".
std::string told(const CallError& error) {
  return std::to_string(error.http_status) + " " + error.type;
}

std::string of_upstream(Error::Code code) {
  return told(CallError::of_upstream(Error{code, "why"}));
}

std::string of_request(Error::Code code) {
  return told(CallError::of_request(Error{code, "why"}));
}

abv_error given(abv_status code, std::int32_t http_status = 0) {
  abv_error error{};
  error.size = sizeof error;
  error.code = code;
  error.http_status = http_status;
  error.retry_after_ms = -1;
  return error;
}

std::string of_plugin(abv_status code, std::int32_t http_status = 0) {
  return told(CallError::of_plugin(given(code, http_status)));
}

}  // namespace

TEST_CASE("an upstream that is too slow is a 504, one that fails a 502", "[lane][error]") {
  CHECK(of_upstream(Error::Code::kTimeout) == "504 upstream_timeout");
  CHECK(of_upstream(Error::Code::kIo) == "502 upstream_failed");
  CHECK(of_upstream(Error::Code::kInvalid) == "502 upstream_failed");
  CHECK(of_upstream(Error::Code::kDenied) == "502 upstream_failed");
  CHECK(of_upstream(Error::Code::kCancelled) == "499 cancelled");
  CHECK(CallError::of_upstream(Error{Error::Code::kIo, "why"}).message == "why");
}

TEST_CASE("what is wrong with a request is the client's fault", "[lane][error]") {
  CHECK(of_request(Error::Code::kInvalid) == "400 invalid_request");
  CHECK(of_request(Error::Code::kIo) == "400 invalid_request");
  CHECK(of_request(Error::Code::kLimit) == "413 request_too_large");
  CHECK(of_request(Error::Code::kTimeout) == "408 request_timeout");
  CHECK(of_request(Error::Code::kCancelled) == "499 cancelled");
}

TEST_CASE("a plugin's code chooses status and type where it gave none", "[lane][error]") {
  CHECK(of_plugin(ABV_E_INVALID) == "400 invalid_request");
  CHECK(of_plugin(ABV_E_UNSUPPORTED) == "501 unsupported");
  CHECK(of_plugin(ABV_E_CANCELLED) == "499 cancelled");
  CHECK(of_plugin(ABV_E_DEADLINE) == "504 deadline");
  CHECK(of_plugin(ABV_E_NOT_FOUND) == "404 not_found");
  CHECK(of_plugin(ABV_E_DENIED) == "403 denied");
  CHECK(of_plugin(ABV_E_IO) == "502 upstream_failed");
  CHECK(of_plugin(ABV_E_LIMIT) == "413 request_too_large");
  CHECK(of_plugin(ABV_E_PANIC) == "500 internal_error");
  CHECK(of_plugin(ABV_E_NO_MEMORY) == "500 internal_error");
  CHECK(of_plugin(12345) == "500 internal_error");
}

TEST_CASE("a plugin's own status counts when it is one of an error", "[lane][error]") {
  CHECK(of_plugin(ABV_E_DENIED, 401) == "401 denied");
  CHECK(of_plugin(ABV_E_DENIED, 599) == "599 denied");
  CHECK(of_plugin(ABV_E_DENIED, 200) == "403 denied");
  CHECK(of_plugin(ABV_E_DENIED, 600) == "403 denied");
  CHECK(of_plugin(ABV_E_DENIED, -1) == "403 denied");
}

TEST_CASE("what a plugin says is copied", "[lane][error]") {
  std::string words = "rate_limit";
  abv_error error = given(ABV_E_LIMIT, 429);
  error.type = view(words);
  error.message = view("slow down");
  error.param = view("model");
  error.detail_json = view("{}");
  error.retry_after_ms = 1500;

  const CallError copy = CallError::of_plugin(error);
  words = "----------";

  CHECK(told(copy) == "429 rate_limit");
  CHECK(copy.message == "slow down");
  CHECK(copy.param == "model");
  CHECK(copy.detail_json == "{}");
  CHECK(copy.retry_after_ms == 1500);
  CHECK(copy.code == ABV_E_LIMIT);
}

TEST_CASE("views without memory are taken as empty", "[lane][error]") {
  abv_error error = given(ABV_E_DENIED);
  error.message = abv_str{nullptr, 7};
  error.param = abv_str{nullptr, 7};

  const CallError copy = CallError::of_plugin(error);

  CHECK(copy.message.empty());
  CHECK(copy.param.empty());
}

TEST_CASE("a plugin that fails without a word is named with its status", "[lane][error]") {
  const CallError error = CallError::of_silent_plugin("guard", ABV_E_DENIED);

  CHECK(told(error) == "403 denied");
  CHECK_THAT(error.message, ContainsSubstring("\"guard\""));
  CHECK(told(CallError::of_silent_plugin("guard", ABV_E_PANIC)) == "500 internal_error");
}

TEST_CASE("an error reads the same through the plugins' form", "[lane][error]") {
  CallError error = CallError::make(404, ABV_E_NOT_FOUND, "model_not_found", "no such model");
  error.param = "model";
  error.retry_after_ms = 3;

  const abv_error seen = error.view();

  CHECK(seen.size == sizeof seen);
  CHECK(seen.http_status == 404);
  CHECK(seen.code == ABV_E_NOT_FOUND);
  CHECK(seen.retry_after_ms == 3);
  CHECK(text(seen.type) == "model_not_found");
  CHECK(text(seen.message) == "no such model");
  CHECK(text(seen.param) == "model");
  CHECK(seen.detail_json.len == 0);
}
