#include "host/plugin/host_table.hpp"

#include "host/plugin/border.hpp"

namespace abv::plugin {

HostTable::HostTable(const InstanceSpec& spec, const HostServices& services)
    : services_(services),
      log_(services.log, spec.name),
      clock_(services.clock, services.waiter),
      info_(spec.name, spec.facts),
      secrets_(spec.secrets),
      metrics_(services.metrics, spec.library->id(), spec.name),
      store_(services.store, spec.name),
      http_(services.http),
      table_{sizeof(abv_host), ABV_ABI_MINOR, this, get_extension, set_create_error} {}

const void* ABV_CALL HostTable::get_extension(void* ctx, abv_str id) noexcept {
  return at_border_or<const void*>(nullptr, [&]() -> const void* {
    return is_valid(id) ? static_cast<HostTable*>(ctx)->find(text(id)) : nullptr;
  });
}

void ABV_CALL HostTable::set_create_error(void* ctx, abv_str text_of_error) noexcept {
  visit_border([&] {
    constexpr std::size_t kMaxErrorBytes = 4096;
    if (is_valid(text_of_error)) {
      static_cast<HostTable*>(ctx)->create_error_ = text(text_of_error).substr(0, kMaxErrorBytes);
    }
  });
}

const void* HostTable::find(std::string_view id) const {
  if (id == ABV_HOST_LOG) {
    return log_.table();
  }
  if (id == ABV_HOST_CLOCK) {
    return clock_.table();
  }
  if (id == ABV_HOST_INFO) {
    return info_.table();
  }
  if (id == ABV_HOST_SECRET) {
    return secrets_.table();
  }
  if (id == ABV_HOST_METRICS) {
    return services_.metrics == nullptr ? nullptr : metrics_.table();
  }
  if (id == ABV_HOST_STORE) {
    return services_.store == nullptr ? nullptr : store_.table();
  }
  if (id == ABV_HOST_HTTP) {
    return services_.http == nullptr ? nullptr : http_.table();
  }
  return nullptr;
}

}  // namespace abv::plugin
