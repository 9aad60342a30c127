#include "host/telemetry/trace_exporter.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

namespace {

using abv::Error;
using abv::Log;
using abv::Result;
using abv::record::CallRecord;
using abv::telemetry::TraceExporter;
using abv::telemetry::TraceSettings;

class FixedClock final : public abv::Clock {
 public:
  abv::Nanos now() const override { return abv::Nanos{0}; }
  std::int64_t unix_ms() const override { return 0; }
};

class Lines final : public abv::LogSink {
 public:
  void write(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

// Takes what is posted and answers with each of `answers` in turn, then with the last one.
class Collector {
 public:
  explicit Collector(std::vector<Result<int>> answers) : answers_(std::move(answers)) {}

  TraceExporter::Post post() {
    return [this](const std::string& body) {
      bodies.push_back(body);
      return answers_[std::min(bodies.size(), answers_.size()) - 1];
    };
  }

  std::vector<std::string> bodies;

 private:
  std::vector<Result<int>> answers_;
};

std::size_t spans_in(const std::string& body) {
  std::size_t count = 0;
  for (std::size_t at = body.find("\"traceId\""); at != std::string::npos;
       at = body.find("\"traceId\"", at + 1)) {
    ++count;
  }
  return count;
}

CallRecord call(std::string trace_parent = "") {
  CallRecord made;
  made.trace_parent = std::move(trace_parent);
  return made;
}

struct Given {
  Lines lines;
  FixedClock clock;
  Log log{lines, clock};
};

TraceSettings settings(double sample = 1) {
  return {"http://127.0.0.1:4318/v1/traces", {}, sample, "abv-host"};
}

}  // namespace

TEST_CASE("spans go out in one body, each with an id of its own", "[telemetry][trace]") {
  Given given;
  Collector collector({200});
  TraceExporter exporter(settings(), "1", given.log, collector.post());

  exporter.on_call(call());
  exporter.on_call(call());
  exporter.flush();

  REQUIRE(collector.bodies.size() == 1);
  CHECK(spans_in(collector.bodies[0]) == 2);
  CHECK(exporter.dropped() == 0);
}

TEST_CASE("a client's trace goes on, and its choice not to sample counts", "[telemetry][trace]") {
  Given given;
  Collector collector({200});
  TraceExporter exporter(settings(0), "1", given.log, collector.post());

  exporter.on_call(call("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  exporter.on_call(call("00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-00f067aa0ba902b7-00"));
  exporter.on_call(call());
  exporter.flush();

  REQUIRE(collector.bodies.size() == 1);
  CHECK(spans_in(collector.bodies[0]) == 1);
  CHECK_THAT(collector.bodies[0], ContainsSubstring("4bf92f3577b34da6a3ce929d0e0e4736"));
}

TEST_CASE("spans that a collector refuses for good are dropped, counted and logged once",
          "[telemetry][trace]") {
  Given given;
  Collector collector({400});
  TraceExporter exporter(settings(), "1", given.log, collector.post());

  exporter.on_call(call());
  exporter.flush();
  exporter.on_call(call());
  exporter.flush();

  CHECK(exporter.dropped() == 2);
  REQUIRE(given.lines.lines.size() == 1);
  CHECK_THAT(given.lines.lines[0], ContainsSubstring("status 400"));
}

TEST_CASE("what a collector cannot take now is sent again", "[telemetry][trace]") {
  const Result<int> busy = GENERATE(Result<int>(503), Result<int>(429),
                                    Result<int>(Error{Error::Code::kIo, "no connection"}));
  Given given;
  Collector collector({busy, 200});
  TraceExporter exporter(settings(), "1", given.log, collector.post(),
                         std::chrono::milliseconds(1));

  exporter.on_call(call());
  exporter.flush();

  REQUIRE(collector.bodies.size() == 2);
  CHECK(collector.bodies[0] == collector.bodies[1]);
  CHECK(exporter.dropped() == 0);
}

TEST_CASE("at the end what waits is tried once more", "[telemetry][trace]") {
  Given given;
  Collector collector({503});
  {
    TraceExporter exporter(settings(), "1", given.log, collector.post());
    exporter.on_call(call());
  }

  CHECK(collector.bodies.size() == 1);
}

TEST_CASE("the spans that wait are bounded", "[telemetry][trace]") {
  Given given;
  std::mutex gate;
  std::unique_lock shut(gate);
  std::size_t sent = 0;
  TraceExporter exporter(settings(), "1", given.log, [&](const std::string& body) {
    const std::lock_guard wait(gate);
    sent += spans_in(body);
    return Result<int>(200);
  });

  for (std::size_t i = 0; i < 2 * TraceExporter::kMostWaiting; ++i) {
    exporter.on_call(call());
  }
  shut.unlock();
  exporter.flush();

  CHECK(exporter.dropped() + sent == 2 * TraceExporter::kMostWaiting);
  CHECK(sent <= TraceExporter::kMostWaiting + TraceExporter::kBatch);
}
