// What choosing an account costs: from a pool of many, by many callers at the same time.

#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host/account/pool.hpp"
#include "tests/bench/wire/arguments.hpp"

namespace abv::bench {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

// The time that this thread was running, so that others that wait for a core do not count.
std::int64_t cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

std::vector<std::shared_ptr<account::Account>> make_accounts(std::size_t count) {
  std::vector<std::shared_ptr<account::Account>> accounts;
  for (std::size_t i = 0; i < count; ++i) {
    account::AccountFacts facts;
    facts.id = "account-" + std::to_string(i);
    facts.provider = "p";
    facts.kind = "api_key";
    accounts.push_back(std::make_shared<account::Account>(
        std::move(facts), account::Account::Secrets{{"api_key", Secret("key")}}));
  }
  return accounts;
}

// Chooses and reports, as a call does. One in `one_in` calls is refused, and every client has
// sessions.
void run_client(account::Pool& pool, std::size_t number, std::size_t calls, std::size_t one_in,
                std::vector<std::int64_t>& times) {
  times.reserve(calls);
  for (std::size_t i = 0; i < calls; ++i) {
    account::Ask ask;
    ask.model = "m";
    ask.family = "m";
    ask.session = "session-" + std::to_string(number) + "-" + std::to_string(i % 7);
    ask.size = 1000;
    const std::int64_t now = kNow + static_cast<std::int64_t>(i);
    const std::int64_t before = cpu_ns();
    account::Choice choice = pool.choose(ask, {}, now);
    times.push_back(cpu_ns() - before);
    if (!choice.lease) continue;
    account::Report report;
    report.is_served = (i + number) % one_in != 0;
    if (!report.is_served) {
      report.scope = plugin::Scope::kModel;
      report.wait_ms = 50;
      report.proof.status = 429;
    }
    pool.report(choice.lease, report, now);
  }
}

int run(const Arguments& arguments) {
  const std::size_t accounts = arguments.number("--accounts", 500, 1, 1'000'000);
  const std::size_t clients = arguments.number("--clients", 64, 1, 1000);
  const std::size_t calls = arguments.number("--calls", 2000, 1, 10'000'000);
  const std::size_t one_in = arguments.number("--refused-one-in", 10, 1, 10'000'000);
  account::Pool pool("p", {}, nullptr, nullptr);
  pool.set_accounts(make_accounts(accounts));
  std::vector<std::vector<std::int64_t>> times(clients);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients; ++i) {
      threads.emplace_back([&, i] { run_client(pool, i, calls, one_in, times[i]); });
    }
  }
  std::vector<std::int64_t> all;
  for (const auto& one : times)
    all.insert(all.end(), one.begin(), one.end());
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) {
    const auto place = static_cast<std::size_t>(static_cast<double>(all.size() - 1) * part);
    return static_cast<double>(all[place]) / 1000.0;
  };
  std::printf(
      "| accounts | clients | calls | p50 | p99 | p99.9 |\n| --- | --- | --- | --- | --- | --- "
      "|\n");
  std::printf("| %zu | %zu | %zu | %.1f µs | %.1f µs | %.1f µs |\n", accounts, clients, all.size(),
              at(0.5), at(0.99), at(0.999));
  return 0;
}

}  // namespace
}  // namespace abv::bench

int main(int argc, char** argv) {
  const abv::bench::Arguments arguments(
      argc, argv, "Prints, as a table, the CPU time of choosing an account.",
      {{"--accounts", "N", "in the pool (500)"},
       {"--refused-one-in", "N", "how many calls come to one refusal (10)"},
       {"--clients", "N", "threads that choose at the same time (64)"},
       {"--calls", "N", "of each client (2000)"}});
  try {
    return abv::bench::run(arguments);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "abv-bench-choose: %s\n", fault.what());
    return 2;
  }
}
