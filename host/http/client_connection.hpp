#pragma once

#include <Poco/Net/StreamSocket.h>

#include "host/http/client_watch.hpp"
#include "host/http/inbox.hpp"
#include "host/http/request_body.hpp"
#include "host/http/shared.hpp"
#include "host/lane/client_request.hpp"
#include "host/net/request_parser.hpp"
#include "host/net/stream.hpp"

namespace abv::http {

// One connection of a client: reads request after request and hands each to the runner, on one
// thread. What a request needs is kept for the next one.
class ClientConnection {
 public:
  // `shared` and `entry` outlive it; the socket is closed later than this ends.
  ClientConnection(Shared& shared, const Poco::Net::StreamSocket& socket,
                   OpenSockets::Entry& entry);
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  // Returns when the connection is to be closed.
  void serve();

 private:
  enum class Heard { kRequest, kNothing, kRefused };

  Heard hear(Nanos patience);
  Heard hear_rest();
  bool answer();
  void serve_websocket();
  bool invite_body(const RequestBody& body, std::uint64_t most);
  Heard refuse(int status, const std::string& fault);
  void linger();
  void end_sending();

  Shared& shared_;
  OpenSockets::Entry& entry_;
  net::Stream stream_;
  Inbox inbox_;
  net::RequestParser parser_;
  lane::ClientRequest client_;
  lane::Upgrade upgrade_;
  ClientWatch::Registration watched_;
};

}  // namespace abv::http
