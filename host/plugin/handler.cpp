#include "host/plugin/handler.hpp"

#include <utility>

#include "host/plugin/kind_table.hpp"
#include "host/plugin/sinks.hpp"

namespace abv::plugin {

Result<Handler> Handler::of(std::shared_ptr<Instance> instance) {
  const Result<const abv_handler*> table = kind_table<abv_handler>(*instance, ABV_KIND_HANDLER);
  if (!table) {
    return table.error();
  }
  if (!ABV_HAS(abv_handler, *table, handle) || (*table)->handle == nullptr) {
    return lacks(*instance, "handle");
  }
  Result<HandlerAbilities> abilities =
      parse_handler_abilities(instance->component().abilities_json, abilities_place(*instance));
  if (!abilities) {
    return abilities.error();
  }
  return Handler(std::move(instance), *table,
                 std::make_shared<const HandlerAbilities>(*std::move(abilities)));
}

Handler::Handler(std::shared_ptr<Instance> instance, const abv_handler* table,
                 std::shared_ptr<const HandlerAbilities> abilities)
    : instance_(std::move(instance)), table_(table), abilities_(std::move(abilities)) {}

bool Handler::has_models() const {
  return ABV_HAS(abv_handler, table_, models) && table_->models != nullptr;
}

abv_status Handler::handle(const abv_call& call, const abv_reply& reply) const noexcept {
  return instance_->run([&]() -> abv_status {
    const abv_status status = table_->handle(instance_->self(), &call, &reply);
    const bool is_legal = status <= ABV_OK || (status == ABV_PENDING && is_async());
    return is_legal ? status : ABV_E_INTERNAL;
  });
}

abv_status Handler::models(std::string& json) const noexcept {
  if (!has_models()) {
    return ABV_E_UNSUPPORTED;
  }
  const StringWriter writer(json);
  return instance_->run([&] { return table_->models(instance_->self(), writer.table()); });
}

}  // namespace abv::plugin
