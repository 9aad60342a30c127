#pragma once

#include <cstdint>

#include "abv/sdk/event.hpp"

namespace abv::gemini {

// Gives the events of one choice, of the kinds that are wanted.
class ChoiceSink : public sdk::EventWords<ChoiceSink> {
 public:
  ChoiceSink(sdk::EventSink& sink, std::uint64_t wanted, std::uint32_t choice)
      : sink_(sink), wanted_(wanted), choice_(choice) {}

  void emit(abv_event event) {
    if ((wanted_ & ABV_EVENT_BIT(event.kind)) == 0) return;
    event.choice = choice_;
    sink_.emit(event);
  }

 private:
  sdk::EventSink& sink_;
  const std::uint64_t wanted_;
  const std::uint32_t choice_;
};

}  // namespace abv::gemini
