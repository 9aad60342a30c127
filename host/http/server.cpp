#include "host/http/server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>

#include <string>
#include <utility>

#include "host/http/client_connection.hpp"
#include "host/http/shared.hpp"

namespace abv::http {
namespace {

// Calls use little of their stacks: measured below 40 KiB, plugins and TLS included.
constexpr int kStackBytes = 256 * 1024;
constexpr int kBacklog = 1024;
constexpr int kThreadIdleSeconds = 30;

// How long a thread waits for a connection before it goes back to the pool. Poco's wake-up at the
// end does not reach a thread that is just about to wait, and the end then takes this long.
constexpr Nanos kDispatchIdle = std::chrono::milliseconds(250);

// Poco would let a second host listen on the same port, and the kernel deal connections to either.
constexpr bool kSharesPort = false;

Poco::Timespan timespan(Nanos time) {
  return Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

// Turns connections away that no thread is left for, with an answer instead of silence.
class ConnectionLimit final : public Poco::Net::TCPServerConnectionFilter {
 public:
  ConnectionLimit(std::size_t most, Nanos client_write, const Poco::Net::TCPServer& server)
      : most_(most), client_write_(client_write), server_(server) {
    const std::string body =
        "{\"error\":{\"type\":\"overloaded\",\"message\":\"all connections are in use "
        "(listen.max_connections)\"}}\n";
    refusal_ =
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n"
        "retry-after: 1\r\nconnection: close\r\ncontent-length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  bool accept(const Poco::Net::StreamSocket& socket) override {
    Poco::Net::StreamSocket client(socket);
    try {
      client.setSendTimeout(timespan(client_write_));
      const int busy = server_.currentConnections() + server_.queuedConnections();
      if (static_cast<std::size_t>(busy) < most_) {
        return true;
      }
      // Never blocks: the socket's buffer is empty.
      client.sendBytes(refusal_.data(), static_cast<int>(refusal_.size()));
      client.shutdownSend();
    } catch (const Poco::Exception&) {
      return false;  // gone already
    }
    return false;
  }

 private:
  const std::size_t most_;
  const Nanos client_write_;
  const Poco::Net::TCPServer& server_;
  std::string refusal_;
};

// A connection on the thread that Poco gives it.
class Connection final : public Poco::Net::TCPServerConnection {
 public:
  Connection(Shared& shared, const Poco::Net::StreamSocket& socket)
      : Poco::Net::TCPServerConnection(socket), shared_(shared) {}

  void run() override {
    OpenSockets::Entry entry(shared_.sockets, socket().impl()->sockfd());
    if (!entry) {
      return;
    }
    try {
      ClientConnection(shared_, socket(), entry).serve();
    } catch (const Poco::Exception& fault) {
      // A client that is gone before its address can be asked for.
      shared_.log.debug("connection.failed", {{"error", fault.displayText()}});
    }
  }

 private:
  Shared& shared_;
};

class ConnectionFactory final : public Poco::Net::TCPServerConnectionFactory {
 public:
  explicit ConnectionFactory(Shared& shared) : shared_(shared) {}

  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new Connection(shared_, socket);
  }

 private:
  Shared& shared_;
};

Poco::Net::TCPServerParams::Ptr params_of(const ServerSettings& settings) {
  Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
  params->setMaxThreads(static_cast<int>(settings.max_connections));
  params->setMaxQueued(static_cast<int>(settings.max_connections));
  params->setThreadIdleTime(timespan(kDispatchIdle));
  return params;
}

Poco::Net::ServerSocket listen(const ServerSettings& settings) {
  const Poco::Net::SocketAddress address(settings.host, settings.port);
  if (settings.tls_cert_file.empty()) {
    Poco::Net::ServerSocket socket;
    socket.bind(address, true, kSharesPort);
    socket.listen(kBacklog);
    return socket;
  }
  Poco::Net::Context::Ptr tls =
      new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, settings.tls_key_file,
                             settings.tls_cert_file, "", Poco::Net::Context::VERIFY_NONE);
  tls->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  Poco::Net::SecureServerSocket socket(tls);
  socket.bind(address, true, kSharesPort);
  socket.listen(kBacklog);
  return socket;
}

}  // namespace

struct Server::Parts {
  Parts(const ServerSettings& settings, SiteSource sites, lane::Runner& runner, const Clock& clock,
        Log& log)
      : shared(settings, std::move(sites), runner, clock, log),
        threads("http", 2, static_cast<int>(settings.max_connections) + 2, kThreadIdleSeconds,
                kStackBytes) {}

  Shared shared;
  Poco::ThreadPool threads;
  Poco::Net::ServerSocket listener;
  std::unique_ptr<Poco::Net::TCPServer> server;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings, SiteSource sites,
                                              lane::Runner& runner, const Clock& clock, Log& log) {
  try {
    auto parts = std::make_unique<Parts>(settings, std::move(sites), runner, clock, log);
    parts->listener = listen(settings);
    parts->server = std::make_unique<Poco::Net::TCPServer>(
        new ConnectionFactory(parts->shared), parts->threads, parts->listener, params_of(settings));
    parts->server->setConnectionFilter(
        new ConnectionLimit(settings.max_connections, settings.client_write, *parts->server));
    parts->server->start();
    return std::unique_ptr<Server>(new Server(std::move(parts)));
  } catch (const Poco::Net::SSLException& fault) {
    return Error{Error::Code::kInvalid, "cannot use the TLS files \"" + settings.tls_cert_file +
                                            "\" and \"" + settings.tls_key_file +
                                            "\": " + fault.displayText()};
  } catch (const Poco::Exception& fault) {
    return Error{Error::Code::kIo, "cannot listen on " + settings.host + ":" +
                                       std::to_string(settings.port) + ": " + fault.displayText()};
  }
}

Server::~Server() {
  stop_accepting();
  try {
    parts_->shared.sockets.end();
    parts_->threads.joinAll();
  } catch (const Poco::Exception& fault) {
    parts_->shared.log.warn("listen.stop_failed", {{"error", fault.displayText()}});
  }
}

std::uint16_t Server::port() const {
  return parts_->server->port();
}

void Server::stop_accepting() {
  parts_->shared.is_stopping.store(true, std::memory_order_relaxed);
  // Poco looks four times a second whether it is to stop; this wakes it.
  ::shutdown(parts_->listener.impl()->sockfd(), SHUT_RDWR);
  parts_->server->stop();
  parts_->shared.sockets.stop();
}

std::size_t Server::connections() const {
  return static_cast<std::size_t>(parts_->server->currentConnections());
}

}  // namespace abv::http
