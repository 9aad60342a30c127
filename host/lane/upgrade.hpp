#pragma once

#include <optional>
#include <string_view>

#include "host/lane/call_error.hpp"
#include "host/lane/reply.hpp"

// Requests for a WebSocket, and what only its calls have.
namespace abv::lane {

inline constexpr std::string_view kWebSocket = "websocket";
inline constexpr std::string_view kWebSocketVersion = "13";

// Answers what can be answered without a body: a request for a WebSocket at `endpoint`, which is
// let in or told why not, and a message that was no call. False for all others.
bool answer_before_body(Call& call, Reply& reply, const Site& site,
                        const plugin::Endpoint& endpoint);

// The error of a request without an endpoint of its own that makes clients take the right protocol:
// it asks for a WebSocket where there is none; or it is a GET without an upgrade where `post`, the
// path's endpoint of requests, has one, which is what proxies that don't know WebSocket make of an
// upgrade. Nothing for all others.
std::optional<CallError> wrong_upgrade(const Call& call, const Site& site,
                                       const plugin::Endpoint* post);

// The form of an answer without content, of which no upstream knows.
void answer_without_content(Call& call, Reply& reply);

}  // namespace abv::lane
