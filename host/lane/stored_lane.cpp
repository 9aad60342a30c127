#include "host/lane/stored_lane.hpp"

#include <optional>
#include <string>
#include <utility>

#include "host/lane/converted_request.hpp"
#include "host/plugin/status.hpp"

namespace abv::lane {

bool run_stored_lane(Call& call, Reply& reply, const plugin::Dialect& client, bool has_upstream) {
  LossCollector losses(call.record().losses);
  std::string body;
  const abv_status status = client.decode_request(call.table(), body, losses);
  std::optional<CallError> told = call.take_failure();
  if (status == ABV_E_NOT_FOUND && has_upstream) {
    return false;
  }
  if (plugin::failed(status)) {
    reply.fail(told ? std::move(*told)
                    : CallError::of_silent_plugin(client.instance().name(), status));
    return true;
  }
  const plugin::Form form = call.facts().is_stream ? plugin::Form::kStream : plugin::Form::kWhole;
  (void)reply.send_whole(200, client.content_type(form), body);
  return true;
}

}  // namespace abv::lane
