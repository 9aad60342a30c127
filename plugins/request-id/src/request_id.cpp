// Gives every call an id that the client can see and, unless told otherwise, can choose itself, so
// that its log and ours can be joined.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "abv/sdk/plugin.hpp"

namespace {

namespace sdk = abv::sdk;

constexpr const char* kConfigSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "trust_client": { "type": "boolean", "default": true,
                      "description": "keep the client's X-Request-Id when it is well-formed" }
  },
  "additionalProperties": false
})";

constexpr std::size_t kLongestId = 128;

bool is_id_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '_' || c == '-';
}

bool is_valid_id(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId &&
         std::all_of(id.begin(), id.end(), is_id_character);
}

class RequestId {
 public:
  static constexpr sdk::Info kInfo{
      .name = "request-id",
      .summary = "takes or makes the id of a call and shows it in the answer",
      .config_schema = kConfigSchema,
  };

  struct State {
    std::string client_id;  // empty when the host's own id stays
  };

  RequestId(const sdk::Host&, const sdk::json::Value& config)
      : trusts_client_(config["trust_client"].as_bool(true)) {}

  void on_head(State& state, const sdk::Call& call, sdk::Edit& head, sdk::Reply&) const {
    const std::string_view given = call.header("x-request-id").value_or(std::string_view());
    if (!trusts_client_ || !is_valid_id(given)) return;
    state.client_id = given;
    head.set_request_id(given);
  }

  void on_reply_head(State& state, const sdk::Call& call, sdk::Edit& head) const {
    const std::string_view id = state.client_id.empty() ? call.id() : state.client_id;
    // The upstream's own id is what its support asks for, so it must not get lost.
    const std::string upstream_id(head.header("x-request-id"));
    if (!upstream_id.empty() && upstream_id != id) {
      head.set_header("x-upstream-request-id", upstream_id);
    }
    head.set_header("x-request-id", id);
    // Anthropic's SDKs read the id from this name; what Anthropic itself sent stays.
    if (call.dialect() == "claude-messages" && head.header("request-id").empty()) {
      head.set_header("request-id", id);
    }
  }

 private:
  bool trusts_client_;
};

}  // namespace

ABV_PLUGIN("abv.request-id", "0.1.0", abv::sdk::Middleware<RequestId>)
