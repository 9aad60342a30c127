// abv-bench-load: makes calls to an AI service or to a proxy in front of one, checks every answer,
// and prints what it measured as one line of JSON.

#include <sys/resource.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/load_settings.hpp"
#include "tests/bench/wire/arguments.hpp"
#include "tests/bench/wire/program.hpp"

namespace abv::bench {

JsonLine describe(std::string_view mode, const LoadSettings& settings) {
  const RequestShape& shape = settings.shape;
  std::string_view stream = "none";
  if (shape.is_stream) stream = shape.interval_us == 0 ? "burst" : "paced";
  JsonLine line;
  line.text("mode", mode).text("dialect", dialect_name(shape.dialect)).text("stream", stream);
  line.number("body_bytes", make_body(shape, "").size());
  line.number("connections", settings.connections);
  return line;
}

namespace {

constexpr std::string_view kIntro =
    "usage: abv-bench-load --url 127.0.0.1:PORT [options]\n\n"
    "Makes calls, checks that every answer is complete, and prints one line of JSON. Without a\n"
    "mode, --connections make call after call. A mode opens N streams at once instead:\n"
    "  --hold N        reads them to their end, and says how many had every event\n"
    "  --disconnect N  leaves each after its first event, and says how long it took until the\n"
    "                  upstream saw that\n"
    "  --stall N       stops reading for a while, and says what that costs in memory\n\n"
    "Errors are counted from the start of the warm-up on. Exit code 0: measured, 1: measured, "
    "with\n"
    "errors, 2: not measured.";

Nanos to_nanos(double seconds) {
  return static_cast<Nanos>(seconds * kSecond);
}

std::vector<Option> options() {
  return {{"--url", "HOST:PORT", "where to call; a number and not a name"},
          {"--upstream", "HOST:PORT", "abv-bench-upstream, for --disconnect and --stall"},
          {"--dialect", "NAME", "openai, claude or gemini (openai)"},
          {"--body-bytes", "N", "length of the request body (1024)"},
          {"--stream", "SHAPE", "none, burst or paced (none; paced in the modes, burst to stall)"},
          {"--events", "N", "events of a stream (100)"},
          {"--interval-us", "N", "time between two writes when paced (10000)"},
          {"--events-per-write", "N", "events in each write (10; 1 when paced)"},
          {"--key", "TEXT", "sent as authorization: Bearer TEXT"},
          {"--connections", "N", "connections (1)"},
          {"--duration", "S", "how long to measure (2)"},
          {"--calls", "N", "measure so many calls instead"},
          {"--warmup", "S", "calls before that, which don't count (0.5)"},
          {"--hold", "N", "mode: hold N streams"},
          {"--disconnect", "N", "mode: leave N streams"},
          {"--close-gap-us", "N", "time between two closes (2000)"},
          {"--stall", "N", "mode: stop reading N streams"},
          {"--stall-seconds", "S", "for how long (5)"},
          {"--watch-pids", "LIST", "processes whose memory and CPU time to report"}};
}

RequestShape read_shape(const Arguments& arguments, std::string_view default_stream) {
  RequestShape shape;
  const std::string_view name = arguments.text("--dialect", "openai");
  const auto dialect = parse_dialect(name);
  if (!dialect)
    die("--dialect: expected openai, claude or gemini, got \"" + std::string(name) + '"');
  shape.dialect = *dialect;
  const std::string_view stream = arguments.text("--stream", default_stream);
  if (stream != "none" && stream != "burst" && stream != "paced") {
    die("--stream: expected none, burst or paced, got \"" + std::string(stream) + '"');
  }
  const bool is_paced = stream == "paced";
  shape.is_stream = stream != "none";
  shape.body_bytes = arguments.number("--body-bytes", 1024, 0, 1ULL << 30);
  shape.events = arguments.number("--events", 100, kFewestEvents, kMostEvents);
  const std::uint64_t interval = arguments.number("--interval-us", 10'000, 1, 60'000'000);
  shape.interval_us = is_paced ? interval : 0;
  shape.events_per_write =
      arguments.number("--events-per-write", is_paced ? 1 : 10, 1, kMostEvents);
  shape.key = arguments.text("--key", "");
  shape.host = arguments.text("--url", "");
  return shape;
}

LoadSettings read_settings(const Arguments& arguments, std::string_view mode) {
  if (!arguments.has("--url")) die("--url is needed, see --help");
  LoadSettings settings;
  settings.target = parse_endpoint(arguments.text("--url", ""));
  if (arguments.has("--upstream")) {
    settings.upstream = parse_endpoint(arguments.text("--upstream", ""));
  }
  std::string_view default_stream = mode.empty() ? "none" : "paced";
  if (mode == "--stall") default_stream = "burst";
  settings.shape = read_shape(arguments, default_stream);
  settings.connections = arguments.number(mode.empty() ? "--connections" : mode, 1, 1, 20'000);
  settings.duration = to_nanos(arguments.seconds("--duration", 2));
  settings.calls = arguments.number("--calls", 0, 0, 1'000'000'000);
  settings.warmup = to_nanos(arguments.seconds("--warmup", 0.5));
  settings.stall = to_nanos(arguments.seconds("--stall-seconds", 5));
  settings.close_gap =
      static_cast<Nanos>(arguments.number("--close-gap-us", 2000, 0, 1'000'000)) * kMicrosecond;
  settings.watched = ProcessWatch(arguments.text("--watch-pids", ""));

  const bool needs_stream = !mode.empty();
  if (needs_stream && !settings.shape.is_stream) die("--stream: this mode needs burst or paced");
  const bool needs_upstream = mode == "--disconnect" || mode == "--stall";
  if (needs_upstream && settings.upstream.sin_port == 0) die("this mode needs --upstream");
  return settings;
}

std::string_view read_mode(const Arguments& arguments) {
  std::string_view mode;
  for (const std::string_view each : {"--hold", "--disconnect", "--stall"}) {
    if (!arguments.has(each)) continue;
    if (!mode.empty()) die("give one of --hold, --disconnect and --stall");
    mode = each;
  }
  return mode;
}

// 512 connections and a thousand streams don't fit into the usual soft limit.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

LoadResult measure(std::string_view mode, const LoadSettings& settings) {
  if (mode == "--hold") return run_hold(settings);
  if (mode == "--disconnect") return run_disconnect(settings);
  if (mode == "--stall") return run_stall(settings);
  return run_calls(settings);
}

int run(int argc, char** argv) {
  const Arguments arguments(argc, argv, kIntro, options());
  const std::string_view mode = read_mode(arguments);
  const LoadSettings settings = read_settings(arguments, mode);
  raise_descriptor_limit();
  const LoadResult result = measure(mode, settings);
  std::puts(result.json.c_str());
  return result.is_clean ? 0 : 1;
}

}  // namespace
}  // namespace abv::bench

int main(int argc, char** argv) {
  return abv::bench::run(argc, argv);
}
