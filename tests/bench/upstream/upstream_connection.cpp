#include "tests/bench/upstream/upstream_connection.hpp"

#include <errno.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace abv::bench {
namespace {

constexpr std::size_t kMostPending = std::size_t{4} * 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

UpstreamConnection::UpstreamConnection(Fd socket, std::uint64_t id, Answers& answers,
                                       UpstreamStats& stats)
    : socket_(std::move(socket)), id_(id), answers_(answers), stats_(stats) {}

void UpstreamConnection::on_readable(std::span<char> scratch) {
  const ssize_t count = recv(socket_.get(), scratch.data(), scratch.size(), 0);
  if (count < 0 && would_block()) return;
  if (count <= 0) return peer_left();
  stats_.count_received(static_cast<std::uint64_t>(count));
  const std::string_view bytes(scratch.data(), static_cast<std::size_t>(count));
  if (!is_answering()) return take(bytes);
  pending_ += bytes;
  if (pending_.size() > kMostPending) is_over_ = true;
}

void UpstreamConnection::on_writable() {
  is_blocked_ = false;
  pump();
}

void UpstreamConnection::on_turn() {
  allow_next_events();
  if (!is_blocked_) pump();
}

std::optional<Nanos> UpstreamConnection::take_next_turn() {
  return std::exchange(next_turn_, std::nullopt);
}

void UpstreamConnection::take(std::string_view bytes) {
  while (!bytes.empty() && !is_answering() && !is_over_) {
    bytes.remove_prefix(reader_.feed(bytes));
    if (reader_.state() == RequestReader::State::kBroken) {
      stats_.count_refused();
      is_over_ = true;
      return;
    }
    if (reader_.take_continue()) {
      send(socket_.get(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
    }
    if (reader_.state() == RequestReader::State::kReady) start_answer(reader_.request());
  }
  pending_.append(bytes);
}

void UpstreamConnection::start_answer(const BenchRequest& request) {
  using Kind = BenchRequest::Kind;
  if (request.kind == Kind::kModels) return send_whole(answers_.models());
  if (request.kind != Kind::kChat) {
    const bool is_stats = request.kind == Kind::kStats;
    if (!is_stats) stats_.count_refused();
    own_answer_ = is_stats
                      ? plain_answer("200 OK", stats_.json(request.wants_reset))
                      : plain_answer("404 Not Found", R"({"error":{"message":"no such path"}})");
    return send_whole(own_answer_);
  }
  stats_.count_call(request.is_stream);
  if (!request.is_stream) return send_whole(answers_.whole(request.dialect));
  script_ = &answers_.stream(request.dialect, request.events);
  wire_ = script_->wire;
  sent_ = 0;
  next_event_ = 0;
  last_turn_ = now_ns();
  allow_next_events();
  pump();
}

void UpstreamConnection::send_whole(std::string_view wire) {
  wire_ = wire;
  sent_ = 0;
  limit_ = wire.size();
  pump();
}

void UpstreamConnection::allow_next_events() {
  const BenchRequest& request = reader_.request();
  next_event_ = std::min(next_event_ + request.events_per_write, script_->ends.size());
  limit_ = script_->ends[next_event_ - 1];
  if (request.interval == 0 || limit_ == wire_.size()) return;
  // From the time that was due and not from now, so that lateness does not add up.
  last_turn_ += request.interval;
  next_turn_ = last_turn_;
}

void UpstreamConnection::pump() {
  while (is_answering() && !is_over_) {
    if (sent_ == wire_.size()) return finish_answer();
    if (sent_ == limit_) {
      if (reader_.request().interval != 0) return;
      allow_next_events();
    }
    const ssize_t count = send(socket_.get(), wire_.data() + sent_, limit_ - sent_, MSG_NOSIGNAL);
    if (count < 0 && would_block()) {
      is_blocked_ = true;
      return;
    }
    if (count < 0) return peer_left();
    sent_ += static_cast<std::size_t>(count);
    stats_.count_sent(static_cast<std::uint64_t>(count));
  }
}

void UpstreamConnection::finish_answer() {
  wire_ = {};
  script_ = nullptr;
  if (reader_.request().wants_close) is_over_ = true;
  reader_.next_request();
  if (pending_.empty() || is_over_) return;
  const std::string bytes = std::exchange(pending_, {});
  take(bytes);
}

void UpstreamConnection::peer_left() {
  is_over_ = true;
  if (script_ == nullptr) return;
  const auto first_unsent = std::upper_bound(script_->ends.begin(), script_->ends.end(), sent_);
  const auto events = static_cast<std::uint64_t>(first_unsent - script_->ends.begin());
  stats_.record({reader_.request().id, now_ns(), events});
}

}  // namespace abv::bench
