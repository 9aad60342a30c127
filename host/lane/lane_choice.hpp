#pragma once

#include <string_view>

#include "host/lane/site.hpp"

namespace abv::lane {

// The way that a call goes to a target.
enum class Lane {
  kNone,     // the target cannot answer it
  kHandler,  // the target is a handler
  kRaw,      // client and upstream speak the same: bytes
  kEvent,    // converted: canonical request, events
  kCount,    // tokens are counted here, since the upstream does not
};

// How calls of `endpoint` of a route in `dialect` go to `target`. A pure function of one
// generation.
Lane lane_for(const plugin::Dialect& dialect, const plugin::Endpoint& endpoint,
              const Target& target);

// What requests to `endpoint` become at an upstream that speaks `target.dialect`: the endpoint of
// the same canonical request that the configuration names, else the one of the same operation, else
// the dialect's first. Null when there is none.
const plugin::Endpoint* converted_endpoint(const Target& target, const plugin::Endpoint& endpoint);

// Whether calls of `endpoint` of a route in `dialect` can become calls in `target.dialect`. False
// for a handler.
bool can_convert(const plugin::Dialect& dialect, const plugin::Endpoint& endpoint,
                 const Target& target);

// The rule that decides who answers `model` at `endpoint`: the first that matches and has a target
// that can. Null when there is none.
const Rule* resolve(const Route& route, const plugin::Endpoint& endpoint, std::string_view model);

// Requests to `endpoint` are conversations, or are counted like them: only they have a history, and
// answers that events hold whole.
bool is_conversation(const plugin::Endpoint& endpoint);

// The vendor's family of a dialect, within which signatures hold: "claude" of "claude-messages".
std::string_view family_of(std::string_view dialect);

}  // namespace abv::lane
