#include <algorithm>

#include "tests/bench/load/client_pool.hpp"
#include "tests/bench/load/error_count.hpp"
#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/load_settings.hpp"

namespace abv::bench {
namespace {

// After so many errors a run says nothing any more, and would only heat the machine.
constexpr std::uint64_t kMostErrors = 1000;
constexpr Nanos kDrainTime = 10 * kSecond;
constexpr Nanos kLongestRun = 600 * kSecond;  // when the number of calls decides
constexpr int kPollMs = 20;

// Each connection makes call after call: a warm-up, then the part that counts, then a drain that
// lets the calls on their way end, so that they don't burden what is measured next.
class CallRun {
 public:
  explicit CallRun(const LoadSettings& settings)
      : settings_(settings),
        request_(make_request(settings.shape, "")),
        planned_(planned_time(settings.shape)),
        pool_(settings.target, settings.connections, rules_of(settings.shape), 0) {}

  LoadResult run() {
    start_all();
    run_until(now_ns() + settings_.warmup);
    start_counting();
    run_until(began_ + (settings_.calls != 0 ? kLongestRun : settings_.duration));
    const Nanos ended = now_ns();
    const std::uint64_t cpu_us = settings_.watched.cpu_us() - cpu_before_us_;
    is_counting_ = false;
    drain();
    const double seconds = static_cast<double>(ended - began_) / kSecond;
    return {result(seconds, cpu_us), errors_.total() == 0};
  }

 private:
  // Paced calls all take the same time, so they would stay in step for ever. Spreading their starts
  // over one such time keeps them apart.
  void start_all() {
    const Nanos began = now_ns();
    const auto count = static_cast<Nanos>(pool_.size());
    for (Nanos i = 0; i < count; ++i) {
      run_until(began + planned_ * i / count);
      pool_.start_call(static_cast<std::size_t>(i), request_);
    }
  }

  void start_counting() {
    calls_ = 0;
    bytes_ = 0;
    latency_.clear();
    lateness_.clear();
    first_byte_.clear();
    cpu_before_us_ = settings_.watched.cpu_us();
    began_ = now_ns();
    is_counting_ = true;
  }

  bool has_enough() const {
    if (errors_.total() >= kMostErrors) return true;
    return is_counting_ && settings_.calls != 0 && calls_ >= settings_.calls;
  }

  void run_until(Nanos deadline) {
    while (now_ns() < deadline && !has_enough()) {
      const Nanos left = std::max<Nanos>(deadline - now_ns(), 0);
      const auto wait_ms = std::min<Nanos>(left / kMillisecond + 1, kPollMs);
      pool_.poll(static_cast<int>(wait_ms), [this](std::size_t index) {
        if (pool_[index].is_busy()) return;
        take_result(pool_[index]);
        if (!has_enough()) pool_.start_call(index, request_);
      });
    }
  }

  void drain() {
    const Nanos deadline = now_ns() + kDrainTime;
    while (pool_.busy() != 0 && now_ns() < deadline) {
      pool_.poll(kPollMs, [this](std::size_t index) {
        if (!pool_[index].is_busy()) errors_.note(pool_[index]);
      });
    }
    errors_.note_unfinished(pool_.busy());
  }

  void take_result(const ClientConnection& connection) {
    if (connection.failure() != Failure::kNone) return errors_.note(connection);
    ++calls_;
    bytes_ += connection.reply().bytes();
    const Nanos took = now_ns() - connection.started();
    latency_.add(took);
    lateness_.add(took - planned_);
    first_byte_.add(connection.first_byte() - connection.started());
    if (!connection.socket().is_open()) ++reconnects_;
  }

  static std::string times(const Histogram& histogram) {
    JsonLine line;
    line.decimal("p50", histogram.percentile(0.5) / kMicrosecond);
    line.decimal("p99", histogram.percentile(0.99) / kMicrosecond);
    line.decimal("mean", histogram.mean() / kMicrosecond);
    line.decimal("max", static_cast<double>(histogram.max()) / kMicrosecond);
    return line.str();
  }

  std::string result(double seconds, std::uint64_t cpu_us) const {
    JsonLine line = describe("calls", settings_);
    line.decimal("seconds", seconds).number("calls", calls_);
    errors_.write(line);
    line.decimal("calls_per_s", static_cast<double>(calls_) / seconds);
    line.raw("latency_us", times(latency_)).raw("first_byte_us", times(first_byte_));
    if (planned_ != 0) line.raw("late_us", times(lateness_));
    line.number("bytes_received", bytes_).number("bytes_sent", calls_ * request_.size());
    line.number("reconnects", reconnects_);
    if (!settings_.watched.is_empty()) {
      line.number("rss_kib", settings_.watched.rss_kib());
      const auto calls = static_cast<double>(std::max<std::uint64_t>(calls_, 1));
      line.decimal("cpu_us_per_call", static_cast<double>(cpu_us) / calls);
    }
    return line.str();
  }

  const LoadSettings& settings_;
  std::string request_;
  Nanos planned_;
  ClientPool pool_;
  bool is_counting_ = false;
  Nanos began_ = 0;
  std::uint64_t cpu_before_us_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t reconnects_ = 0;
  ErrorCount errors_;
  Histogram latency_;
  Histogram lateness_;  // beyond the time that the upstream takes by plan
  Histogram first_byte_;
};

}  // namespace

LoadResult run_calls(const LoadSettings& settings) {
  return CallRun(settings).run();
}

}  // namespace abv::bench
