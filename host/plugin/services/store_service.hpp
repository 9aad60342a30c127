#pragma once

#include <string>

#include "abv/host/store.h"
#include "host/store/key_value_store.hpp"

namespace abv::plugin {

// abv.host.store/1 of one instance, whose name is its namespace.
class StoreService {
 public:
  // `store` may be null; then the table must not be given away.
  StoreService(store::KeyValueStore* store, std::string instance);
  StoreService(const StoreService&) = delete;
  StoreService& operator=(const StoreService&) = delete;

  const abv_host_store* table() const { return &table_; }

 private:
  static abv_status ABV_CALL get(void* ctx, abv_str key, const abv_writer* out) noexcept;
  static abv_status ABV_CALL put(void* ctx, abv_str key, abv_str value) noexcept;
  static abv_status ABV_CALL remove(void* ctx, abv_str key) noexcept;
  static abv_status ABV_CALL keys(void* ctx, abv_str prefix,
                                  abv_status(ABV_CALL* each)(void* arg, abv_str key),
                                  void* arg) noexcept;

  store::KeyValueStore* store_;
  const std::string instance_;
  abv_host_store table_;
};

}  // namespace abv::plugin
