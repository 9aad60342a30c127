#include "tests/host/account/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <queue>

#include "tests/host/account/pool_fixture.hpp"

namespace abv::test {
namespace {

using account::Answered;
using account::Attempts;
using plugin::Action;
using plugin::Scope;

constexpr std::int64_t kRoundTripMs = 40;

// How often whoever waits is woken by other calls that end.
constexpr std::int64_t kWakeMs = 500;

void roll(TrueAccount::Window& window, std::int64_t now_ms) {
  if (now_ms - window.began_ms >= window.length_ms) {
    window.began_ms = now_ms - (now_ms - window.began_ms) % window.length_ms;
    window.used = 0;
  }
}

Answered refusal(int status, Action action, Scope scope, std::int64_t cool_down_ms,
                 std::uint64_t words) {
  Answered answered;
  answered.verdict = {action, scope, cool_down_ms, -1};
  answered.fingerprint = words;
  answered.says_when = cool_down_ms > 0;
  answered.proof.status = status;
  return answered;
}

class Simulation {
 public:
  Simulation(account::Pool& pool, std::vector<TrueAccount>& upstream, const Load& load,
             const account::Patience& patience, std::uint32_t seed)
      : pool_(pool), upstream_(upstream), load_(load), patience_(patience), random_(seed) {}

  SimulationReport run();

 private:
  struct Event {
    std::int64_t at_ms;
    std::uint64_t number;  // first come, first served
    std::function<void(std::int64_t)> act;
    bool operator>(const Event& other) const {
      return at_ms != other.at_ms ? at_ms > other.at_ms : number > other.number;
    }
  };
  struct SimulatedCall {
    std::string session;
    std::int64_t began_ms = 0;
    bool is_poisoned = false;
    bool is_waiting = false;
    std::unique_ptr<Attempts> attempts;
  };
  struct Track {
    std::int64_t usable_since_ms = -1;
    std::vector<std::int64_t> refusals;  // of the last hour
  };

  void at(std::int64_t when_ms, std::function<void(std::int64_t)> act) {
    events_.push({when_ms, ++last_number_, std::move(act)});
  }
  std::int64_t after(double mean_ms) {
    return std::max<std::int64_t>(
        1, static_cast<std::int64_t>(std::exponential_distribution<>(1 / mean_ms)(random_)));
  }
  void begin_session(std::int64_t now_ms);
  void begin_call(const std::string& session, std::int64_t session_ends_ms, std::int64_t now_ms);
  void go_on(const std::shared_ptr<SimulatedCall>& call, std::int64_t now_ms);
  void send(const std::shared_ptr<SimulatedCall>& call, std::int64_t now_ms);
  void count_served(const SimulatedCall& call, const std::string& account, std::int64_t now_ms);
  void count_refused(const std::string& account, std::int64_t now_ms);
  void count_error(const SimulatedCall& call, std::int64_t now_ms);
  void look_at_idle(std::int64_t now_ms);
  TrueAccount& true_account(const std::string& id);
  bool any_would_serve(std::int64_t now_ms) const;

  account::Pool& pool_;
  std::vector<TrueAccount>& upstream_;
  const Load& load_;
  const account::Patience& patience_;
  std::mt19937 random_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_session_ = 0;
  std::map<std::string, std::string> last_account_;  // of a session
  std::map<std::string, Track> tracks_;
  SimulationReport report_;
};

TrueAccount& Simulation::true_account(const std::string& id) {
  return *std::find_if(upstream_.begin(), upstream_.end(),
                       [&](const TrueAccount& one) { return one.id == id; });
}

bool Simulation::any_would_serve(std::int64_t now_ms) const {
  return std::any_of(upstream_.begin(), upstream_.end(),
                     [&](const TrueAccount& one) { return one.would_serve(now_ms); });
}

void Simulation::begin_session(std::int64_t now_ms) {
  const std::string session = "s" + std::to_string(++last_session_);
  const std::int64_t ends = now_ms + after(static_cast<double>(load_.session_ms));
  begin_call(session, ends, now_ms);
}

void Simulation::begin_call(const std::string& session, std::int64_t session_ends_ms,
                            std::int64_t now_ms) {
  if (now_ms - kNow >= load_.length_ms) {
    return;
  }
  ++report_.calls;
  auto call = std::make_shared<SimulatedCall>();
  call->session = session;
  call->began_ms = now_ms;
  call->is_poisoned = std::bernoulli_distribution(load_.poison)(random_);
  call->attempts = std::make_unique<Attempts>(
      pool_, PoolFixture::ask(session, call->is_poisoned ? 5'000'000 : 100'000), patience_, now_ms);
  go_on(call, now_ms);
  const std::int64_t next = now_ms + after(3'600'000.0 / load_.calls_per_hour);
  if (next < session_ends_ms) {
    at(next, [=, this](std::int64_t now) { begin_call(session, session_ends_ms, now); });
  } else {
    at(next, [this](std::int64_t now) { begin_session(now); });
  }
}

void Simulation::go_on(const std::shared_ptr<SimulatedCall>& call, std::int64_t now_ms) {
  const Attempts::Next next = call->attempts->next(now_ms);
  switch (next.kind) {
    case Attempts::Next::Kind::kSend:
      at(now_ms + kRoundTripMs, [=, this](std::int64_t now) { send(call, now); });
      return;
    case Attempts::Next::Kind::kWait:
      report_.waited += call->is_waiting ? 0 : 1;
      call->is_waiting = true;
      at(std::min(next.until_ms, now_ms + kWakeMs),
         [=, this](std::int64_t now) { go_on(call, now); });
      return;
    case Attempts::Next::Kind::kGiveUp:
      count_error(*call, now_ms);
  }
}

void Simulation::send(const std::shared_ptr<SimulatedCall>& call, std::int64_t now_ms) {
  const std::string id = call->attempts->account()->id();
  Answered answered = call->is_poisoned ? refusal(429, Action::kRotate, Scope::kModel, -1, 4242)
                                        : true_account(id).serve(now_ms);
  const Attempts::After after_it = call->attempts->judge(answered, now_ms);
  if (answered.is_served) {
    count_served(*call, id, now_ms);
    // The account is in use until the answer has been read.
    at(now_ms + after(static_cast<double>(load_.answer_ms)),
       [call](std::int64_t) { call->attempts.reset(); });
    return;
  }
  count_refused(id, now_ms);
  if (after_it == Attempts::After::kAgain) {
    go_on(call, now_ms);
  } else {
    count_error(*call, now_ms);
  }
}

void Simulation::count_served(const SimulatedCall& call, const std::string& account,
                              std::int64_t now_ms) {
  ++report_.served;
  ++report_.accounts[account].served;
  report_.longest_wait_ms = std::max(report_.longest_wait_ms, now_ms - call.began_ms);
  std::string& last = last_account_[call.session];
  if (last == account) {
    ++report_.sticky;
  } else if (!last.empty() && true_account(last).would_serve(now_ms)) {
    ++report_.moved;
  }
  last = account;
  tracks_[account].usable_since_ms = now_ms;
}

void Simulation::count_refused(const std::string& account, std::int64_t now_ms) {
  AccountReport& report = report_.accounts[account];
  ++report.refused;
  std::vector<std::int64_t>& recent = tracks_[account].refusals;
  recent.push_back(now_ms);
  std::erase_if(recent, [&](std::int64_t when) { return when <= now_ms - kHour; });
  report.most_refused_in_an_hour = std::max(report.most_refused_in_an_hour, recent.size());
}

void Simulation::count_error(const SimulatedCall& call, std::int64_t now_ms) {
  if (call.is_poisoned) {
    ++report_.poisoned;
    return;
  }
  ++report_.errors;
  report_.needless_errors += any_would_serve(now_ms) ? 1 : 0;
}

// How long an account that would serve goes without a call, although there are calls.
void Simulation::look_at_idle(std::int64_t now_ms) {
  for (const TrueAccount& one : upstream_) {
    Track& track = tracks_[one.id];
    if (!one.would_serve(now_ms)) {
      track.usable_since_ms = -1;
      continue;
    }
    if (track.usable_since_ms < 0) {
      track.usable_since_ms = now_ms;
    }
    AccountReport& report = report_.accounts[one.id];
    report.longest_idle_ms = std::max(report.longest_idle_ms, now_ms - track.usable_since_ms);
  }
  if (now_ms - kNow < load_.length_ms) {
    at(now_ms + kMinute, [this](std::int64_t now) { look_at_idle(now); });
  }
}

SimulationReport Simulation::run() {
  for (unsigned i = 0; i < load_.sessions; ++i) {
    at(kNow + after(60'000), [this](std::int64_t now) { begin_session(now); });
  }
  at(kNow, [this](std::int64_t now) { look_at_idle(now); });
  while (!events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    event.act(event.at_ms);
  }
  return std::move(report_);
}

}  // namespace

bool TrueAccount::would_serve(std::int64_t now_ms) const {
  const bool is_out = std::any_of(outages.begin(), outages.end(), [&](const Outage& outage) {
    return now_ms >= outage.from_ms && now_ms < outage.to_ms;
  });
  const bool has_room = std::all_of(windows.begin(), windows.end(), [&](const Window& window) {
    return window.used < window.budget || now_ms - window.began_ms >= window.length_ms;
  });
  return !is_out && has_room && now_ms < banned_from_ms;
}

Answered TrueAccount::serve(std::int64_t now_ms) {
  if (now_ms >= banned_from_ms) {
    return refusal(403, Action::kRotate, Scope::kAccount, -1, 0);
  }
  for (const Outage& outage : outages) {
    if (now_ms >= outage.from_ms && now_ms < outage.to_ms) {
      return outage.status == 529 ? refusal(529, Action::kRetry, Scope::kModel, -1, 0)
                                  : refusal(outage.status, Action::kRetry, Scope::kRequest, 0, 0);
    }
  }
  for (Window& window : windows) {
    roll(window, now_ms);
    if (window.used >= window.budget) {
      const std::int64_t truth = window.began_ms + window.length_ms - now_ms;
      Answered answered = refusal(429, Action::kRotate, Scope::kModel, tells(truth).value_or(-1),
                                  std::hash<std::string>()(window.name));
      answered.window = window.name;
      return answered;
    }
  }
  for (Window& window : windows) {
    ++window.used;
  }
  Answered served;
  served.is_served = true;
  served.first_byte_ms = kRoundTripMs;
  return served;
}

double SimulationReport::sticky_rate() const {
  return sticky + moved == 0 ? 1
                             : static_cast<double>(sticky) / static_cast<double>(sticky + moved);
}

double SimulationReport::fairness() const {
  double sum = 0;
  double squares = 0;
  for (const auto& [id, one] : accounts) {
    sum += static_cast<double>(one.served);
    squares += static_cast<double>(one.served) * static_cast<double>(one.served);
  }
  return squares == 0 ? 1 : sum * sum / (static_cast<double>(accounts.size()) * squares);
}

std::string SimulationReport::text() const {
  char line[256];
  std::snprintf(line, sizeof line,
                "calls %llu, served %llu, errors %llu (needless %llu), poisoned %llu, waited %llu "
                "(longest %lld s), sticky %.3f, fairness %.3f\n",
                static_cast<unsigned long long>(calls), static_cast<unsigned long long>(served),
                static_cast<unsigned long long>(errors),
                static_cast<unsigned long long>(needless_errors),
                static_cast<unsigned long long>(poisoned), static_cast<unsigned long long>(waited),
                static_cast<long long>(longest_wait_ms / kSecond), sticky_rate(), fairness());
  std::string text = line;
  for (const auto& [id, one] : accounts) {
    std::snprintf(line, sizeof line,
                  "  %-8s served %7llu, refused %5llu (at most %llu in an hour), longest idle %lld "
                  "min\n",
                  id.c_str(), static_cast<unsigned long long>(one.served),
                  static_cast<unsigned long long>(one.refused),
                  static_cast<unsigned long long>(one.most_refused_in_an_hour),
                  static_cast<long long>(one.longest_idle_ms / kMinute));
    text += line;
  }
  return text;
}

SimulationReport simulate(account::Pool& pool, std::vector<TrueAccount>& upstream, const Load& load,
                          const account::Patience& patience, std::uint32_t seed) {
  return Simulation(pool, upstream, load, patience, seed).run();
}

}  // namespace abv::test
