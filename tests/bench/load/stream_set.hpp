#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/load/client_pool.hpp"
#include "tests/bench/load/error_count.hpp"
#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/load_settings.hpp"

namespace abv::bench {

// Streams that are opened at once, one on each connection, and watched one by one. For one thread.
class StreamSet {
 public:
  // `settings` must outlive this. `receive_buffer` is for each socket, 0 leaves the default.
  StreamSet(const LoadSettings& settings, std::size_t receive_buffer);

  void open_all();
  void poll(int timeout_ms);

  // When set, a stream stops being read as soon as it has its first event.
  void pause_at_first_event() { pauses_ = true; }
  void resume_all();

  // Leaves the stream, whether it is over or not.
  void close(std::size_t index) { pool_.close(index); }

  std::size_t size() const { return pool_.size(); }
  const std::string& id(std::size_t index) const { return ids_[index]; }
  bool is_open(std::size_t index) const { return pool_[index].is_busy(); }
  bool has_started(std::size_t index) const { return has_started_[index]; }

  std::size_t open() const { return pool_.busy(); }
  std::size_t started() const { return started_; }    // have had their first event
  std::size_t complete() const { return complete_; }  // have had every event
  std::uint64_t bytes() const { return bytes_; }      // of the streams that are over
  const Histogram& first_byte() const { return first_byte_; }
  ErrorCount& errors() { return errors_; }

 private:
  void on_progress(std::size_t index);

  ClientPool pool_;
  bool pauses_ = false;
  std::vector<std::string> ids_;
  std::vector<std::string> requests_;
  std::vector<bool> has_started_;
  std::size_t started_ = 0;
  std::size_t complete_ = 0;
  std::uint64_t bytes_ = 0;
  Histogram first_byte_;
  ErrorCount errors_;
};

}  // namespace abv::bench
