#include "code_assist.hpp"

#include <string>

#include "abv/sdk/json.hpp"
#include "account_project.hpp"

namespace abv::gemini::code_assist {

namespace json = sdk::json;

namespace {

// Takes contents only, and the model's name in another form.
std::string count_body(const sdk::Attempt& attempt) {
  json::Document document;
  if (!document.parse(attempt.body())) return std::string(attempt.body());
  const json::Value root = document.root();
  const json::Value whole = root["generateContentRequest"];
  const json::Value contents = whole ? whole["contents"] : root["contents"];
  json::Writer out;
  out.begin_object().key("request").begin_object();
  out.member("model", "models/" + std::string(attempt.model()));
  out.key("contents").raw(contents ? contents.raw() : "[]");
  return out.end_object().end_object().take();
}

}  // namespace

void prepare(const sdk::Attempt& attempt, std::string_view base_url, sdk::Outgoing& out) {
  std::string url(base_url);
  if (attempt.operation() == ABV_OP_QUOTA) {
    json::Writer body;
    body.begin_object();
    if (const auto project = project_of(attempt); !project.empty()) body.member("project", project);
    out.set_method("POST");
    out.set_url(url.append("/v1internal:retrieveUserQuota"));
    out.set_header("content-type", "application/json");
    out.set_body(body.end_object().view());
    return;
  }
  if (attempt.operation() == "count_tokens") {
    out.set_url(url.append("/v1internal:countTokens"));
    out.set_body(count_body(attempt));
    return;
  }
  const bool is_stream = attempt.path().ends_with(":streamGenerateContent");
  url.append(is_stream ? "/v1internal:streamGenerateContent?alt=sse"
                       : "/v1internal:generateContent");
  out.set_url(url);
  json::Writer begin;
  begin.begin_object().member("model", attempt.model());
  if (const auto project = project_of(attempt); !project.empty()) begin.member("project", project);
  begin.key("request");
  out.splice(0, 0, begin.view());
  out.splice(attempt.body().size(), 0, "}");
}

abv_status write_quota(const sdk::Answer& answer, sdk::Writer& out) {
  json::Document document;
  if (!document.parse(answer.body())) return ABV_E_INVALID;
  json::Writer list;
  list.begin_object().key("limits").begin_array();
  for (const json::Value& bucket : document.root()["buckets"].items()) {
    const auto model = bucket["modelId"].as_string();
    // An absent share is not known; it does not mean that nothing is left.
    if (model.empty() || !bucket["remainingFraction"].is_number()) continue;
    list.begin_object().member("name", bucket["tokenType"].as_string()).member("model", model);
    list.member("remaining", bucket["remainingFraction"].as_double());
    list.member("resets_at", bucket["resetTime"].as_string()).end_object();
  }
  out.write(list.end_array().end_object().view());
  return ABV_OK;
}

}  // namespace abv::gemini::code_assist
