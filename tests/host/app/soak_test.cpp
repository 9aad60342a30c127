// A day of a busy host in under a minute: what it holds must not grow.

#include <thread>

#include "tests/host/app/crowd.hpp"
#include "tests/host/app/process_facts.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"

namespace abv::test {
namespace {

constexpr int kRounds = 30;
constexpr int kClients = 8;
constexpr int kCallsPerClient = 42;  // 10,080 calls in all
constexpr int kReloadsPerRound = 4;  // 120 in all

// What the process may grow in its last third. The test's own log and the upstream's list of
// requests take about 5 MiB of it; sanitizers keep what was freed, and shadows of it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kGrowthKib = 256 * 1024;
#else
constexpr std::size_t kGrowthKib = 16 * 1024;
#endif

struct Soak {
  CrowdResult calls;
  ProcessFacts second_third;  // at its end
  ProcessFacts last_third;
};

void add(CrowdResult& total, const CrowdResult& some) {
  total.good += some.good;
  total.mixed_up += some.mixed_up;
  total.failed += some.failed;
  total.first_failure += some.first_failure;
}

// Calls and reloads at the same time, round after round.
Soak run(Host& host, const Yaml& one, const Yaml& other) {
  Soak soak;
  for (int round = 1; round <= kRounds; ++round) {
    CrowdResult result;
    std::thread crowd([&] { result = let_crowd_call(host, kClients, kCallsPerClient); });
    for (int i = 0; i < kReloadsPerRound; ++i) {
      host.reload(i % 2 == 0 ? other : one);
      host.daemon().tidy();
    }
    crowd.join();
    add(soak.calls, result);
    host.tidy_until([&] { return host.daemon().calls() == 0; });
    if (round == 2 * kRounds / 3) {
      soak.second_third = process_facts(host.dir());
    }
  }
  soak.last_third = process_facts(host.dir());
  return soak;
}

}  // namespace

TEST_CASE("10,000 calls and 100 reloads leave memory, threads and descriptors as they were",
          "[app][soak]") {
  FakeServer upstream(gives_back());
  const Yaml one = proxy_to(upstream);
  Yaml other = one;
  other.providers += "  echo2: { plugin: abv.echo, prefix: \"2: \" }\n";
  Host host(one);
  host.start();

  const Soak soak = run(host, one, other);

  CAPTURE(soak.calls.first_failure);
  CHECK(soak.calls.failed == 0);
  CHECK(soak.calls.mixed_up == 0);
  CHECK(soak.calls.good == kRounds * kClients * kCallsPerClient);
  CHECK(soak.last_third.threads <= soak.second_third.threads + 4);
  CHECK(soak.last_third.descriptors <= soak.second_third.descriptors + 8);
  CHECK(soak.last_third.library_copies == soak.second_third.library_copies);
  CHECK(soak.last_third.resident_kib < soak.second_third.resident_kib + kGrowthKib);
}

}  // namespace abv::test
