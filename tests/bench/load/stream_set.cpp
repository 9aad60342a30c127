#include "tests/bench/load/stream_set.hpp"

#include <unistd.h>

namespace abv::bench {

StreamSet::StreamSet(const LoadSettings& settings, std::size_t receive_buffer)
    : pool_(settings.target, settings.connections, rules_of(settings.shape), receive_buffer),
      has_started_(settings.connections, false) {
  // The process number keeps the ids of this run apart from those of earlier ones.
  const std::string prefix = std::to_string(getpid()) + '-';
  for (std::size_t i = 0; i < settings.connections; ++i) {
    ids_.push_back(prefix + std::to_string(i));
    requests_.push_back(make_request(settings.shape, ids_.back()));
  }
}

void StreamSet::open_all() {
  for (std::size_t i = 0; i < pool_.size(); ++i)
    pool_.start_call(i, requests_[i]);
}

void StreamSet::poll(int timeout_ms) {
  pool_.poll(timeout_ms, [this](std::size_t index) { on_progress(index); });
}

void StreamSet::resume_all() {
  pauses_ = false;
  for (std::size_t i = 0; i < pool_.size(); ++i)
    pool_.resume(i);
}

void StreamSet::on_progress(std::size_t index) {
  const ClientConnection& connection = pool_[index];
  if (!has_started_[index] && connection.reply().events() != 0) {
    has_started_[index] = true;
    ++started_;
    first_byte_.add(connection.first_byte() - connection.started());
    if (pauses_) pool_.pause(index);
  }
  if (connection.is_busy()) return;
  errors_.note(connection);
  if (connection.failure() == Failure::kNone) ++complete_;
  bytes_ += connection.reply().bytes();
}

}  // namespace abv::bench
