#include "host/upstream/pool.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "host/upstream/connection.hpp"
#include "host/upstream/connector.hpp"

namespace abv::upstream {
namespace {

// A connection that was used so recently is taken without asking the kernel whether it still
// stands; if it doesn't, the exchange finds out and may try again.
constexpr Nanos kTrusted = std::chrono::seconds(1);

}  // namespace

Lease::Lease() = default;

Lease::Lease(Pool& pool, std::unique_ptr<Connection> connection, bool reused)
    : pool_(&pool), connection_(std::move(connection)), reused_(reused) {}

Lease::Lease(Lease&& other) noexcept = default;

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    release(false);
    pool_ = other.pool_;
    connection_ = std::move(other.connection_);
    reused_ = other.reused_;
  }
  return *this;
}

Lease::~Lease() {
  release(false);
}

void Lease::release(bool reusable) {
  if (connection_ != nullptr) {
    pool_->give_back(std::move(connection_), reusable);
  }
}

Pool::Pool(Settings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {
  idle_.reserve(settings_.max_idle + 1);
}

Pool::~Pool() = default;

Result<std::unique_ptr<Pool>> Pool::make(Settings settings, const Clock& clock) {
  std::unique_ptr<Pool> pool(new Pool(std::move(settings), clock));
  auto connector = Connector::make(pool->settings_, clock);
  if (!connector) {
    return std::move(connector.error());
  }
  pool->connector_ = std::move(*connector);
  return pool;
}

bool Pool::has_proxy() const {
  return !connector_->proxy().host.empty();
}

const Secret& Pool::proxy_authorization() const {
  return connector_->proxy().authorization;
}

Result<Lease> Pool::acquire(const net::Url& target, Nanos deadline, net::AbortHandle& abort,
                            Want want) {
  if (want != Want::kFresh) {
    if (auto connection = take_idle(target, want)) {
      if (!connection->stream.bind(abort)) {
        give_back(std::move(connection), false);
        return Error{Error::Code::kCancelled, "call was aborted"};
      }
      reused_.fetch_add(1, std::memory_order_relaxed);
      return Lease(*this, std::move(connection), true);
    }
  }
  auto made = connector_->connect(target, deadline, abort);
  if (!made) {
    failures_.fetch_add(1, std::memory_order_relaxed);
    return std::move(made.error());
  }
  connects_.fetch_add(1, std::memory_order_relaxed);
  open_.fetch_add(1, std::memory_order_relaxed);
  return Lease(*this, std::move(*made), false);
}

std::unique_ptr<Connection> Pool::take_idle(const net::Url& target, Want want) {
  const Nanos now = clock_.now();
  for (;;) {
    std::vector<std::unique_ptr<Connection>> expired;  // closed after the lock is gone
    std::unique_ptr<Connection> found;
    {
      const std::lock_guard lock(mutex_);
      expired = collect_expired(now);
      const auto at = std::find_if(idle_.rbegin(), idle_.rend(),
                                   [&](const auto& one) { return one->leads_to(target); });
      if (at != idle_.rend()) {
        found = std::move(*at);
        idle_.erase(std::next(at).base());
      }
    }
    if (found == nullptr) {
      return nullptr;
    }
    const bool is_trusted = want == Want::kAny && now - found->idle_since < kTrusted;
    if (is_trusted || found->stream.is_quiet()) {
      return found;
    }
    give_back(std::move(found), false);
  }
}

std::vector<std::unique_ptr<Connection>> Pool::collect_expired(Nanos now) {
  std::vector<std::unique_ptr<Connection>> expired;
  const auto first_kept = std::find_if(idle_.begin(), idle_.end(), [&](const auto& one) {
    return now - one->idle_since < settings_.idle_lifetime;
  });
  if (first_kept != idle_.begin()) {
    std::move(idle_.begin(), first_kept, std::back_inserter(expired));
    idle_.erase(idle_.begin(), first_kept);
    open_.fetch_sub(expired.size(), std::memory_order_relaxed);
  }
  return expired;
}

void Pool::give_back(std::unique_ptr<Connection> connection, bool reusable) {
  const bool is_unharmed = connection->stream.unbind();
  if (!reusable || !is_unharmed || settings_.max_idle == 0) {
    open_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  connection->idle_since = clock_.now();
  std::unique_ptr<Connection> dropped;  // closed after the lock is gone
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  if (idle_.size() > settings_.max_idle) {
    dropped = std::move(idle_.front());
    idle_.erase(idle_.begin());
    open_.fetch_sub(1, std::memory_order_relaxed);
  }
}

void Pool::prune() {
  std::vector<std::unique_ptr<Connection>> expired;
  const Nanos now = clock_.now();
  const std::lock_guard lock(mutex_);
  expired = collect_expired(now);
}

Pool::Counters Pool::counters() const {
  Counters counters;
  counters.open = open_.load(std::memory_order_relaxed);
  counters.reused = reused_.load(std::memory_order_relaxed);
  counters.connects = connects_.load(std::memory_order_relaxed);
  counters.failures = failures_.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  counters.idle = idle_.size();
  return counters;
}

}  // namespace abv::upstream
