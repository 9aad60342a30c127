#include "host/lane/observer.hpp"

#include "host/lane/usage_note.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

constexpr std::uint64_t kForRecord = ABV_EVENT_BIT(ABV_EVENT_START) |
                                     ABV_EVENT_BIT(ABV_EVENT_USAGE) |
                                     ABV_EVENT_BIT(ABV_EVENT_STOP) | ABV_EVENT_BIT(ABV_EVENT_ERROR);

}  // namespace

void Observer::open(const plugin::Dialect& dialect, plugin::Form form) {
  if (dialect.decodes() == 0) {
    return;
  }
  plugin::CodecParams params;
  params.form = form;
  params.wanted = chain_.wants_events() ? ~std::uint64_t{0} : kForRecord;
  params.operation = plugin::text(call_.table().operation);
  params.model = call_.facts().model;
  Result<plugin::Decoder> opened = dialect.open_decoder(params);
  if (opened) {
    decoder_ = std::move(opened).value();
  }
}

void Observer::see(std::string_view bytes) {
  has_bytes_ |= !bytes.empty();
  if (decoder_ && plugin::failed(decoder_.decode(bytes, *this))) {
    decoder_.close();
  }
}

bool Observer::finish() {
  if (!decoder_) {
    return true;
  }
  const abv_status status = decoder_.finish(*this);
  decoder_.close();
  return status != ABV_E_INVALID || (has_bytes_ && !has_started_);
}

abv_status Observer::emit(const abv_event& event) {
  has_started_ |= event.kind == ABV_EVENT_START && event.id.len > 0;
  note_usage(event, call_.record());
  chain_.observe(event);
  return ABV_OK;
}

}  // namespace abv::lane
