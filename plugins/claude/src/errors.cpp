#include "errors.hpp"

#include <array>
#include <optional>

#include "abv/sdk/json.hpp"

namespace abv::claude {

namespace json = sdk::json;

namespace {

struct Row {
  int status;
  std::string_view type;
};

// The first row of a type gives its status. 503 stands last because Anthropic itself says 529.
constexpr std::array<Row, 12> kRows = {{
    {400, "invalid_request_error"},
    {401, "authentication_error"},
    {402, "billing_error"},
    {403, "permission_error"},
    {404, "not_found_error"},
    {409, "conflict_error"},
    {413, "request_too_large"},
    {429, "rate_limit_error"},
    {500, "api_error"},
    {504, "timeout_error"},
    {529, "overloaded_error"},
    {503, "overloaded_error"},
}};

// What of the upstream's error object fits below error.details: its own details, or all of it.
json::Value details_in(const json::Value& upstream) {
  if (upstream["error"]["details"].is_object()) return upstream["error"]["details"];
  if (upstream["details"].is_object()) return upstream["details"];
  return upstream.is_object() ? upstream : json::Value();
}

}  // namespace

std::string_view error_type(int http_status) {
  for (const Row& row : kRows) {
    if (row.status == http_status) return row.type;
  }
  return http_status >= 500 ? "api_error" : "invalid_request_error";
}

int error_status(std::string_view type) {
  for (const Row& row : kRows) {
    if (row.type == type) return row.status;
  }
  return 500;
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

std::string encode_error(sdk::Form form, const sdk::Error& error, std::string_view request_id) {
  json::Writer json;
  json.begin_object().member("type", "error").key("error").begin_object();
  json.member("type", error_type(http_status_of(error))).member("message", error.message());
  const auto upstream = json::parse(error.detail_json());
  const auto details = upstream ? details_in(*upstream) : json::Value();
  if (details) json.member("details", details);
  json.end_object();
  if (!request_id.empty()) json.member("request_id", request_id);
  json.end_object();
  if (form == sdk::Form::kWhole) return json.take();
  return "event: error\ndata: " + json.take() + "\n\n";
}

}  // namespace abv::claude
