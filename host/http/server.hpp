#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/lane/runner.hpp"

namespace abv::http {

// What the listener is started with; a change needs a restart.
struct ServerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8045;  // 0: any free one
  std::size_t max_connections = 1100;
  Nanos keep_alive = std::chrono::seconds(5);  // idle between two requests; 0: one request each
  // For a connection's first byte, for a whole head from its first byte, and for silence within a
  // body; 0 = none.
  Nanos header_timeout = std::chrono::seconds(30);
  Nanos client_write = std::chrono::seconds(30);  // longest time without progress; 0 = none
  bool half_close_is_gone = true;
  std::string tls_cert_file;  // both empty: plain HTTP
  std::string tls_key_file;
};

// Gives the site that a new call is to use. Any thread; must not block.
using SiteSource = std::function<std::shared_ptr<const lane::Site>()>;

// Listens, and takes each request to the runner. Poco's TCPServer accepts the connections and gives
// each a thread.
class Server {
 public:
  // Listens when it returns. kIo when the address cannot be bound, kInvalid when the TLS files
  // cannot be used. `runner`, `clock` and `log` outlive the server.
  static Result<std::unique_ptr<Server>> start(const ServerSettings& settings, SiteSource sites,
                                               lane::Runner& runner, const Clock& clock, Log& log);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Ends at once: connections that are left are closed.
  ~Server();

  std::uint16_t port() const;

  // No further connection is accepted, and those that are open close after their next answer.
  void stop_accepting();

  std::size_t connections() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace abv::http
