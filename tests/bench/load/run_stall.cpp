#include <algorithm>

#include "tests/bench/load/load_settings.hpp"
#include "tests/bench/load/stream_set.hpp"
#include "tests/bench/load/upstream_view.hpp"

namespace abv::bench {
namespace {

// Small, so that what the kernel holds for us is little against what a proxy may hold.
constexpr std::size_t kReceiveBuffer = std::size_t{16} * 1024;
constexpr Nanos kPatience = 10 * kSecond;
constexpr Nanos kFinishTime = 120 * kSecond;

}  // namespace

LoadResult run_stall(const LoadSettings& settings) {
  const std::uint64_t sent_before = look_at_upstream(settings.upstream).bytes_sent;
  const std::uint64_t rss_before = settings.watched.rss_kib();
  std::uint64_t rss_peak = rss_before;

  StreamSet streams(settings, kReceiveBuffer);
  streams.pause_at_first_event();
  streams.open_all();
  const Nanos start_deadline = now_ns() + kPatience;
  while (streams.started() + streams.errors().total() < streams.size() &&
         now_ns() < start_deadline) {
    streams.poll(20);
  }
  const std::size_t stalled = streams.started();
  const Nanos stall_end = now_ns() + settings.stall;
  while (now_ns() < stall_end) {
    streams.poll(50);
    rss_peak = std::max(rss_peak, settings.watched.rss_kib());
  }
  const std::uint64_t taken = look_at_upstream(settings.upstream).bytes_sent - sent_before;

  streams.resume_all();
  const Nanos finish_deadline = now_ns() + kFinishTime;
  while (streams.open() != 0 && now_ns() < finish_deadline)
    streams.poll(20);
  streams.errors().note_unfinished(streams.open());

  JsonLine line = describe("stall", settings);
  line.number("events", settings.shape.events).number("stalled", stalled);
  line.number("complete_after_resume", streams.complete());
  streams.errors().write(line);
  line.number("stream_bytes", streams.complete() == 0 ? 0 : streams.bytes() / streams.complete());
  line.number("taken_from_upstream_bytes", taken);
  if (!settings.watched.is_empty()) {
    line.number("rss_before_kib", rss_before).number("rss_peak_kib", rss_peak);
    line.number("rss_after_kib", settings.watched.rss_kib());
  }
  return {line.str(), streams.errors().total() == 0};
}

}  // namespace abv::bench
