#include "errors.hpp"

#include <array>

#include "abv/sdk/json.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

struct Row {
  int http_status;
  std::string_view status;
};

constexpr std::array<Row, 15> kRows = {{
    {400, "INVALID_ARGUMENT"},
    {401, "UNAUTHENTICATED"},
    {403, "PERMISSION_DENIED"},
    {404, "NOT_FOUND"},
    {408, "DEADLINE_EXCEEDED"},
    {409, "ABORTED"},
    {412, "FAILED_PRECONDITION"},
    {429, "RESOURCE_EXHAUSTED"},
    {499, "CANCELLED"},
    {500, "INTERNAL"},
    {501, "UNIMPLEMENTED"},
    {502, "UNAVAILABLE"},
    {503, "UNAVAILABLE"},
    {504, "DEADLINE_EXCEEDED"},
    {529, "UNAVAILABLE"},
}};

std::string seconds(std::int64_t ms) {
  std::string text = std::to_string(ms / 1000);
  if (ms % 1000 != 0) text += "." + std::to_string(1000 + ms % 1000).substr(1);
  return text + "s";
}

// Google's details are a list of typed objects; an upstream's error of another kind becomes one
// item.
void put_details(json::Writer& json, const sdk::Error& error) {
  const auto upstream = json::parse(error.detail_json());
  const auto root = upstream ? *upstream : json::Value();
  const auto own = root["error"]["details"].is_array() ? root["error"]["details"] : root["details"];
  if (own.is_array() || root.is_array()) {
    json.member("details", own.is_array() ? own : root);
  } else if (root.is_object()) {
    json.key("details").begin_array().value(root).end_array();
  } else if (error.retry_after_ms() >= 0) {
    json.key("details").begin_array().begin_object();
    json.member("@type", "type.googleapis.com/google.rpc.RetryInfo");
    json.member("retryDelay", seconds(error.retry_after_ms())).end_object().end_array();
  }
}

}  // namespace

std::string_view error_status(int http_status) {
  for (const Row& row : kRows) {
    if (row.http_status == http_status) return row.status;
  }
  return http_status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
}

int http_status_of(const sdk::Error& error) {
  if (error.http_status() != 0) return error.http_status();
  switch (error.code()) {
    case ABV_E_INVALID:
      return 400;
    case ABV_E_DENIED:
      return 403;
    case ABV_E_NOT_FOUND:
    case ABV_E_UNSUPPORTED:
      return 404;
    case ABV_E_LIMIT:
      return 413;
    case ABV_E_DEADLINE:
      return 504;
    default:
      return 500;
  }
}

std::string encode_error(sdk::Form form, const sdk::Error& error) {
  const int http_status = http_status_of(error);
  json::Writer json;
  json.begin_object().key("error").begin_object();
  json.member("code", http_status).member("message", error.message());
  json.member("status", error_status(http_status));
  put_details(json, error);
  json.end_object().end_object();
  return form == sdk::Form::kWhole ? json.take() : "data: " + json.take() + "\n\n";
}

}  // namespace abv::gemini
