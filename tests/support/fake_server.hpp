#pragma once

#include <Poco/Net/ServerSocket.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/net/stream.hpp"
#include "tests/support/test_certs.hpp"

namespace abv::test {

// A request as a FakeServer received it.
struct FakeRequest {
  std::string raw;   // all its bytes, exactly
  std::string head;  // to the empty line, with it
  std::string body;  // without chunk framing
  std::string method;
  std::string target;

  // The first value of that header, any case; "" for none.
  std::string header(std::string_view name) const;
};

class FakeServer;

// One accepted connection, in the hands of the handler.
class FakeConnection {
 public:
  FakeConnection(FakeServer& server, const Poco::Net::StreamSocket& socket)
      : server_(server), socket_(socket), stream_(socket) {
    stream_.bind(abort_);
  }

  // One write. That the peer has gone is not reported.
  void send(std::string_view bytes);

  // Each a write of its own.
  void send_pieces(const std::vector<std::string>& pieces);

  // Waits until FakeServer::release(), or until the server goes.
  void stall();

  // Waits until the peer closes, and takes what it sends until then.
  std::string read_until_closed();

  // Ends the connection in order, or with a reset, which discards what is not yet delivered.
  void close();
  void reset();

  // Passes bytes both ways between the peer and a server at 127.0.0.1, as a proxy does after
  // CONNECT.
  void tunnel_to(std::uint16_t port);

  // Counts from 0, in the order in which connections were accepted.
  std::size_t index() const { return index_; }

 private:
  friend class FakeServer;

  // The next request; none when the peer closed.
  std::optional<FakeRequest> read_request();
  bool read_more();

  FakeServer& server_;
  Poco::Net::StreamSocket socket_;
  net::AbortHandle abort_;
  net::Stream stream_;
  std::string unread_;
  std::size_t index_ = 0;
  bool closed_ = false;
};

// An HTTP server on an ephemeral port of 127.0.0.1 that does what a test tells it.
//
//   FakeServer server([](FakeConnection& connection, const FakeRequest& request) {
//     connection.send(json_answer("{}"));
//   });
//
// Each connection has a thread, on which the handler is called for one request after the other
// until it closes the connection. Its destructor ends all that is stalled.
class FakeServer {
 public:
  using Handler = std::function<void(FakeConnection&, const FakeRequest&)>;
  using Greeting = std::function<void(FakeConnection&)>;

  explicit FakeServer(Handler handler);

  // Speaks TLS with the certificate of `certs`, which outlives it.
  FakeServer(Handler handler, const TestCerts& certs);

  // `greeting` gets each connection before a byte is read, for servers that misbehave early.
  FakeServer(Greeting greeting, Handler handler);

  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  ~FakeServer();

  std::uint16_t port() const { return port_; }

  // "http://127.0.0.1:port" or with https, and the path.
  std::string url(std::string_view path = "/") const;

  // What was received so far.
  std::vector<FakeRequest> requests() const;
  std::size_t connections() const;

  // TLS connections that resumed a session.
  std::size_t resumptions() const;

  // Wait until there are so many.
  void wait_for_requests(std::size_t count);
  void wait_for_closed(std::size_t count);

  // Ends every stall, also those to come.
  void release();

 private:
  friend class FakeConnection;

  FakeServer(Greeting greeting, Handler handler, std::unique_ptr<Poco::Net::ServerSocket> listener,
             bool is_tls);
  FakeConnection* accept_one();
  void accept_all();
  void serve(FakeConnection& connection);
  void stall();

  const Greeting greeting_;
  const Handler handler_;
  const std::unique_ptr<Poco::Net::ServerSocket> listener_;
  const bool is_tls_;
  const std::uint16_t port_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FakeRequest> requests_;
  std::list<FakeConnection> connections_;
  std::vector<std::thread> threads_;
  std::size_t closed_ = 0;
  std::size_t resumptions_ = 0;
  bool released_ = false;
  std::thread acceptor_;
};

// Whole answers, with a content-length.
std::string answer(int status, std::string_view content_type, std::string_view body);
std::string json_answer(std::string_view body, int status = 200);

// The head of a chunked event stream, a chunk, and the chunk that ends the body.
std::string sse_head();
std::string chunk(std::string_view content);
std::string last_chunk();

}  // namespace abv::test
