#include "host/plugin/services/store_service.hpp"

#include <utility>
#include <vector>

#include "host/plugin/border.hpp"
#include "host/plugin/status.hpp"

namespace abv::plugin {
namespace {

abv_status status_of_result(const Result<void>& result) {
  return result ? ABV_OK : status_of(result.error().code);
}

}  // namespace

StoreService::StoreService(store::KeyValueStore* store, std::string instance)
    : store_(store),
      instance_(std::move(instance)),
      table_{sizeof(abv_host_store), 0, this, get, put, remove, keys} {}

abv_status ABV_CALL StoreService::get(void* ctx, abv_str key, const abv_writer* out) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(key) || out == nullptr || !ABV_HAS(abv_writer, out, write)) {
      return ABV_E_INVALID;
    }
    const StoreService& service = *static_cast<StoreService*>(ctx);
    const Result<std::string> value = service.store_->get(service.instance_, text(key));
    return value ? out->write(out->ctx, view(*value)) : status_of(value.error().code);
  });
}

abv_status ABV_CALL StoreService::put(void* ctx, abv_str key, abv_str value) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(key) || !is_valid(value)) {
      return ABV_E_INVALID;
    }
    const StoreService& service = *static_cast<StoreService*>(ctx);
    return status_of_result(service.store_->put(service.instance_, text(key), text(value)));
  });
}

abv_status ABV_CALL StoreService::remove(void* ctx, abv_str key) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(key)) {
      return ABV_E_INVALID;
    }
    const StoreService& service = *static_cast<StoreService*>(ctx);
    return status_of_result(service.store_->remove(service.instance_, text(key)));
  });
}

abv_status ABV_CALL StoreService::keys(void* ctx, abv_str prefix,
                                       abv_status(ABV_CALL* each)(void* arg, abv_str key),
                                       void* arg) noexcept {
  return at_border([&]() -> abv_status {
    if (!is_valid(prefix) || each == nullptr) {
      return ABV_E_INVALID;
    }
    const StoreService& service = *static_cast<StoreService*>(ctx);
    const Result<std::vector<std::string>> found =
        service.store_->keys(service.instance_, text(prefix));
    if (!found) {
      return status_of(found.error().code);
    }
    for (const std::string& key : *found) {
      if (const abv_status status = each(arg, view(key)); failed(status)) {
        return status;
      }
    }
    return ABV_OK;
  });
}

}  // namespace abv::plugin
