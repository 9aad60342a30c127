#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

// What components say about themselves in abilities_json and order_json. Unknown keys are ignored:
// they are words of newer versions. Errors begin with `where`.
namespace abv::plugin {

enum class ModelAt { kNone, kPath, kBody, kForm };
enum class StreamAt { kNone, kBody, kForm, kAlways };

// One endpoint of a dialect or handler.
struct Endpoint {
  std::string operation;
  std::string method;
  std::string path;  // may hold {name} segments
  ModelAt model_at = ModelAt::kNone;
  StreamAt stream_at = StreamAt::kNone;
  std::string header;  // a request header that must be present, or empty
  // The canonical request that its requests convert to and from ("chat"); empty: raw lane only.
  std::string canonical = {};
  bool is_upstream = true;  // converted requests may become requests to it
  std::string answer = {};  // JSON that the host answers with, whatever is asked; empty: none
};

struct DialectAbilities {
  std::string dialect;
  std::vector<Endpoint> endpoints;
};

struct ProviderAbilities {
  std::vector<std::string> dialects;
  std::vector<std::string> credentials;  // empty when it needs none
  std::vector<std::string> control;
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
Result<ProviderAbilities> parse_provider_abilities(std::string_view json, std::string_view where);
Result<HandlerAbilities> parse_handler_abilities(std::string_view json, std::string_view where);
Result<MiddlewareAbilities> parse_middleware_abilities(std::string_view json,
                                                       std::string_view where);
Result<OrderFacts> parse_order_facts(std::string_view json, std::string_view where);

}  // namespace abv::plugin
