#include "host/lane/count_lane.hpp"

#include <optional>
#include <utility>

#include "abv/sdk/chat_json.hpp"
#include "abv/sdk/event.hpp"
#include "host/lane/converted_request.hpp"
#include "host/lane/token_estimate.hpp"
#include "host/plugin/status.hpp"

namespace abv::lane {
namespace {

std::optional<std::int64_t> count(const std::string& canonical) {
  try {
    sdk::json::Document document;
    return estimate_tokens(sdk::chat::read_chat(canonical, document));
  } catch (const sdk::Failure&) {
    return std::nullopt;
  }
}

bool emit_all(Reply& reply, std::int64_t tokens) {
  const abv_usage usage = sdk::make_usage(tokens, 0);
  abv_event counted = sdk::make_event(ABV_EVENT_USAGE);
  counted.usage = &usage;
  abv_event stop = sdk::make_event(ABV_EVENT_STOP);
  stop.number = ABV_STOP_END;
  for (const abv_event& event : {sdk::make_event(ABV_EVENT_START), counted, stop}) {
    if (plugin::failed(reply.emit(event))) {
      return false;
    }
  }
  return reply.complete();
}

}  // namespace

void run_count_lane(Call& call, Reply& reply, const Site& site, const plugin::Dialect& client,
                    std::string_view model) {
  LossCollector losses(call.record().losses);
  std::string canonical;
  const abv_status status = client.decode_request(call.table(), canonical, losses);
  const std::optional<std::int64_t> estimate =
      plugin::failed(status) ? std::nullopt : count(canonical);
  if (!estimate) {
    std::optional<CallError> told = call.take_failure();
    reply.fail(told ? std::move(*told)
                    : CallError::of_silent_plugin(client.instance().name(), status));
    return;
  }
  losses.lost("", "approximated", "the upstream does not count tokens; this is an estimate");
  if (!emit_all(reply, site.calibration->correct(model, *estimate)) && !call.cancelled()) {
    reply.fail(CallError::make(502, ABV_E_INTERNAL, "conversion_failed",
                               "dialect \"" + client.name() + "\" could not write the count"));
  }
}

}  // namespace abv::lane
