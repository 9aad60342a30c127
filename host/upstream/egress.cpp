#include "host/upstream/egress.hpp"

namespace abv::upstream {

Result<std::unique_ptr<Egress>> Egress::make(Settings settings, const Clock& clock) {
  auto own = Pool::make(settings, clock);
  if (!own) {
    return own.error();
  }
  return std::unique_ptr<Egress>(new Egress(std::move(settings), clock, std::move(own).value()));
}

Result<Pool*> Egress::through(const Secret& proxy) {
  if (proxy.empty() || proxy.reveal() == settings_.proxy.reveal()) {
    return own_.get();
  }
  const std::lock_guard lock(mutex_);
  if (const auto known = by_proxy_.find(proxy.reveal()); known != by_proxy_.end()) {
    return known->second.get();
  }
  Settings settings = settings_;
  settings.proxy = proxy;
  auto made = Pool::make(std::move(settings), clock_);
  if (!made) {
    return made.error();
  }
  return by_proxy_.emplace(std::string(proxy.reveal()), std::move(made).value())
      .first->second.get();
}

void Egress::prune() {
  own_->prune();
  const std::lock_guard lock(mutex_);
  for (const auto& [proxy, pool] : by_proxy_) {
    pool->prune();
  }
}

}  // namespace abv::upstream
