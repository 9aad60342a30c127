#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "abv/sdk/stored.hpp"

namespace abv::openai {

inline constexpr std::string_view kResponsePrefix = "resp_";

// The id of a kept answer, out of the id of its response or of one of the output items that this
// dialect named; empty when the id is not of this host's making.
std::string_view stored_id_of_response(std::string_view response_id);
std::string_view stored_id_of_item(std::string_view item_id);

// The responses that the host keeps. What is read stays as long as `texts`, so that requests may
// refer to it.
class StoredResponses {
 public:
  // A response as it is kept: its input and the response object. Missing values for none.
  struct Turn {
    std::string id;  // "resp_…"
    sdk::json::Value request;
    sdk::json::Value response;

    explicit operator bool() const { return response.is_object(); }
  };

  StoredResponses(const abv_call* call, sdk::chat::Request& texts)
      : answers_(call), texts_(texts) {}
  StoredResponses(const StoredResponses&) = delete;
  StoredResponses& operator=(const StoredResponses&) = delete;

  // False where the host has no such thing: ids are then none of our business.
  explicit operator bool() const { return static_cast<bool>(answers_); }
  bool upstream_may_know() const { return answers_.upstream_may_know(); }

  // The response with all that is kept of it. This and turns_up_to throw Failure 400 when the call
  // has read as much as it may.
  Turn turn(std::string_view response_id);

  // The response object alone; missing when there is none.
  sdk::json::Value response(std::string_view response_id);

  // All turns up to that response, the oldest first. Where the first of them goes on from a
  // response that is not kept here, `before` is its id, to be found upstream or nowhere.
  std::vector<Turn> turns_up_to(std::string_view response_id, std::string& before);

  // One output item of a kept response; missing when there is none, or no more may be read.
  sdk::json::Value item(std::string_view item_id);

  bool remove(std::string_view response_id);

  // Has the response to this call kept, with what `body` says.
  bool keep(const sdk::json::Value& body);

 private:
  sdk::json::Value read(std::optional<std::string> text);
  sdk::json::Value answer(std::string_view stored_id);

  sdk::StoredAnswers answers_;
  sdk::chat::Request& texts_;
  std::deque<sdk::json::Document> documents_;                   // values refer to them
  std::map<std::string, sdk::json::Value, std::less<>> known_;  // response objects
};

// Throws Failure 400 as the API does when a response to go on from is not there.
[[noreturn]] void refuse_previous(std::string_view response_id);

}  // namespace abv::openai
