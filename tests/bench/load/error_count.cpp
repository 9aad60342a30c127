#include "tests/bench/load/error_count.hpp"

namespace abv::bench {

void ErrorCount::note(const ClientConnection& connection) {
  const Failure failure = connection.failure();
  if (failure == Failure::kNone) return;
  ++kinds_[static_cast<std::size_t>(failure)];
  ++total_;
  if (!first_.empty()) return;
  const bool is_connect = failure == Failure::kConnect;
  first_ = is_connect ? failure_name(failure) : connection.reply().describe();
}

void ErrorCount::note_unfinished(std::uint64_t calls) {
  kinds_[static_cast<std::size_t>(Failure::kTimeout)] += calls;
  total_ += calls;
  if (calls != 0 && first_.empty()) first_ = failure_name(Failure::kTimeout);
}

void ErrorCount::write(JsonLine& line) const {
  line.number("errors", total_);
  if (total_ == 0) return;
  JsonLine kinds;
  for (std::size_t i = 0; i < kFailures; ++i) {
    if (kinds_[i] != 0) kinds.number(failure_name(static_cast<Failure>(i)), kinds_[i]);
  }
  line.raw("error_kinds", kinds.str()).text("first_error", first_);
}

}  // namespace abv::bench
