#include "host/metrics/registry.hpp"

#include <cmath>
#include <limits>
#include <thread>

#include "tests/support/catch.hpp"

namespace abv::metrics {
namespace {

Definition counter(const std::string& name) {
  return Definition{Kind::kCounter, name, "", "help of " + name, {}, {}};
}

void record_many(Series& series) {
  for (int i = 0; i < 10'000; ++i) {
    series.record(1);
  }
}

TEST_CASE("a counter is written with its help, its type and its labels", "[metrics]") {
  Registry registry;
  Definition definition = counter("abv_calls");
  definition.labels = {{"route", "claude"}, {"dialect", "a\"b\\c\nd"}};

  Series* series = registry.define(definition).value();
  series->record(2);
  series->record(0.5);

  CHECK(registry.prometheus_text() ==
        "# HELP abv_calls_total help of abv_calls\n"
        "# TYPE abv_calls_total counter\n"
        "abv_calls_total{dialect=\"a\\\"b\\\\c\\nd\",route=\"claude\"} 2.5\n");
}

TEST_CASE("a counter never falls", "[metrics]") {
  Registry registry;
  Series* series = registry.define(counter("a")).value();

  series->record(3);
  series->record(-1);
  series->record(std::numeric_limits<double>::quiet_NaN());
  series->record(std::numeric_limits<double>::infinity());

  CHECK(series->value() == 3);
}

TEST_CASE("a gauge holds the last value and its unit is part of its name", "[metrics]") {
  Registry registry;
  Series* series =
      registry.define(Definition{Kind::kGauge, "memory", "By", "in use", {}, {}}).value();

  series->record(10);
  series->record(7);
  series->add(-2);

  CHECK(registry.prometheus_text() ==
        "# HELP memory_bytes in use\n# TYPE memory_bytes gauge\nmemory_bytes 5\n");
}

TEST_CASE("a histogram counts a value in the first bucket that holds it", "[metrics]") {
  Registry registry;
  Series* series =
      registry.define(Definition{Kind::kHistogram, "wait", "s", "waiting", {}, {0.5, 2}}).value();

  series->record(0.25);
  series->record(0.5);
  series->record(1);
  series->record(100);

  CHECK(registry.prometheus_text() ==
        "# HELP wait_seconds waiting\n"
        "# TYPE wait_seconds histogram\n"
        "wait_seconds_bucket{le=\"0.5\"} 2\n"
        "wait_seconds_bucket{le=\"2\"} 3\n"
        "wait_seconds_bucket{le=\"+Inf\"} 4\n"
        "wait_seconds_sum 101.75\n"
        "wait_seconds_count 4\n");
}

TEST_CASE("a series that is defined again goes on counting", "[metrics]") {
  Registry registry;
  registry.define(counter("a")).value()->record(1);

  registry.define(counter("a")).value()->record(1);

  CHECK(registry.define(counter("a")).value()->value() == 2);
}

TEST_CASE("series of one name stand together under one heading", "[metrics]") {
  Registry registry;
  Definition first = counter("b");
  first.labels = {{"x", "1"}};
  Definition second = counter("b");
  second.labels = {{"x", "2"}};

  registry.define(first).value()->record(1);
  registry.define(counter("a")).value()->record(3);
  registry.define(second).value()->record(2);

  CHECK(registry.prometheus_text() ==
        "# HELP a_total help of a\n# TYPE a_total counter\na_total 3\n"
        "# HELP b_total help of b\n# TYPE b_total counter\n"
        "b_total{x=\"1\"} 1\nb_total{x=\"2\"} 2\n");
}

TEST_CASE("a definition that breaks a rule is refused by name", "[metrics]") {
  Registry registry(2);
  REQUIRE(registry.define(counter("a")).ok());
  Definition definition;
  std::string rule;

  SECTION("a name with capitals") {
    definition = counter("Calls");
    rule = "metric \"Calls\": expected a name";
  }
  SECTION("an unknown unit") {
    definition = Definition{Kind::kGauge, "speed", "furlong", "", {}, {}};
    rule = "metric \"speed\": unknown unit \"furlong\"";
  }
  SECTION("a label that histograms need themselves") {
    definition = counter("b");
    definition.labels = {{"le", "1"}};
    rule = "illegal label name \"le\"";
  }
  SECTION("bounds that do not rise") {
    definition = Definition{Kind::kHistogram, "h", "", "", {}, {1, 1}};
    rule = "rising bounds";
  }
  SECTION("bounds of a counter") {
    definition = counter("b");
    definition.bounds = {1};
    rule = "only a histogram has bounds";
  }
  SECTION("a name in use with another kind") {
    definition = Definition{Kind::kGauge, "a_total", "", "", {}, {}};
    rule = "another kind";
  }

  const Result<Series*> defined = registry.define(definition);

  REQUIRE_FALSE(defined.ok());
  CHECK(defined.error().code == Error::Code::kInvalid);
  CHECK_THAT(defined.error().message, ContainsSubstring(rule));
}

TEST_CASE("the number of series has a limit", "[metrics]") {
  Registry registry(1);
  REQUIRE(registry.define(counter("a")).ok());

  const Result<Series*> second = registry.define(counter("b"));

  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Error::Code::kLimit);
}

TEST_CASE("nothing is lost when threads record at once", "[metrics]") {
  Registry registry;
  Series* series = registry.define(counter("a")).value();

  std::thread first(record_many, std::ref(*series));
  std::thread second(record_many, std::ref(*series));
  const std::string while_recording = registry.prometheus_text();
  first.join();
  second.join();

  CHECK(series->value() == 20'000);
  CHECK_THAT(while_recording, ContainsSubstring("a_total"));
}

}  // namespace
}  // namespace abv::metrics
