#include "host/lane/handler_lane.hpp"

#include <string>
#include <utility>

#include "host/plugin/status.hpp"

namespace abv::lane {

void run_handler_lane(Call& call, Reply& reply, const plugin::Handler& handler) {
  const std::string& name = handler.instance().name();
  if (!handler.instance().in_service()) {
    reply.fail(CallError::make(503, ABV_E_INTERNAL, "plugin_out_of_service",
                               "\"" + name + "\" is out of service after repeated failures"));
    return;
  }
  const abv_reply table = plugin::reply_table(reply);
  abv_status status = handler.handle(call.table(), table);
  if (status == ABV_PENDING) {
    status = call.wait_for_completion();
  }
  std::optional<CallError> told = call.take_failure();
  if (plugin::failed(status)) {
    reply.fail(told ? std::move(*told) : CallError::of_silent_plugin(name, status));
    return;
  }
  if (!reply.complete() && !call.cancelled()) {
    reply.fail(CallError::make(502, ABV_E_INTERNAL, "plugin_no_reply",
                               "\"" + name + "\" returned without a complete answer"));
  }
}

}  // namespace abv::lane
