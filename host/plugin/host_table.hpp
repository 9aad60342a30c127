#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "abv/abi/host.h"
#include "host/plugin/host_services.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/services/clock_service.hpp"
#include "host/plugin/services/http_service.hpp"
#include "host/plugin/services/info_service.hpp"
#include "host/plugin/services/log_service.hpp"
#include "host/plugin/services/metrics_service.hpp"
#include "host/plugin/services/secret_service.hpp"
#include "host/plugin/services/store_service.hpp"

namespace abv::plugin {

// The abv_host of one instance, with the services behind it. Lives as long as the instance.
class HostTable {
 public:
  // Both outlive it.
  HostTable(const InstanceSpec& spec, const HostServices& services);
  HostTable(const HostTable&) = delete;
  HostTable& operator=(const HostTable&) = delete;

  const abv_host* table() const { return &table_; }

  // What the plugin said about the failure of create or start; empty when it said nothing.
  const std::string& create_error() const { return create_error_; }

  // create is over: metrics are frozen.
  void finish_create() { metrics_.freeze(); }

  std::map<std::string, std::uint64_t> secret_uses() const { return secrets_.uses(); }

 private:
  static const void* ABV_CALL get_extension(void* ctx, abv_str id) noexcept;
  static void ABV_CALL set_create_error(void* ctx, abv_str text) noexcept;

  const void* find(std::string_view id) const;

  const HostServices& services_;
  LogService log_;
  ClockService clock_;
  InfoService info_;
  SecretService secrets_;
  MetricsService metrics_;
  StoreService store_;
  HttpService http_;
  std::string create_error_;
  abv_host table_;
};

}  // namespace abv::plugin
