#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/net/abort_handle.hpp"
#include "host/net/url.hpp"
#include "host/upstream/settings.hpp"

namespace abv::upstream {

struct Connection;
class Connector;
class Pool;

// The right to use one connection. Dropping it closes the connection.
class Lease {
 public:
  Lease();
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease();

  explicit operator bool() const { return connection_ != nullptr; }
  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

  // Has this connection answered a request before?
  bool reused() const { return reused_; }

  // Ends the lease. `reusable`: the last answer was read to its end and the server keeps the
  // connection open.
  void release(bool reusable);

 private:
  friend class Pool;
  Lease(Pool& pool, std::unique_ptr<Connection> connection, bool reused);

  Pool* pool_ = nullptr;
  std::unique_ptr<Connection> connection_;
  bool reused_ = false;
};

// The connections to one provider's upstream, kept open between requests.
//
// It lives in a generation and outlives its leases; its destructor closes what is idle. Every
// method may be called from any thread. Idle connections are used last in, first out.
class Pool {
 public:
  struct Counters {
    std::size_t open = 0;  // leased or idle
    std::size_t idle = 0;
    std::uint64_t reused = 0;    // leases that were served from the idle ones
    std::uint64_t connects = 0;  // connections that were made
    std::uint64_t failures = 0;  // attempts that did not lead to a connection
  };

  enum class Want {
    kAny,     // an idle connection if there is one; one idle for less than a second is not checked
    kProven,  // an idle connection, but only after a check that it is alive
    kFresh,   // a new connection
  };

  // kInvalid when the proxy is not an http URL or the CA file cannot be used. `clock` outlives it.
  static Result<std::unique_ptr<Pool>> make(Settings settings, const Clock& clock);

  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  // A connection to the scheme, host and port of `target`, bound to `abort`. `deadline` is on the
  // pool's clock, Nanos::max() for none; the connect timeout holds besides.
  //
  // Errors: kTimeout, kCancelled, kDenied (certificate not accepted), kIo. Their messages name the
  // target and the phase.
  Result<Lease> acquire(const net::Url& target, Nanos deadline, net::AbortHandle& abort,
                        Want want = Want::kAny);

  // Closes what was idle for too long. acquire() does it too; this is for pools without traffic.
  void prune();

  Counters counters() const;
  const Settings& settings() const { return settings_; }
  const Clock& clock() const { return clock_; }

  // The proxy that plain http requests are to be sent through in absolute form, and the value of
  // their proxy-authorization header; both empty when there is none.
  bool has_proxy() const;
  const Secret& proxy_authorization() const;

 private:
  friend class Lease;
  Pool(Settings settings, const Clock& clock);

  std::unique_ptr<Connection> take_idle(const net::Url& target, Want want);
  void give_back(std::unique_ptr<Connection> connection, bool reusable);
  std::vector<std::unique_ptr<Connection>> collect_expired(Nanos now);

  const Settings settings_;
  const Clock& clock_;
  std::unique_ptr<Connector> connector_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the longest idle first
  std::atomic<std::size_t> open_{0};
  std::atomic<std::uint64_t> reused_{0};
  std::atomic<std::uint64_t> connects_{0};
  std::atomic<std::uint64_t> failures_{0};
};

}  // namespace abv::upstream
