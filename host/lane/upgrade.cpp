#include "host/lane/upgrade.hpp"

#include <array>
#include <utility>

#include "host/net/websocket.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

constexpr std::string_view kHttp = "HTTP/1.1";

CallError upgrade_required(std::string_view protocol, std::string message) {
  CallError error = CallError::make(426, ABV_E_UNSUPPORTED, "upgrade_required", std::move(message));
  error.upgrade = protocol;
  return error;
}

void answer_upgrade(Call& call, Reply& reply, const Site& site, const plugin::Endpoint& endpoint) {
  const ClientRequest& request = call.request();
  const std::string path(call.path());
  if (!endpoint.websocket || !site.websockets.enabled) {
    reply.fail(upgrade_required(
        kHttp, endpoint.websocket ? "WebSocket is turned off here (websocket.enabled), POST " +
                                        path + " over HTTP instead"
                                  : path + " has no WebSocket, use HTTP"));
    return;
  }
  if (request.header("sec-websocket-version") != kWebSocketVersion) {
    reply.fail(upgrade_required(kWebSocket,
                                "sec-websocket-version: expected 13, got \"" +
                                    std::string(request.header("sec-websocket-version")) + "\""));
    return;
  }
  const std::string_view key = request.header("sec-websocket-key");
  if (!net::is_websocket_key(key) || request.body->length() != 0) {
    reply.fail(CallError::make(400, ABV_E_INVALID, "invalid_request",
                               net::is_websocket_key(key)
                                   ? "a request for a WebSocket has no body"
                                   : "sec-websocket-key: expected 16 bytes in base64"));
    return;
  }
  const std::string accept = net::websocket_accept(key);
  const std::array<abv_header, 1> headers{
      {{plugin::view("sec-websocket-accept"), plugin::view(accept)}}};
  reply.writer().upgrade(kWebSocket);
  if (reply.start(101, headers, std::nullopt) && reply.writer().finish()) {
    request.upgrade->granted = endpoint.websocket;
  }
}

}  // namespace

bool answer_before_body(Call& call, Reply& reply, const Site& site,
                        const plugin::Endpoint& endpoint) {
  const ClientRequest& request = call.request();
  if (request.upgrade != nullptr) {
    answer_upgrade(call, reply, site, endpoint);
  } else if (request.refusal != nullptr) {
    reply.fail(*request.refusal);
  }
  return request.upgrade != nullptr || request.refusal != nullptr;
}

std::optional<CallError> wrong_upgrade(const Call& call, const Site& site,
                                       const plugin::Endpoint* post) {
  const std::string path(call.path());
  if (call.request().upgrade != nullptr) {
    return upgrade_required(kHttp, path + " has no WebSocket, use HTTP");
  }
  if (post != nullptr && post->websocket && site.websockets.enabled) {
    return upgrade_required(kWebSocket, "GET on " + path + " opens a WebSocket; POST takes HTTP");
  }
  return std::nullopt;
}

void answer_without_content(Call& call, Reply& reply) {
  abv_event event{};
  event.size = sizeof event;
  event.kind = ABV_EVENT_START;
  abv_status status = reply.emit(event);
  event.kind = ABV_EVENT_STOP;
  event.number = ABV_STOP_END;
  status = plugin::failed(status) ? status : reply.emit(event);
  if ((plugin::failed(status) || !reply.complete()) && !call.cancelled()) {
    reply.fail(CallError::make(501, ABV_E_UNSUPPORTED, "unsupported",
                               "the dialect cannot make an answer without content"));
  }
}

}  // namespace abv::lane
