#include "host/plugin/services/info_service.hpp"

#include <utility>

#include "host/plugin/border.hpp"

namespace abv::plugin {

InfoService::InfoService(std::string instance,
                         const std::map<std::string, std::string, std::less<>>& facts)
    : instance_(std::move(instance)), facts_(facts), table_{sizeof(abv_host_info), 0, this, get} {}

abv_str ABV_CALL InfoService::get(void* ctx, abv_str key) noexcept {
  return at_border_or(abv_str{nullptr, 0}, [&]() -> abv_str {
    const InfoService& service = *static_cast<InfoService*>(ctx);
    if (!is_valid(key)) {
      return {nullptr, 0};
    }
    if (text(key) == "instance") {
      return view(service.instance_);
    }
    const auto fact = service.facts_.find(text(key));
    return fact == service.facts_.end() ? abv_str{nullptr, 0} : view(fact->second);
  });
}

}  // namespace abv::plugin
