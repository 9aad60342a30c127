#include "host/lane/model_listing.hpp"

#include "host/lane/model_catalogue.hpp"
#include "host/plugin/status.hpp"

namespace abv::lane {

void list_models(Call& call, Reply& reply, const Site& site, const Route& route,
                 const std::string& only) {
  const std::string models = site.models->list(site, route, call);
  std::string body;
  const abv_status status = route.dialect.encode_models(models, only, call.query(), body);
  if (status == ABV_E_NOT_FOUND) {
    CallError error = CallError::make(
        404, ABV_E_NOT_FOUND, "model_not_found",
        "the model \"" + only + "\" is not offered by route \"" + route.name + "\"");
    error.param = "model";
    reply.fail(error);
  } else if (plugin::failed(status)) {
    reply.fail(CallError::of_silent_plugin(route.dialect.instance().name(), status));
  } else {
    (void)reply.send_whole(200, "application/json", body);
  }
}

}  // namespace abv::lane
