// abv-bench-upstream: a fake AI service for measurements. It speaks three dialects, sends answers
// that were made beforehand, and notes when a caller leaves a stream early.

#include <arpa/inet.h>

#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/upstream/upstream_stats.hpp"
#include "tests/bench/upstream/upstream_worker.hpp"
#include "tests/bench/wire/arguments.hpp"
#include "tests/bench/wire/socket.hpp"

namespace {

using abv::bench::Arguments;
using abv::bench::Endpoint;
using abv::bench::Fd;
using abv::bench::UpstreamStats;
using abv::bench::UpstreamWorker;

constexpr std::string_view kIntro =
    "usage: abv-bench-upstream [options]\n\n"
    "A fake upstream on 127.0.0.1 that runs until it is killed. It answers\n"
    "  POST /v1/chat/completions               OpenAI chat\n"
    "  POST /v1/messages                       Anthropic messages\n"
    "  POST /v1beta/models/M:generateContent   Gemini, and :streamGenerateContent\n"
    "  GET  /v1/models, /v1beta/models         one model\n"
    "  GET  /bench/stats[?reset=1]             counters, and the streams that were left early\n\n"
    "A request shapes its stream by headers (or the same names in the query, or in a string of "
    "the\n"
    "body: \"x-bench:events=100,interval-us=0,per-write=10,id=a\"):\n"
    "  x-bench-events            events of the stream, 6 or more (100)\n"
    "  x-bench-interval-us       time between two writes; 0 is a burst (0)\n"
    "  x-bench-chunks-per-write  events in each write (10)\n"
    "  x-bench-id                the name under which an early close is noted";

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments(argc, argv, kIntro,
                            {{"--port", "N", "port, 0 lets the system choose (0)"},
                             {"--threads", "N", "event loops (1)"}});
  Endpoint endpoint{};
  endpoint.sin_family = AF_INET;
  endpoint.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  endpoint.sin_port = htons(static_cast<std::uint16_t>(arguments.number("--port", 0, 0, 65535)));
  const auto threads = static_cast<std::size_t>(arguments.number("--threads", 1, 1, 64));

  UpstreamStats stats;
  std::vector<std::unique_ptr<UpstreamWorker>> workers;
  for (std::size_t i = 0; i < threads; ++i) {
    Fd listener = abv::bench::listen_on(endpoint);
    endpoint.sin_port = htons(abv::bench::local_port(listener));
    workers.push_back(std::make_unique<UpstreamWorker>(std::move(listener), stats));
  }
  std::printf("%u\n", static_cast<unsigned>(ntohs(endpoint.sin_port)));
  std::fflush(stdout);

  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads; ++i) {
    others.emplace_back([&worker = *workers[i]] { worker.run(); });
  }
  workers[0]->run();
}
