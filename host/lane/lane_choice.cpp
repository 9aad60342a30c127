#include "host/lane/lane_choice.hpp"

#include <algorithm>

namespace abv::lane {
namespace {

constexpr std::string_view kChat = "chat";
constexpr std::string_view kCountTokens = "count_tokens";

bool contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Whether the host can take requests of a dialect in and answer them in it.
bool can_read(const plugin::Dialect& dialect, const plugin::Endpoint& endpoint) {
  return !endpoint.canonical.empty() && dialect.has_decode_request() && dialect.has_encoder();
}

}  // namespace

const plugin::Endpoint* converted_endpoint(const Target& target, const plugin::Endpoint& from) {
  if (!target.dialect || from.canonical.empty()) {
    return nullptr;
  }
  // Between equals an operation stays what it is; only other dialects' names mean nothing here.
  const bool is_own = from.canonical == kChat && from.operation != kChat;
  const std::string_view wanted = !target.convert_to.empty() ? std::string_view(target.convert_to)
                                  : is_own                   ? std::string_view(from.operation)
                                                             : std::string_view();
  const plugin::Endpoint* first = nullptr;
  for (const plugin::Endpoint& endpoint : target.dialect->abilities().endpoints) {
    const bool is_offered =
        target.operations.empty() || contains(target.operations, endpoint.operation);
    if (endpoint.canonical != from.canonical || !endpoint.is_upstream || !is_offered) {
      continue;
    }
    if (endpoint.operation == wanted) {
      return &endpoint;
    }
    if (first == nullptr) {
      first = &endpoint;
    }
  }
  return first;
}

bool can_convert(const plugin::Dialect& dialect, const plugin::Endpoint& endpoint,
                 const Target& target) {
  return can_read(dialect, endpoint) && converted_endpoint(target, endpoint) != nullptr &&
         target.dialect->has_encode_request();
}

Lane lane_for(const plugin::Dialect& dialect, const plugin::Endpoint& endpoint,
              const Target& target) {
  if (target.handler) {
    return contains(target.handler->abilities().operations, endpoint.operation) ? Lane::kHandler
                                                                                : Lane::kNone;
  }
  const bool is_offered =
      target.operations.empty() || contains(target.operations, endpoint.operation);
  if (is_offered && contains(target.provider->abilities().dialects, dialect.name())) {
    return Lane::kRaw;
  }
  if (can_convert(dialect, endpoint, target)) {
    return Lane::kEvent;
  }
  const bool can_count = endpoint.canonical == kCountTokens && can_read(dialect, endpoint);
  return can_count ? Lane::kCount : Lane::kNone;
}

const Rule* resolve(const Route& route, const plugin::Endpoint& endpoint, std::string_view model) {
  for (const Rule& rule : route.rules) {
    const bool is_answered =
        std::any_of(rule.targets.begin(), rule.targets.end(), [&](const Target* target) {
          return lane_for(route.dialect, endpoint, *target) != Lane::kNone;
        });
    if (is_answered && route::glob_matches(rule.match, model)) {
      return &rule;
    }
  }
  return nullptr;
}

bool is_conversation(const plugin::Endpoint& endpoint) {
  return endpoint.canonical == kChat || endpoint.canonical == kCountTokens;
}

std::string_view family_of(std::string_view dialect) {
  return dialect.substr(0, dialect.find('-'));
}

}  // namespace abv::lane
