#include <algorithm>
#include <vector>

#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/load_settings.hpp"
#include "tests/bench/load/stream_set.hpp"
#include "tests/bench/load/upstream_view.hpp"

namespace abv::bench {
namespace {

constexpr Nanos kPatience = 10 * kSecond;

void wait_for_first_events(StreamSet& streams) {
  const Nanos deadline = now_ns() + kPatience;
  while (streams.started() + streams.errors().total() < streams.size() && now_ns() < deadline) {
    streams.poll(20);
  }
}

void poll_until(StreamSet& streams, Nanos deadline) {
  while (now_ns() < deadline)
    streams.poll(1);
}

}  // namespace

// The closes are spread over time, so that what is measured is one client leaving and not how a
// crowd is worked off.
LoadResult run_disconnect(const LoadSettings& settings) {
  StreamSet streams(settings, 0);
  streams.open_all();
  wait_for_first_events(streams);

  std::vector<Nanos> closed(streams.size(), 0);
  std::size_t closes = 0;
  Nanos next_close = now_ns();
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (!streams.is_open(i) || !streams.has_started(i)) continue;
    next_close += settings.close_gap;
    poll_until(streams, next_close);
    if (!streams.is_open(i)) continue;
    closed[i] = now_ns();
    streams.close(i);
    ++closes;
  }
  // The remaining ones never had an event.
  streams.errors().note_unfinished(streams.open());

  Histogram delays;
  std::size_t premature = 0;
  const Nanos deadline = now_ns() + kPatience;
  UpstreamView view;
  while (delays.count() + premature < closes && now_ns() < deadline) {
    poll_until(streams, now_ns() + 50 * kMillisecond);
    view = look_at_upstream(settings.upstream);
    delays.clear();
    premature = 0;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      const auto seen = view.early_closes.find(streams.id(i));
      if (closed[i] == 0 || seen == view.early_closes.end()) continue;
      const Nanos delay = seen->second - closed[i];
      if (delay < 0) ++premature;
      if (delay >= 0) delays.add(delay);
    }
  }

  JsonLine line = describe("disconnect", settings);
  line.number("closed", closes).number("seen_by_upstream", delays.count());
  line.number("premature", premature);
  streams.errors().write(line);
  line.decimal("delay_min_us", static_cast<double>(delays.min()) / kMicrosecond);
  line.decimal("delay_p50_us", delays.percentile(0.5) / kMicrosecond);
  line.decimal("delay_p90_us", delays.percentile(0.9) / kMicrosecond);
  line.decimal("delay_p99_us", delays.percentile(0.99) / kMicrosecond);
  line.decimal("delay_max_us", static_cast<double>(delays.max()) / kMicrosecond);
  return {line.str(), streams.errors().total() == 0};
}

}  // namespace abv::bench
