#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/http/call_queue.hpp"
#include "host/http/departure_notice.hpp"
#include "host/http/frame_stream.hpp"
#include "host/http/open_sockets.hpp"
#include "host/http/shared.hpp"
#include "host/net/websocket.hpp"

namespace abv::http {

// A connection after its upgrade. Each message of the client is one call, and they run one after
// the other, each on the site that is current when it begins; between them nothing of a site is
// held.
//
// One thread reads, so that the client's leaving and its pings are noticed while a call runs; the
// connection's own thread runs the calls.
class WebSocket final : public Farewell {
 public:
  // `upgrade` is the request that opened it, and `ahead` what the client sent behind that; neither
  // is needed later. `shared` and `stream` outlive it.
  WebSocket(Shared& shared, net::Stream& stream, const lane::ClientRequest& upgrade,
            plugin::WebSocketWords words, std::string_view ahead);
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;
  ~WebSocket();

  // Returns when the connection is to be closed. The connection's thread.
  void serve();

  // The server stops: closes now when no call runs, and after the one that does otherwise. Any
  // thread; does not wait.
  void leave() override;

 private:
  // The reading thread.
  void listen();
  std::optional<Nanos> look_at_clock();
  bool is_to_end(const lane::Site& site, Nanos now);
  bool hear(std::string_view bytes);
  bool take(net::WebSocketParser::State what);
  void take_message();
  bool end(net::CloseCode code, std::string_view reason);

  // The connection's thread.
  void answer(CallMessage message);
  bool goes_on();
  lane::ClientRequest request_for(const CallMessage& message) const;

  void wake() const;

  Shared& shared_;
  net::Stream& stream_;
  const plugin::WebSocketWords words_;
  const std::string session_;
  const Nanos began_;
  int wake_ = -1;  // eventfd

  // Of the request that opened it.
  struct Header {
    std::string name;
    std::string value;
  };
  std::vector<Header> headers_;
  std::string target_;
  std::string peer_;
  const bool is_secure_;

  FrameStream frames_;
  CallQueue queue_;
  DepartureNotice departure_;
  std::atomic<bool> is_expired_{false};

  // The reading thread's own.
  std::string ahead_;
  std::uint64_t longest_message_;
  net::WebSocketParser parser_;
  std::optional<lane::Traffic::Booking> memory_;
  Nanos heard_at_;  // the last byte
  int pings_ = 0;   // since then
};

}  // namespace abv::http
