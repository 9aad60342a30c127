#pragma once

#include <cstdint>
#include <optional>

#include "host/lane/event_call.hpp"
#include "host/lane/reply.hpp"

namespace abv::lane {

// The events of an upstream on their way to a client of another format. Signatures are wrapped, so
// that the client's next request tells whose they are; reasoning that has none gets one; the
// tokens that were used are told as the configuration scales them. One thread, one answer.
class ConvertedEvents final : public plugin::EventSink {
 public:
  // All outlive it.
  ConvertedEvents(Call& call, Reply& reply, const EventCall& what);

  abv_status emit(const abv_event& event) override;

 private:
  abv_status emit_signature(const abv_event& event);
  abv_status mark_unsigned(const abv_event& event);
  abv_status emit_usage(const abv_event& event);

  Call& call_;
  Reply& reply_;
  const EventCall& what_;
  const bool is_foreign_;                       // the families differ
  const bool is_converted_;                     // the formats differ, of two vendors or of one
  std::optional<std::uint32_t> unsigned_part_;  // of reasoning that is being told
};

}  // namespace abv::lane
