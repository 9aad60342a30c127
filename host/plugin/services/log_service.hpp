#pragma once

#include <string>

#include "abv/host/log.h"
#include "host/base/log.hpp"

namespace abv::plugin {

// abv.host.log/1 of one instance.
class LogService {
 public:
  LogService(Log& log, std::string instance);
  LogService(const LogService&) = delete;
  LogService& operator=(const LogService&) = delete;

  const abv_host_log* table() const { return &table_; }

 private:
  static int32_t ABV_CALL enabled(void* ctx, int32_t level) noexcept;
  static void ABV_CALL write(void* ctx, int32_t level, abv_str event, const abv_header* fields,
                             size_t field_count) noexcept;

  Log& log_;
  const std::string instance_;
  abv_host_log table_;
};

}  // namespace abv::plugin
