#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/bench/wire/dialect.hpp"

namespace abv::bench {

// Counts the events of a stream of server-sent events, and knows the one that must be last.
class StreamCheck {
 public:
  void restart(Dialect dialect);
  void feed(std::string_view piece);

  std::size_t events() const { return events_; }  // those with data; comments don't count
  bool is_final() const { return is_final_; }     // the last event was the closing one

 private:
  void take_line(std::string_view line);

  Dialect dialect_ = Dialect::kOpenai;
  std::size_t events_ = 0;
  bool is_final_ = false;
  std::string line_;  // the start of a line that is not all there
};

}  // namespace abv::bench
