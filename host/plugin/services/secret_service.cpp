#include "host/plugin/services/secret_service.hpp"

#include "host/plugin/border.hpp"

namespace abv::plugin {

SecretService::SecretService(const std::map<std::string, Secret, std::less<>>& secrets)
    : table_{sizeof(abv_host_secret), 0, this, read, equals} {
  for (const auto& [name, secret] : secrets) {
    entries_[name].secret = &secret;
  }
}

const Secret* SecretService::use(std::string_view name) {
  const auto entry = entries_.find(name);
  if (entry == entries_.end()) {
    return nullptr;
  }
  entry->second.uses.fetch_add(1, std::memory_order_relaxed);
  return entry->second.secret;
}

std::map<std::string, std::uint64_t> SecretService::uses() const {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [name, entry] : entries_) {
    counts[name] = entry.uses.load(std::memory_order_relaxed);
  }
  return counts;
}

abv_status ABV_CALL SecretService::read(void* ctx, abv_str name, const abv_writer* out) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(name) || out == nullptr || !ABV_HAS(abv_writer, out, write)) {
      return ABV_E_INVALID;
    }
    const Secret* secret = static_cast<SecretService*>(ctx)->use(text(name));
    return secret == nullptr ? ABV_E_NOT_FOUND : out->write(out->ctx, view(secret->reveal()));
  });
}

int32_t ABV_CALL SecretService::equals(void* ctx, abv_str name, abv_str given) noexcept {
  return at_border_or<int32_t>(0, [&]() -> int32_t {
    if (!is_valid(name) || !is_valid(given)) {
      return 0;
    }
    const Secret* secret = static_cast<SecretService*>(ctx)->use(text(name));
    // An empty secret is one that is not set; nothing is equal to it.
    const bool equal =
        secret != nullptr && !secret->empty() && constant_time_equal(text(given), secret->reveal());
    return equal ? 1 : 0;
  });
}

}  // namespace abv::plugin
