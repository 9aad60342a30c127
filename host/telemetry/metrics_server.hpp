#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/base/secret.hpp"

namespace abv::telemetry {

struct MetricsSettings {
  bool is_enabled = false;
  std::string host = "127.0.0.1";
  std::uint16_t port = 9464;  // 0: any free one
  Secret token;               // empty: none is asked for
};

// A listener of its own for GET /metrics, apart from clients and their auth, with a few threads and
// short patience. With a token it answers 401 to whoever does not send "Authorization: Bearer
// <token>".
class MetricsServer {
 public:
  // Gives the text, on a thread of the server.
  using Text = std::function<std::string()>;

  static Result<std::unique_ptr<MetricsServer>> start(const MetricsSettings& settings, Text text);

  // Ends at once.
  ~MetricsServer();

  std::uint16_t port() const;

 private:
  struct Parts;

  explicit MetricsServer(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace abv::telemetry
