#pragma once

#include <string_view>

#include "host/lane/chain.hpp"
#include "host/plugin/dialect.hpp"

namespace abv::lane {

// Reads along with an answer on the raw lane: a decoded side copy for the record and for
// middlewares that observe. Whatever goes wrong here never touches the bytes that the client gets.
class Observer final : public plugin::EventSink {
 public:
  Observer(Call& call, Chain& chain) : call_(call), chain_(chain) {}

  // Starts reading along, when the answer is one that the dialect can decode.
  void open(const plugin::Dialect& dialect, plugin::Form form);

  void see(std::string_view bytes);

  // The answer is over. False when the dialect says that it was not complete; of bytes in which it
  // never found an answer with an id it says nothing.
  bool finish();

  bool is_open() const { return static_cast<bool>(decoder_); }

  abv_status emit(const abv_event& event) override;

 private:
  Call& call_;
  Chain& chain_;
  plugin::Decoder decoder_;
  bool has_started_ = false;
  bool has_bytes_ = false;
};

}  // namespace abv::lane
