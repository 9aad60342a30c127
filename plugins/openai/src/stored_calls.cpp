#include "stored_calls.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"
#include "input_items.hpp"
#include "response_replay.hpp"
#include "stored_responses.hpp"

namespace abv::openai {

namespace json = sdk::json;

namespace {

constexpr std::string_view kEncryptedReasoning = "reasoning.encrypted_content";

// "/v1/responses/{id}/input_items"
struct Target {
  std::string id;
  std::string_view rest;  // "", "cancel", "input_items"
};

Target target_of(std::string_view path) {
  constexpr std::string_view kBegin = "/responses/";
  const auto begin = path.find(kBegin);
  if (begin == std::string_view::npos) return {};
  path.remove_prefix(begin + kBegin.size());
  const auto end = path.find('/');
  return {sdk::percent_decode(path.substr(0, end)),
          end == std::string_view::npos ? std::string_view() : path.substr(end + 1)};
}

// include=a&include=b, include[]=a, include[0]=a
bool includes(std::string_view query, std::string_view word) {
  constexpr std::string_view kName = "include";
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = sdk::percent_decode(pair.substr(0, equals));
    const bool is_include = name == kName || (name.starts_with("include[") && name.ends_with("]"));
    if (is_include && sdk::percent_decode(pair.substr(equals + 1)) == word) return true;
  }
  return false;
}

[[noreturn]] void refuse_query(const char* name, const std::string& message) {
  throw sdk::Failure{.http_status = 400,
                     .type = "invalid_request_error",
                     .message = std::string(name) + ": " + message,
                     .param = name};
}

std::optional<std::int64_t> number_in(const sdk::Call& call, const char* name) {
  const auto text = call.query_value(name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) {
    refuse_query(name, "expected a whole number, got \"" + *text + "\"");
  }
  return number;
}

ItemPage page_of(const sdk::Call& call) {
  constexpr std::int64_t kMost = 100;
  ItemPage page;
  const auto limit = number_in(call, "limit").value_or(page.limit);
  if (limit < 1 || limit > kMost) {
    refuse_query("limit", "expected a number from 1 to 100, got " + std::to_string(limit));
  }
  page.limit = static_cast<std::size_t>(limit);
  const auto order = call.query_value("order").value_or("desc");
  if (order != "asc" && order != "desc") {
    refuse_query("order", "expected asc or desc, got \"" + order + "\"");
  }
  page.is_ascending = order == "asc";
  page.after = call.query_value("after").value_or("");
  return page;
}

void write_deleted(const std::string& id, sdk::Writer& out) {
  json::Writer answer;
  answer.begin_object().member("id", id).member("object", "response").member("deleted", true);
  out.write(answer.end_object().view());
}

}  // namespace

void answer_stored_call(const sdk::Call& call, sdk::Writer& out) {
  const Target target = target_of(call.path());
  sdk::chat::Request texts;
  StoredResponses stored(call.raw(), texts);
  const auto response = stored.response(target.id);
  if (!response.is_object()) {
    throw sdk::Failure{.http_status = 404,
                       .type = "not_found",
                       .message = "Response with id '" + target.id + "' not found.",
                       // One of this host's making no upstream needs to be asked for.
                       .code = stored_id_of_response(target.id).empty() ? ABV_OK : ABV_E_INVALID};
  }
  const bool shows_proofs = includes(call.query(), kEncryptedReasoning);
  if (call.method() == "DELETE") {
    stored.remove(target.id);
    return write_deleted(target.id, out);
  }
  if (target.rest == "cancel") {
    throw sdk::Failure{.http_status = 400,
                       .type = "invalid_request_error",
                       .message = "Cannot cancel a synchronous response."};
  }
  if (target.rest == "input_items") {
    return write_input_items(stored, target.id, page_of(call), shows_proofs, out);
  }
  const Replay replay{response, number_in(call, "starting_after").value_or(-1), shows_proofs};
  call.wants_stream() ? replay_stream(replay, out) : replay_whole(replay, out);
}

}  // namespace abv::openai
