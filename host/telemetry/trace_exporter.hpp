#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/base/log.hpp"
#include "host/base/result.hpp"
#include "host/base/secret.hpp"
#include "host/record/call_record.hpp"

namespace abv::telemetry {

struct TraceSettings {
  std::string endpoint;  // the URL of the traces; empty: off
  std::vector<std::pair<std::string, Secret>> headers;
  double sample = 1;  // of the traces that begin here
  std::string service_name = "abv-host";
};

// Sends a span for each call to an OpenTelemetry collector, from a thread of its own.
//
// Where the client names the trace that its call belongs to, that trace goes on, and its choice to
// sample is kept. Bounded: beyond kMostWaiting spans new ones are dropped and counted. A batch that
// the collector cannot take now (429, 502 to 504, no connection) is sent again, others are dropped
// (opentelemetry.io/docs/specs/otlp/#failures-1, 2026-11-24).
class TraceExporter final : public record::CallObserver {
 public:
  static constexpr std::size_t kMostWaiting = 2048;
  static constexpr std::size_t kBatch = 512;
  static constexpr std::chrono::seconds kInterval{5};
  static constexpr std::chrono::milliseconds kFirstPause{1000};  // it doubles with each refusal
  static constexpr std::chrono::milliseconds kLongestPause{60'000};

  // Posts a body and gives the status of the answer. Called on the exporter's thread; to return
  // within some seconds.
  using Post = std::function<Result<int>(const std::string& body)>;

  TraceExporter(TraceSettings settings, std::string version, Log& log, Post post,
                std::chrono::milliseconds first_pause = kFirstPause);

  // Sends what waits, in one try for each batch, then ends.
  ~TraceExporter() override;

  // The record thread.
  void on_call(const record::CallRecord& call) override;

  // Waits until all spans so far have been sent, or dropped for good.
  void flush();

  // Any thread.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  enum class Sent { kTaken, kLater, kNever };

  void run();
  Sent send_next(std::unique_lock<std::mutex>& lock);
  Sent send(const std::vector<std::string>& batch);
  std::string digits(std::size_t words);
  bool is_sampled(const std::string& trace_id) const;

  const TraceSettings settings_;
  const std::string version_;
  Log& log_;
  const Post post_;
  const std::chrono::milliseconds first_pause_;
  std::mt19937_64 random_;  // the record thread's

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<std::string> waiting_;
  bool is_sending_ = false;
  bool is_hurried_ = false;
  bool is_stopping_ = false;
  bool is_failing_ = false;  // so that a collector that is away is logged once
  std::atomic<std::uint64_t> dropped_{0};
  std::thread thread_;
};

}  // namespace abv::telemetry
