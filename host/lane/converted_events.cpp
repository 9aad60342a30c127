#include "host/lane/converted_events.hpp"

#include <string>

#include "abv/sdk/event.hpp"
#include "abv/sdk/signature.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/usage_note.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {

ConvertedEvents::ConvertedEvents(Call& call, Reply& reply, const EventCall& what)
    : call_(call),
      reply_(reply),
      what_(what),
      is_foreign_(family_of(what.route->dialect.name()) != family_of(what.upstream->name())),
      is_converted_(is_foreign_ ||
                    (what.as_it_is == nullptr &&
                     plugin::text(call.table().operation) != what.endpoint->operation)) {}

abv_status ConvertedEvents::emit(const abv_event& event) {
  if (const abv_status status = mark_unsigned(event); plugin::failed(status)) {
    return status;
  }
  if (event.kind == ABV_EVENT_SIGNATURE && is_foreign_) {
    return emit_signature(event);
  }
  if (event.kind == ABV_EVENT_START && what_.site->names.renames_back) {
    abv_event own = event;
    own.name = plugin::view(call_.facts().model);
    return reply_.emit(own);
  }
  return event.kind == ABV_EVENT_USAGE && what_.site->experiments.usage_scale < 1
             ? emit_usage(event)
             : reply_.emit(event);
}

// Reasoning that its vendor does not sign gets a mark of its own when it ends, before the next
// event: some clients throw away what has no signature, and the upstream wants it back.
abv_status ConvertedEvents::mark_unsigned(const abv_event& event) {
  if (!is_converted_ || event.choice != 0 || event.kind == ABV_EVENT_START ||
      event.kind == ABV_EVENT_USAGE || event.kind == ABV_EVENT_PING) {
    return ABV_OK;
  }
  const std::optional<std::uint32_t> open = unsigned_part_;
  unsigned_part_ = event.kind == ABV_EVENT_REASONING ? std::optional(event.index) : std::nullopt;
  const bool is_its_signature = event.kind == ABV_EVENT_SIGNATURE && open == event.index;
  if (!open || open == unsigned_part_ || is_its_signature) {
    return ABV_OK;
  }
  return emit_signature(sdk::make_event(ABV_EVENT_SIGNATURE, *open));
}

// Wrapped, so that the client's next request tells whose it is.
abv_status ConvertedEvents::emit_signature(const abv_event& event) {
  const std::string wrapped = sdk::wrap_signature(
      {std::string(family_of(what_.upstream->name())), std::string(what_.model),
       (event.flags & ABV_EVENT_REDACTED) != 0, std::string(plugin::text(event.text))});
  abv_event own = event;
  own.text = plugin::view(wrapped);
  own.raw_json = {};
  return reply_.emit(own);
}

// The record keeps what was really used.
abv_status ConvertedEvents::emit_usage(const abv_event& event) {
  if (event.usage == nullptr) {
    return reply_.emit(event);
  }
  const double scale = what_.site->experiments.usage_scale;
  const auto scaled = [&](std::int64_t tokens) {
    return tokens < 0 ? tokens : static_cast<std::int64_t>(static_cast<double>(tokens) * scale);
  };
  abv_usage usage = *event.usage;
  usage.input_tokens = scaled(usage.input_tokens);
  usage.cache_read_tokens = scaled(usage.cache_read_tokens);
  usage.cache_write_tokens = scaled(usage.cache_write_tokens);
  abv_event own = event;
  own.usage = &usage;
  own.raw_json = {};
  const abv_status status = reply_.emit(own);
  note_usage(event, call_.record());
  return status;
}

}  // namespace abv::lane
