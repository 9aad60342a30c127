#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

// What components say about themselves in abilities_json and order_json. Unknown keys are ignored:
// they are words of newer versions. Errors begin with `where`.
namespace abv::plugin {

enum class ModelAt { kNone, kPath, kBody, kForm };
enum class StreamAt { kNone, kBody, kForm, kQuery, kAlways };

// The words of an endpoint's messages on a WebSocket; abv/ext/dialect.h says what they mean.
struct WebSocketWords {
  std::string create;
  std::string lane;     // empty: there are no lanes
  std::string output;   // empty: there is always output
  std::string earlier;  // empty: answers cannot be named
  std::vector<std::string> ignored;
};

// One endpoint of a dialect or handler.
struct Endpoint {
  std::string operation;
  std::string method;
  std::string path;  // may hold {name} segments
  ModelAt model_at = ModelAt::kNone;
  StreamAt stream_at = StreamAt::kNone;
  std::string header;  // a request header that must be present, or empty
  // The canonical request that its requests convert to and from ("chat", "embeddings", …); empty:
  // raw lane only.
  std::string canonical = {};
  bool is_upstream = true;  // converted requests may become requests to it
  bool is_client = true;    // clients may ask for it; false: it is only what others' become
  std::string answer = {};  // JSON that the host answers with, whatever is asked; empty: none
  bool is_stored = false;   // answered from the answers that the host keeps
  std::optional<WebSocketWords> websocket = {};  // nothing: not through a WebSocket
};

// Where clients of a dialect say which conversation a request belongs to.
struct SessionSigns {
  std::vector<std::string> headers;  // the first that is there counts
  std::vector<std::string> fields;   // of the body: "prompt_cache_key", "metadata.user_id"
  std::vector<std::string> begin;    // what a conversation keeps from its start: "messages.0"
};

struct DialectAbilities {
  std::string dialect;
  std::vector<Endpoint> endpoints;
  bool has_stored = false;  // an endpoint is answered from kept answers, so answers may be kept
  SessionSigns session;
};

struct ProviderAbilities {
  std::vector<std::string> dialects;
  std::vector<std::string> credentials;  // empty when it needs none
  std::vector<std::string> control;
  std::vector<std::string> operations;  // that the upstream has; empty: all of its dialects
  bool is_raw = true;  // the upstream's answers are what clients of its dialects read
};

struct HandlerAbilities {
  std::vector<std::string> operations;
  std::vector<Endpoint> paths;
};

enum class EventAccess { kNone, kObserve, kChange };

struct MiddlewareAbilities {
  EventAccess events = EventAccess::kNone;
};

// "This component has to stand after (or before) the plugin `id`, because `reason`."
struct OrderFact {
  std::string id;
  std::string reason;
};

struct OrderFacts {
  std::vector<OrderFact> after;
  std::vector<OrderFact> before;
};

Result<DialectAbilities> parse_dialect_abilities(std::string_view json, std::string_view where);

// `settings_json` are the instance's finished settings, by which abilities may differ.
Result<ProviderAbilities> parse_provider_abilities(std::string_view json, std::string_view where,
                                                   std::string_view settings_json = "{}");

Result<HandlerAbilities> parse_handler_abilities(std::string_view json, std::string_view where);
Result<MiddlewareAbilities> parse_middleware_abilities(std::string_view json,
                                                       std::string_view where);
Result<OrderFacts> parse_order_facts(std::string_view json, std::string_view where);

}  // namespace abv::plugin
