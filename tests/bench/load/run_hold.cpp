#include <algorithm>

#include "tests/bench/load/load_settings.hpp"
#include "tests/bench/load/stream_set.hpp"

namespace abv::bench {
namespace {

constexpr Nanos kPatience = 30 * kSecond;  // beyond the time that the streams take
constexpr Nanos kSampleEvery = 100 * kMillisecond;

}  // namespace

LoadResult run_hold(const LoadSettings& settings) {
  const RequestShape& shape = settings.shape;
  const Nanos planned = planned_time(shape);
  const std::uint64_t rss_before = settings.watched.rss_kib();
  const std::uint64_t cpu_before = settings.watched.cpu_us();
  std::uint64_t rss_peak = rss_before;
  std::size_t most_at_once = 0;

  StreamSet streams(settings, 0);
  const Nanos began = now_ns();
  Nanos next_sample = began;
  streams.open_all();
  while (streams.open() != 0 && now_ns() < began + planned + kPatience) {
    streams.poll(20);
    if (now_ns() < next_sample) continue;
    next_sample = now_ns() + kSampleEvery;
    rss_peak = std::max(rss_peak, settings.watched.rss_kib());
    std::size_t held = 0;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (streams.is_open(i) && streams.has_started(i)) ++held;
    }
    most_at_once = std::max(most_at_once, held);
  }
  streams.errors().note_unfinished(streams.open());

  JsonLine line = describe("hold", settings);
  line.number("events", shape.events).number("interval_us", shape.interval_us);
  line.number("complete", streams.complete()).number("most_at_once", most_at_once);
  streams.errors().write(line);
  line.decimal("planned_ms", static_cast<double>(planned) / kMillisecond);
  line.decimal("seconds", static_cast<double>(now_ns() - began) / kSecond);
  line.decimal("first_byte_p50_ms", streams.first_byte().percentile(0.5) / kMillisecond);
  line.decimal("first_byte_p99_ms", streams.first_byte().percentile(0.99) / kMillisecond);
  if (!settings.watched.is_empty()) {
    line.number("rss_before_kib", rss_before).number("rss_peak_kib", rss_peak);
    line.number("cpu_ms", (settings.watched.cpu_us() - cpu_before) / 1000);
  }
  return {line.str(), streams.errors().total() == 0};
}

}  // namespace abv::bench
