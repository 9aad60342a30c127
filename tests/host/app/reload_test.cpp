// Reloads under load: no call notices, and nothing of the old is left behind.

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/host/app/host_fixture.hpp"
#include "tests/host/app/process_facts.hpp"
#include "tests/host/app/scripts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::test {
namespace {

constexpr std::size_t kStreams = 100;  // of each kind

// Holds the trial plugin's answers until it is opened.
class Gate {
 public:
  Gate() : fd_(::eventfd(0, EFD_CLOEXEC)) {}
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate() { ::close(fd_); }

  int fd() const { return fd_; }
  void open() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(fd_, &one, sizeof one);
  }

 private:
  int fd_;
};

Yaml add_trial(Yaml yaml, const Gate& gate) {
  yaml.dirs = "    - plugins\n";
  yaml.allow += "    - { id: test.trial }\n";
  yaml.providers +=
      "  trial: { plugin: test.trial, component: trial, gate: " + std::to_string(gate.fd()) +
      " }\n";
  yaml.openai_models = "      - { match: trial, provider: trial }\n" + yaml.openai_models;
  return yaml;
}

Asked trial(std::string_view text) {
  return ask(openai_wire(), "trial", text, true);
}

// Opens streams that have begun and do not end: of the handler, or of the upstream.
std::vector<Client> open_streams(Host& host, const Asked& asked, std::string_view beginning) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < kStreams; ++i) {
    clients.push_back(host.connect());
    clients.back().send(request("POST", asked.path, asked.body));
  }
  for (Client& client : clients) {
    client.read_until(beginning);
  }
  return clients;
}

// How many of the streams end well, with `ending` at the end.
std::size_t count_good_ends(std::vector<Client>& clients, std::string_view ending) {
  return static_cast<std::size_t>(
      std::count_if(clients.begin(), clients.end(), [&](Client& client) {
        const Answer answer = client.read_answer();
        return answer.is_complete && answer.body.find(ending) != std::string::npos;
      }));
}

// Makes these calls in turn all the time, from a thread of its own.
class Traffic {
 public:
  Traffic(const Host& host, std::vector<Asked> asked)
      : host_(host), asked_(std::move(asked)), thread_([this] { run(); }) {}
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;
  ~Traffic() { stop(); }

  void stop() {
    stopping_ = true;
    if (thread_.joinable()) {
      thread_.join();
    }
  }
  int good() const { return good_; }
  int bad() const { return bad_; }

 private:
  void run() {
    Client client = host_.connect();
    for (std::size_t i = 0; !stopping_; ++i) {
      const Asked& asked = asked_[i % asked_.size()];
      const Answer answer = client.call(request("POST", asked.path, asked.body));
      ++(answer.status == 200 && answer.is_complete ? good_ : bad_);
    }
  }

  const Host& host_;
  const std::vector<Asked> asked_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> good_{0};
  std::atomic<int> bad_{0};
  std::thread thread_;
};

void reload_often(Host& host, const Yaml& one, const Yaml& other, int times) {
  for (int i = 0; i < times; ++i) {
    host.reload(i % 2 == 0 ? one : other);
    host.daemon().tidy();
  }
}

}  // namespace

TEST_CASE("a new version of a plugin takes over while 200 streams of the old one end in peace",
          "[app][reload]") {
  const Wire wire = claude_wire();
  FakeServer upstream([&](FakeConnection& connection, const FakeRequest&) {
    connection.send(sse_head() + chunk(wire.frames[0]));
    connection.stall();
    connection.send(chunk(wire.stream().substr(wire.frames[0].size())) + last_chunk());
  });
  Gate gate;
  const Yaml yaml = add_trial(proxy_to(upstream), gate);
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");
  host.start();
  auto handled = open_streams(host, trial("do-hold"), "v1 begins");
  auto relayed = open_streams(host, Asked{wire.stream_path, wire.stream_body}, wire.frames[0]);

  put_trial(host.dir() / "plugins", "2");
  host.reload(yaml);
  const Answer fresh = host.post(trial("hi").path, trial("hi").body);
  gate.open();
  upstream.release();

  CHECK_THAT(fresh.body, ContainsSubstring("v2 begins"));
  CHECK(count_good_ends(handled, "v1 ends") == kStreams);
  CHECK(count_good_ends(relayed, wire.frames.back()) == kStreams);
  CHECK(host.log().lines("generation.live").size() == 1);
}

TEST_CASE("the old generation goes when its last stream has ended, and not before",
          "[app][reload]") {
  Gate gate;
  const Yaml yaml = add_trial(Yaml(), gate);
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");
  host.start();
  Client client = host.connect();
  client.send(request("POST", trial("do-hold").path, trial("do-hold").body));
  client.read_until("v1 begins");
  put_trial(host.dir() / "plugins", "2");

  host.reload(yaml);
  host.daemon().tidy();

  CHECK(host.log().lines("generation.gone").empty());
  CHECK(host.log().lines("trial.draining").size() == 1);
  CHECK(host.log().lines("trial.stopped").empty());

  gate.open();
  client.read_answer();
  host.tidy_until([&] { return !host.log().lines("generation.gone").empty(); });

  CHECK_THAT(host.log().wait_for("trial.stopped"), ContainsSubstring("v1"));
  CHECK(log_field(host.log().wait_for("plugin.retired"), "id") == "test.trial");
  CHECK(host.log().lines("trial.stopped").size() == 1);
}

TEST_CASE("a broken configuration leaves the old one serving, and the log has the place",
          "[app][reload]") {
  Host host((Yaml()));
  host.start();
  Yaml broken;
  broken.limits = "{ body: 12parsecs }";

  const Result<void> reloaded = host.try_reload(broken);

  REQUIRE_FALSE(reloaded.ok());
  CHECK_THAT(reloaded.error().message, ContainsSubstring(host.place_of("12parsecs")));
  CHECK_THAT(host.log().wait_for("reload.failed"), ContainsSubstring(host.place_of("12parsecs")));
  CHECK(host.daemon().current().number() == 1);
  CHECK(host.get("/health").status == 200);
}

TEST_CASE("a plugin that refuses its new settings leaves the old instance serving",
          "[app][reload]") {
  Gate gate;
  const Yaml yaml = add_trial(Yaml(), gate);
  Yaml refused = yaml;
  refused.providers = "  trial: { plugin: test.trial, component: trial, refuse: \"not today\" }\n" +
                      Yaml().providers;
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");
  host.start();

  const Result<void> reloaded = host.try_reload(refused);

  REQUIRE_FALSE(reloaded.ok());
  CHECK_THAT(reloaded.error().message, ContainsSubstring("not today"));
  CHECK_THAT(host.post(trial("x").path, trial("x").body).body, ContainsSubstring("v1 ends"));
}

TEST_CASE("an instance whose settings did not change is carried over", "[app][reload]") {
  Gate gate;
  const Yaml yaml = add_trial(Yaml(), gate);
  Yaml other = yaml;
  other.providers += "  echo2: { plugin: abv.echo }\n";
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");
  host.start();

  host.reload(other);
  host.tidy_until([&] { return !host.log().lines("generation.gone").empty(); });

  CHECK(host.log().lines("trial.started").size() == 1);
  CHECK(host.log().lines("trial.draining").empty());
  CHECK(host.log().lines("trial.stopped").empty());
  CHECK(host.daemon().current().number() == 2);
}

TEST_CASE("an instance whose secret changed is made anew", "[app][reload]") {
  Gate gate;
  const Yaml yaml = add_trial(Yaml(), gate);
  Yaml other = yaml;
  other.providers =
      "  trial: { plugin: test.trial, component: trial, gate: 1, token: sk-second }\n" +
      Yaml().providers;
  Yaml third = yaml;
  third.providers =
      "  trial: { plugin: test.trial, component: trial, gate: 1, token: sk-third }\n" +
      Yaml().providers;
  Host host(yaml);
  put_trial(host.dir() / "plugins", "1");
  host.start();

  host.reload(other);
  host.reload(third);

  CHECK(host.log().lines("trial.started").size() == 3);
  CHECK_THAT(host.log().text(), !ContainsSubstring("sk-second"));
}

TEST_CASE("after drain_max the calls of the old generation are cancelled", "[app][reload]") {
  VirtualClock clock;
  Gate gate;
  Yaml yaml = add_trial(Yaml(), gate);
  yaml.more = "reload: { drain_max: 10m }\n";
  Host host(yaml, &clock);
  put_trial(host.dir() / "plugins", "1");
  host.start();
  auto clients = open_streams(host, trial("do-hold"), "v1 begins");
  host.reload(yaml);

  clock.advance(std::chrono::minutes(9));
  host.daemon().tidy();
  CHECK(host.daemon().calls() == kStreams);

  clock.advance(std::chrono::minutes(2));
  host.tidy_until([&] { return !host.log().lines("generation.gone").empty(); });
  CHECK(host.daemon().calls() == 0);
  CHECK(count_good_ends(clients, "v1") == 0);
  CHECK(log_field(host.log().wait_for("generation.drain_over"), "calls_cancelled") ==
        std::to_string(kStreams));
}

TEST_CASE("with drain_max none, old calls may run for ever", "[app][reload]") {
  VirtualClock clock;
  Gate gate;
  Yaml yaml = add_trial(Yaml(), gate);
  yaml.more = "reload: { drain_max: none }\n";
  Host host(yaml, &clock);
  put_trial(host.dir() / "plugins", "1");
  host.start();
  Client client = host.connect();
  client.send(request("POST", trial("do-hold").path, trial("do-hold").body));
  client.read_until("v1 begins");

  host.reload(yaml);
  clock.advance(std::chrono::hours(24 * 365));
  host.daemon().tidy();
  gate.open();

  CHECK(client.read_answer().is_complete);
}

TEST_CASE("a hundred reloads under traffic fail no call and leave nothing behind",
          "[app][reload]") {
  FakeServer upstream(gives_back());
  const Yaml one = proxy_to(upstream);
  Yaml other = one;
  other.providers += "  echo2: { plugin: abv.echo, prefix: \"2: \" }\n";
  Host host(one);
  host.start();
  Traffic traffic(host, {ask(claude_wire(), "fast", "relayed", true),
                         ask(gemini_wire(), "echo", "handled", true)});
  reload_often(host, other, one, 10);
  const ProcessFacts before = process_facts(host.dir());

  reload_often(host, other, one, 100);
  const int good = traffic.good();
  wait_until([&] { return traffic.good() > good + 1; }, "calls are served on");
  traffic.stop();
  host.tidy_until([&] { return host.log().lines("generation.gone").size() == 110; });
  const ProcessFacts after = process_facts(host.dir());

  CHECK(traffic.bad() == 0);
  CHECK(traffic.good() > 100);
  CHECK(after.threads <= before.threads);
  CHECK(after.descriptors <= before.descriptors + 2);
  CHECK(after.library_copies == before.library_copies);
}

TEST_CASE("settings that only a restart can change are named at the reload", "[app][reload]") {
  Host host((Yaml()));
  host.start();
  Yaml yaml;
  yaml.listen = "{ port: 1 }";

  host.reload(yaml);

  CHECK_THAT(host.log().wait_for("reload.needs_restart"), ContainsSubstring("listen"));
  CHECK(host.get("/health").status == 200);
}

TEST_CASE("a new limit counts for new calls", "[app][reload]") {
  Host host((Yaml()));
  host.start();
  Yaml yaml;
  yaml.limits = "{ body: 1KiB }";

  CHECK(host.post("/v1/messages", std::string(2000, ' ')).status == 400);
  host.reload(yaml);
  CHECK(host.post("/v1/messages", std::string(2000, ' ')).status == 413);
}

}  // namespace abv::test
