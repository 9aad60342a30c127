#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host/base/result.hpp"

namespace abv::metrics {

enum class Kind { kCounter, kGauge, kHistogram };

using Label = std::pair<std::string, std::string>;

// What a series is. `name` is [a-z][a-z0-9_]*, without unit and without "_total", which the text
// form appends; `unit` is UCUM ("s", "By", "1", or empty). `bounds` are a histogram's upper bounds,
// rising; the last bucket, +Inf, is implied.
struct Definition {
  Kind kind = Kind::kCounter;
  std::string name;
  std::string unit;
  std::string help;
  std::vector<Label> labels;
  std::vector<double> bounds;
};

// One number (or one histogram) that is recorded into. It lives as long as its registry; every
// method may be called from any thread and costs a few atomic operations.
class Series {
 public:
  explicit Series(Definition definition);

  // Adds to a counter (a negative or non-finite value is ignored), sets a gauge, or records into a
  // histogram.
  void record(double value) noexcept;

  // Adds to a counter or a gauge.
  void add(double value) noexcept;

  double value() const noexcept { return value_.load(std::memory_order_relaxed); }
  const Definition& definition() const { return definition_; }

 private:
  friend class Registry;

  void append_histogram(std::string& out, const std::string& name) const;

  const Definition definition_;
  std::atomic<double> value_{0};  // of a histogram: the sum
  std::vector<std::atomic<std::uint64_t>> buckets_;
};

// All numbers of the host.
//
// Series are defined while a generation is built and then only recorded into, so that recording
// never takes a lock and the number of series is known. Defining the same series again gives the
// one that is there, so that counts go on over a reload. Every method may be called from any
// thread.
class Registry {
 public:
  explicit Registry(std::size_t max_series = 10'000) : max_series_(max_series) {}

  // kInvalid when a name, label, unit or bound is malformed, or when the name is in use with
  // another kind, unit or bounds; kLimit when there are too many series.
  Result<Series*> define(Definition definition);

  // The Prometheus text format, version 0.0.4, families sorted by name.
  std::string prometheus_text() const;

 private:
  const std::size_t max_series_;
  mutable std::mutex mutex_;
  std::deque<std::unique_ptr<Series>> series_;
};

}  // namespace abv::metrics
