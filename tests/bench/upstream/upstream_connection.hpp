#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/bench/upstream/answers.hpp"
#include "tests/bench/upstream/request_reader.hpp"
#include "tests/bench/upstream/upstream_stats.hpp"
#include "tests/bench/wire/clock.hpp"
#include "tests/bench/wire/socket.hpp"

namespace abv::bench {

// One connection of a caller: reads requests, sends answers. For one thread.
class UpstreamConnection {
 public:
  // `answers` and `stats` must outlive this.
  UpstreamConnection(Fd socket, std::uint64_t id, Answers& answers, UpstreamStats& stats);

  // Each does as much as it can without waiting. `scratch` is only used during the call.
  void on_readable(std::span<char> scratch);
  void on_writable();
  void on_turn();  // the pacer says that the next events are due

  const Fd& socket() const { return socket_; }
  std::uint64_t id() const { return id_; }
  bool is_over() const { return is_over_; }  // close it
  bool wants_write() const { return is_blocked_; }

  // When the paced stream of this wants its next turn; given once for each turn.
  std::optional<Nanos> take_next_turn();

 private:
  void take(std::string_view bytes);
  void start_answer(const BenchRequest& request);
  void send_whole(std::string_view wire);
  void allow_next_events();
  void pump();
  void finish_answer();
  void peer_left();
  bool is_answering() const { return !wire_.empty(); }

  Fd socket_;
  std::uint64_t id_;
  Answers& answers_;
  UpstreamStats& stats_;
  RequestReader reader_;
  std::string pending_;  // what came while an answer was being sent

  std::string own_answer_;  // an answer that is made for one request
  std::string_view wire_;   // the answer being sent; empty when there is none
  std::size_t sent_ = 0;
  std::size_t limit_ = 0;                 // how far `wire_` may be sent by now
  const StreamScript* script_ = nullptr;  // of a stream
  std::size_t next_event_ = 0;            // the first event behind limit_
  std::optional<Nanos> next_turn_;
  Nanos last_turn_ = 0;
  bool is_blocked_ = false;
  bool is_over_ = false;
};

}  // namespace abv::bench
