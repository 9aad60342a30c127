#include "responses_past.hpp"

#include <string>
#include <utility>

#include "abv/sdk/failure.hpp"
#include "responses_trace.hpp"

namespace abv::openai {

namespace chat = sdk::chat;
namespace json = sdk::json;

namespace {

constexpr std::string_view kKept = "kept";

void leave_to_upstream(chat::Request& request, const char* field, chat::Json value) {
  request.extras.push_back({std::string(kResponsesDialect), field, value});
}

void read_conversation_field(chat::Request& request, const json::Value& value,
                             const StoredResponses& stored, const Place& place) {
  if (stored && !stored.upstream_may_know()) {
    refuse(place,
           "conversations are kept by OpenAI alone, and this model is served elsewhere; go on with "
           "previous_response_id, or send the items");
  }
  leave_to_upstream(request, "conversation", value.raw());
}

}  // namespace

void read_past(chat::Request& request, ResponsesInput& input, const json::Value& body,
               StoredResponses& stored, const Place& root) {
  const auto conversation = body["conversation"];
  const Place at_previous(root, "previous_response_id");
  const auto previous = read_word(body["previous_response_id"], at_previous);
  if (is_given(conversation) && !previous.empty()) {
    throw sdk::Failure{.http_status = 400,
                       .type = "mutually_exclusive_parameters",
                       .message =
                           "Mutually exclusive parameters: 'previous_response_id' and "
                           "'conversation'. Give one of them.",
                       .param = "previous_response_id"};
  }
  if (is_given(conversation)) {
    read_conversation_field(request, conversation, stored, Place(root, "conversation"));
  }
  if (previous.empty()) return;
  std::string before;
  const auto turns = stored.turns_up_to(previous, before);
  const bool is_lost = !stored_id_of_response(before).empty();
  if (is_lost || (!before.empty() && stored && !stored.upstream_may_know())) {
    refuse_previous(before);
  }
  if (!before.empty()) {
    leave_to_upstream(request, "previous_response_id", request.quote(before));
  }
  for (const auto& turn : turns) {
    if (is_given(turn.request["input"])) input.add(turn.request["input"], at_previous);
    input.add(turn.response["output"], at_previous);
  }
}

void keep_response(chat::Request& request, const json::Value& body, StoredResponses& stored) {
  if (!request.store.value_or(true) || !stored.keep(body)) return;
  request.store.reset();
  request.metadata = {};  // of what is kept, to find it by
  for (chat::Message& message : request.messages) {
    if (message.parts.empty()) continue;
    if (add_to_trace(request, message.parts.front(), kKept, "true")) return;
  }
}

bool is_kept(const chat::Request& request) {
  json::Document document;
  for (const chat::Message& message : request.messages) {
    if (message.parts.empty()) continue;
    const chat::Part& part = message.parts.front();
    if (part.raw.find(kKept) == std::string_view::npos) continue;
    if (trace_of(part, document)[kKept].as_bool()) return true;
  }
  return false;
}

}  // namespace abv::openai
