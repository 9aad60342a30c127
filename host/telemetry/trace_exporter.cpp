#include "host/telemetry/trace_exporter.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "abv/sdk/text.hpp"
#include "host/telemetry/trace_json.hpp"

namespace abv::telemetry {

TraceExporter::TraceExporter(TraceSettings settings, std::string version, Log& log, Post post,
                             std::chrono::milliseconds first_pause)
    : settings_(std::move(settings)),
      version_(std::move(version)),
      log_(log),
      post_(std::move(post)),
      first_pause_(first_pause),
      random_(std::random_device{}()),
      thread_([this] { run(); }) {}

TraceExporter::~TraceExporter() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

// Random, as OTLP wants ids, and never only zeros.
std::string TraceExporter::digits(std::size_t words) {
  std::string out;
  for (std::size_t i = 0; i < words; ++i) {
    out += sdk::hex(random_() | 1U);
  }
  return out;
}

// By the trace's id, so that all hosts on its way choose alike.
bool TraceExporter::is_sampled(const std::string& trace_id) const {
  const std::uint64_t low = std::stoull(trace_id.substr(16), nullptr, 16);
  return static_cast<double>(low) <
         settings_.sample * std::ldexp(1.0, std::numeric_limits<std::uint64_t>::digits);
}

void TraceExporter::on_call(const record::CallRecord& call) {
  SpanIds ids;
  if (const auto parent = parse_traceparent(call.trace_parent)) {
    if (!parent->is_sampled) {
      return;
    }
    ids = {parent->trace_id, digits(1), parent->span_id};
  } else {
    ids = {digits(2), digits(1), {}};
    if (!is_sampled(ids.trace_id)) {
      return;
    }
  }
  std::string span = span_json(call, ids);
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kMostWaiting) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  waiting_.push_back(std::move(span));
  if (waiting_.size() >= kBatch) {
    wake_.notify_all();
  }
}

void TraceExporter::flush() {
  std::unique_lock lock(mutex_);
  is_hurried_ = true;
  wake_.notify_all();
  idle_.wait(lock, [this] { return waiting_.empty() && !is_sending_; });
  is_hurried_ = false;
}

TraceExporter::Sent TraceExporter::send(const std::vector<std::string>& batch) {
  const Result<int> status = post_(export_json(batch, settings_.service_name, version_));
  if (status && *status >= 200 && *status < 300) {
    is_failing_ = false;
    return Sent::kTaken;
  }
  const bool is_passing =
      !status || *status == 429 || *status == 502 || *status == 503 || *status == 504;
  if (!std::exchange(is_failing_, true)) {
    log_.warn("traces.not_taken",
              {{"endpoint", settings_.endpoint},
               {"error", status ? "status " + std::to_string(*status) : status.error().message}});
  }
  return is_passing ? Sent::kLater : Sent::kNever;
}

// Takes the next batch out of those that wait, and sends it without the lock. What cannot be taken
// now goes back to the front, as far as there is room.
TraceExporter::Sent TraceExporter::send_next(std::unique_lock<std::mutex>& lock) {
  const auto size = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kBatch));
  std::vector<std::string> batch(std::make_move_iterator(waiting_.begin()),
                                 std::make_move_iterator(waiting_.begin() + size));
  waiting_.erase(waiting_.begin(), waiting_.begin() + size);
  is_sending_ = true;
  lock.unlock();
  const Sent sent = send(batch);
  lock.lock();
  is_sending_ = false;
  std::size_t kept = 0;
  if (sent == Sent::kLater && !is_stopping_) {
    kept = std::min(batch.size(), kMostWaiting - std::min(kMostWaiting, waiting_.size()));
    const auto from = batch.end() - static_cast<std::ptrdiff_t>(kept);
    waiting_.insert(waiting_.begin(), std::make_move_iterator(from),
                    std::make_move_iterator(batch.end()));
  }
  if (sent != Sent::kTaken) {
    dropped_.fetch_add(batch.size() - kept, std::memory_order_relaxed);
  }
  return sent;
}

void TraceExporter::run() {
  std::chrono::milliseconds pause{0};
  const auto has_batch = [this] {
    return is_stopping_ || waiting_.size() >= kBatch || (is_hurried_ && !waiting_.empty());
  };
  const auto is_stopping = [this] { return is_stopping_; };
  std::unique_lock lock(mutex_);
  while (!is_stopping_ || !waiting_.empty()) {
    if (pause.count() > 0) {
      wake_.wait_for(lock, pause, is_stopping);
    } else {
      wake_.wait_for(lock, kInterval, has_batch);
    }
    if (!waiting_.empty()) {
      const bool is_refused = send_next(lock) == Sent::kLater;
      pause = is_refused ? std::clamp(pause * 2, first_pause_, kLongestPause)
                         : std::chrono::milliseconds(0);
    }
    if (waiting_.empty()) {
      idle_.notify_all();
    }
  }
}

}  // namespace abv::telemetry
