#include "stored_responses.hpp"

#include <algorithm>
#include <utility>

#include "abv/sdk/failure.hpp"
#include "responses_trace.hpp"

namespace abv::openai {

namespace json = sdk::json;

std::string_view stored_id_of_response(std::string_view response_id) {
  if (!response_id.starts_with(kResponsePrefix)) return {};
  response_id.remove_prefix(kResponsePrefix.size());
  return response_id.starts_with(sdk::kStoredBegin) ? response_id : std::string_view();
}

// "msg_abv_<id>_<number>"
std::string_view stored_id_of_item(std::string_view item_id) {
  const auto mark = item_id.find(kOwnIdMark);
  if (mark == std::string_view::npos) return {};
  item_id.remove_prefix(mark + kOwnIdMark.size());
  const auto end = item_id.rfind('_');
  const auto stored_id = item_id.substr(0, end == std::string_view::npos ? 0 : end);
  return stored_id.starts_with(sdk::kStoredBegin) ? stored_id : std::string_view();
}

json::Value StoredResponses::read(std::optional<std::string> text) {
  if (!text) return {};
  json::Document& document = documents_.emplace_back();
  return document.parse(texts_.keep(std::move(*text))) ? document.root() : json::Value();
}

json::Value StoredResponses::answer(std::string_view stored_id) {
  if (stored_id.empty()) return {};
  if (const auto known = known_.find(stored_id); known != known_.end()) return known->second;
  const json::Value answer = read(answers_.answer(stored_id));
  known_.emplace(stored_id, answer);
  return answer;
}

json::Value StoredResponses::response(std::string_view response_id) {
  return answer(stored_id_of_response(response_id));
}

StoredResponses::Turn StoredResponses::turn(std::string_view response_id) {
  try {
    Turn turn{std::string(response_id), {}, response(response_id)};
    if (turn) turn.request = read(answers_.request(stored_id_of_response(response_id)));
    return turn.request.is_object() ? turn : Turn{};
  } catch (const sdk::Stopped& stopped) {
    if (stopped.status != ABV_E_LIMIT) throw;
    throw sdk::Failure{.http_status = 400,
                       .type = "context_length_exceeded",
                       .message = "the conversation up to '" + std::string(response_id) +
                                  "' is larger than a request may be here (limits.body)",
                       .param = "previous_response_id"};
  }
}

std::vector<StoredResponses::Turn> StoredResponses::turns_up_to(std::string_view response_id,
                                                                std::string& before) {
  std::vector<Turn> turns;
  before = response_id;
  while (!stored_id_of_response(before).empty()) {
    Turn found = turn(before);
    if (!found) break;
    before = found.request["previous_response_id"].as_string();
    turns.push_back(std::move(found));
  }
  std::reverse(turns.begin(), turns.end());
  return turns;
}

json::Value StoredResponses::item(std::string_view item_id) {
  json::Value response;
  try {
    response = answer(stored_id_of_item(item_id));
  } catch (const sdk::Stopped& stopped) {
    if (stopped.status != ABV_E_LIMIT) throw;
  }
  for (const auto& item : response["output"].items()) {
    if (item["id"].as_string() == item_id) return item;
  }
  return {};
}

bool StoredResponses::remove(std::string_view response_id) {
  const auto stored_id = stored_id_of_response(response_id);
  return !stored_id.empty() && answers_.remove(stored_id);
}

bool StoredResponses::keep(const json::Value& body) {
  json::Writer request;
  request.begin_object();
  for (const char* key : {"previous_response_id", "input"}) {
    if (body[key].exists() && !body[key].is_null()) request.member(key, body[key]);
  }
  return answers_.keep(request.end_object().view());
}

void refuse_previous(std::string_view response_id) {
  throw sdk::Failure{
      .http_status = 400,
      .type = "previous_response_not_found",
      .message = "Previous response with id '" + std::string(response_id) + "' not found.",
      .param = "previous_response_id"};
}

}  // namespace abv::openai
