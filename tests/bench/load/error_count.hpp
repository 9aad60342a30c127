#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "tests/bench/load/client_connection.hpp"
#include "tests/bench/wire/json_line.hpp"

namespace abv::bench {

// The failed calls of a run, by their reason.
class ErrorCount {
 public:
  // Notes the last call of `connection`; does nothing when it was good.
  void note(const ClientConnection& connection);

  // Notes calls that were not over when the run was.
  void note_unfinished(std::uint64_t calls);

  std::uint64_t total() const { return total_; }

  // Adds "errors", and when there are any, "error_kinds" and "first_error".
  void write(JsonLine& line) const;

 private:
  std::array<std::uint64_t, kFailures> kinds_{};
  std::uint64_t total_ = 0;
  std::string first_;
};

}  // namespace abv::bench
