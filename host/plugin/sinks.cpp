#include "host/plugin/sinks.hpp"

#include "host/plugin/border.hpp"

namespace abv::plugin {
namespace {

abv_status ABV_CALL emit(void* ctx, const abv_event* event) noexcept {
  return at_border([&]() -> abv_status {
    return is_valid(event) ? static_cast<EventSink*>(ctx)->emit(*event) : ABV_E_INVALID;
  });
}

void ABV_CALL lost(void* ctx, abv_str path, abv_str what, abv_str why) noexcept {
  visit_border([&] {
    if (is_valid(path) && is_valid(what) && is_valid(why)) {
      static_cast<LossSink*>(ctx)->lost(text(path), text(what), text(why));
    }
  });
}

}  // namespace

StringWriter::StringWriter(std::string& out, std::size_t limit) noexcept
    : table_{sizeof(abv_writer), 0, this, write}, out_(out), left_(limit) {}

abv_status ABV_CALL StringWriter::write(void* ctx, abv_str bytes) noexcept {
  auto& writer = *static_cast<StringWriter*>(ctx);
  return at_border([&]() -> abv_status {
    if (!is_valid(bytes)) {
      return ABV_E_INVALID;
    }
    if (bytes.len > writer.left_) {
      writer.overflowed_ = true;
      writer.left_ = 0;
      return ABV_E_LIMIT;
    }
    writer.out_.append(text(bytes));
    writer.left_ -= bytes.len;
    return ABV_OK;
  });
}

abv_event_sink event_table(EventSink& sink) noexcept {
  return abv_event_sink{sizeof(abv_event_sink), 0, &sink, emit};
}

abv_loss_sink loss_table(LossSink& sink) noexcept {
  return abv_loss_sink{sizeof(abv_loss_sink), 0, &sink, lost};
}

bool is_valid(const abv_event* event) noexcept {
  if (event == nullptr || !ABV_HAS(abv_event, event, usage)) {
    return false;
  }
  const bool has_usage =
      event->usage == nullptr || ABV_HAS(abv_usage, event->usage, reasoning_tokens);
  return has_usage && is_valid(event->text) && is_valid(event->id) && is_valid(event->name) &&
         is_valid(event->raw_json);
}

}  // namespace abv::plugin
