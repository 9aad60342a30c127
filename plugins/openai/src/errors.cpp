#include "errors.hpp"

#include <array>

#include "abv/sdk/json.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

struct Row {
  int status;
  std::string_view type;
  std::string_view code;
};

// The first row of a status gives its type and code; most statuses have no code of their own.
constexpr std::array<Row, 9> kRows = {{
    {400, "invalid_request_error", ""},
    {401, "invalid_request_error", "invalid_api_key"},
    {403, "invalid_request_error", ""},
    {404, "invalid_request_error", ""},
    {413, "invalid_request_error", ""},
    {429, "requests", "rate_limit_exceeded"},
    {429, "insufficient_quota", "insufficient_quota"},
    {500, "server_error", ""},
    {504, "server_error", ""},
}};

// The words of hosts that mean one of OpenAI's codes.
std::string_view code_for(std::string_view word) {
  if (word == "rate_limit" || word == "rate_limited") return "rate_limit_exceeded";
  if (word == "unauthorized" || word == "authentication") return "invalid_api_key";
  return word;
}

std::string code_of(const sdk::Error& error, int http_status) {
  const auto upstream = json::parse(error.detail_json());
  const auto root = upstream ? *upstream : json::Value();
  const auto told = root["error"].is_object() ? root["error"]["code"] : root["code"];
  if (told.is_string()) return told.as_string();
  if (!error.type().empty()) return std::string(code_for(error.type()));
  for (const Row& row : kRows) {
    if (row.status == http_status) return std::string(row.code);
  }
  return {};
}

void put_or_null(json::Writer& json, std::string_view name, std::string_view text) {
  json.key(name);
  text.empty() ? json.value(nullptr) : json.value(text);
}

}  // namespace

std::string_view error_type(int http_status) {
  for (const Row& row : kRows) {
    if (row.status == http_status) return row.type;
  }
  return http_status >= 500 ? "server_error" : "invalid_request_error";
}

int error_status(std::string_view type, std::string_view code) {
  for (const Row& row : kRows) {
    if (!row.code.empty() && row.code == code) return row.status;
  }
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

std::string encode_error(sdk::Form form, const sdk::Error& error) {
  const int http_status = http_status_of(error);
  const auto code = code_of(error, http_status);
  const bool is_quota = code == "insufficient_quota";
  json::Writer json;
  json.begin_object().key("error").begin_object().member("message", error.message());
  json.member("type", is_quota ? "insufficient_quota" : error_type(http_status));
  put_or_null(json, "param", error.param());
  put_or_null(json, "code", code);
  json.end_object().end_object();
  return form == sdk::Form::kWhole ? json.take() : "data: " + json.take() + "\n\n";
}

}  // namespace abv::openai
