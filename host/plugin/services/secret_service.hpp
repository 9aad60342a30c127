#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "abv/host/secret.h"
#include "host/base/secret.hpp"

namespace abv::plugin {

// abv.host.secret/1 of one instance.
class SecretService {
 public:
  // `secrets` outlive it.
  explicit SecretService(const std::map<std::string, Secret, std::less<>>& secrets);
  SecretService(const SecretService&) = delete;
  SecretService& operator=(const SecretService&) = delete;

  const abv_host_secret* table() const { return &table_; }

  // How often each secret was read or compared. Any thread.
  std::map<std::string, std::uint64_t> uses() const;

 private:
  struct Entry {
    const Secret* secret = nullptr;
    std::atomic<std::uint64_t> uses{0};
  };

  static abv_status ABV_CALL read(void* ctx, abv_str name, const abv_writer* out) noexcept;
  static int32_t ABV_CALL equals(void* ctx, abv_str name, abv_str given) noexcept;

  // Counts the use; null when there is no such secret.
  const Secret* use(std::string_view name);

  std::map<std::string, Entry, std::less<>> entries_;
  abv_host_secret table_;
};

}  // namespace abv::plugin
