#include "host/lane/upstream_call.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "host/account/attempts.hpp"
#include "host/lane/answer_judgement.hpp"
#include "host/lane/named_account.hpp"
#include "host/lane/refresher.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

using account::Attempts;

// A failed answer up to this size is read whole before it is judged.
constexpr std::size_t kJudgedBytes = 64 * 1024;

// Whoever waits for an account looks this often whether its client is still there.
constexpr std::chrono::milliseconds kLook{100};

// One request to the upstream and what came back. Kept until another one takes its place, because
// the last failure is the client's answer.
struct Try {
  Try(const Sendable& sendable, account::Account* account)
      : outgoing(sendable.method, sendable.headers, sendable.body, account) {}

  Outgoing outgoing;
  std::vector<abv_header> sent_headers;
  std::vector<std::string_view> body;
  std::optional<upstream::Exchange> exchange;
  std::optional<Arrival> arrival;    // either this
  std::optional<CallError> failure;  // or this, when no answer came
};

class UpstreamCall {
 public:
  UpstreamCall(Call& call, Reply& reply, const Site& site, const Sendable& sendable,
               ArrivalSink& sink)
      : call_(call),
        reply_(reply),
        site_(site),
        sendable_(sendable),
        target_(*sendable.target),
        sink_(sink),
        asked_account_(call.get(kAccountFact)),
        family_(account::model_family(sendable.model, target_.accounts->settings().families)),
        attempts_(*target_.accounts, ask(), target_.accounts->settings().patience,
                  call.clock().unix_ms()),
        told_(call.clock().now()) {}

  bool run();

 private:
  enum class Step { kDone, kGoOn, kElsewhere };

  account::Ask ask();
  plugin::Attempt describe(const Try& one) const;
  Step send(const Attempts::Next& next);
  bool refresh();
  Step prepare(Try& one);
  void exchange(Try& one);
  void hold(Try& one);
  Step judge(Try& one);
  bool wait(std::int64_t until_ms);
  bool give_up(const Attempts::Next& next);
  bool may_go_elsewhere() const {
    return sendable_.has_alternative && !reply_.sent() && !call_.cancelled();
  }
  bool is_served_elsewhere(const Try& one, const account::Answered& answered) const;
  void note_choice(const Attempts::Next& next);

  Call& call_;
  Reply& reply_;
  const Site& site_;
  const Sendable& sendable_;
  const Target& target_;
  ArrivalSink& sink_;
  const std::string asked_account_;  // by the client; empty: any will do
  const std::string family_;
  Attempts attempts_;
  std::unique_ptr<Try> last_;
  plugin::Account account_;
  Nanos first_byte_{0};
  Nanos told_;  // when the client was last told that it is not forgotten
};

account::Ask UpstreamCall::ask() {
  account::Ask ask;
  ask.model = sendable_.model;
  ask.family = family_;
  ask.size = sendable_.body.size();
  ask.account = asked_account_;
  // Where there is nothing to choose, the body need not be searched.
  if (sendable_.session != nullptr && target_.accounts->size() > 1 && asked_account_.empty()) {
    const std::string session(call_.get("session.key"));
    // Prompt caches are kept by model.
    ask.session = session.empty() ? session : target_.name + '\n' + family_ + '\n' + session;
  }
  return ask;
}

plugin::Attempt UpstreamCall::describe(const Try& one) const {
  plugin::Attempt attempt;
  attempt.stream = call_.facts().is_stream;
  attempt.number = attempts_.tries();
  attempt.operation = sendable_.operation;
  attempt.dialect = sendable_.dialect;
  attempt.model = sendable_.model;
  attempt.method = one.outgoing.method();
  attempt.path = sendable_.path;
  attempt.query = sendable_.query;
  attempt.body = sendable_.body;
  attempt.headers = one.sent_headers;
  attempt.account = account_.kind.empty() ? nullptr : &account_;
  return attempt;
}

bool UpstreamCall::run() {
  if (!target_.provider->instance().in_service()) {
    if (may_go_elsewhere()) {
      return false;
    }
    reply_.fail(CallError::make(
        503, ABV_E_INTERNAL, "plugin_out_of_service",
        "provider \"" + target_.name + "\" is out of service after repeated failures"));
    return true;
  }
  while (true) {
    const Attempts::Next next = attempts_.next(call_.clock().unix_ms());
    note_choice(next);
    switch (next.kind) {
      case Attempts::Next::Kind::kSend:
        if (const Step step = send(next); step != Step::kGoOn) {
          return step == Step::kDone;
        }
        break;
      case Attempts::Next::Kind::kWait:
        // Where somebody else would serve the call at once, nobody has to wait.
        if (!next.waits_for_one && may_go_elsewhere()) {
          return false;
        }
        if (!wait(next.until_ms)) {
          return true;
        }
        break;
      case Attempts::Next::Kind::kGiveUp:
        return give_up(next);
    }
  }
}

void UpstreamCall::note_choice(const Attempts::Next& next) {
  const bool has_choice = next.explanation.first.size() > 1 || !asked_account_.empty();
  if (next.kind != Attempts::Next::Kind::kSend || has_choice) {
    call_.record().choices.push_back(next.explanation.text());
  }
}

// A moment in line; whoever asked for it asks again. False when the client has left.
bool UpstreamCall::wait(std::int64_t until_ms) {
  const Nanos began = call_.clock().now();
  const auto left = std::chrono::milliseconds(until_ms - call_.clock().unix_ms());
  target_.accounts->wait_for_change(std::min(kLook, std::max(left, std::chrono::milliseconds(1))));
  const Nanos now = call_.clock().now();
  call_.record().timings.queue += now - began;
  if (call_.cancelled()) {
    reply_.fail(CallError::make(499, ABV_E_CANCELLED, "cancelled", "the client has left"));
    return false;
  }
  if (call_.facts().is_stream && reply_.keep_alive_every() > Nanos(0) &&
      now - told_ >= reply_.keep_alive_every()) {
    reply_.keep_alive();
    told_ = now;
  }
  return true;
}

// What the client is told when no account is left to try.
bool UpstreamCall::give_up(const Attempts::Next& next) {
  if (may_go_elsewhere()) {
    return false;
  }
  const std::int64_t wait_ms =
      next.until_ms == 0 ? -1 : std::max<std::int64_t>(0, next.until_ms - call_.clock().unix_ms());
  if (last_ && last_->arrival) {
    Arrival& arrival = *last_->arrival;
    if (arrival.retry_after_ms < 0 && arrival.head.status == 429) {
      arrival.retry_after_ms = wait_ms;
    }
    sink_.take(arrival);
    return true;
  }
  if (last_ && last_->failure) {
    reply_.fail(*last_->failure);
    return true;
  }
  const bool has_any = target_.accounts->size() > 0;
  std::string message = "no account of provider \"" + target_.name + "\" can be used for \"" +
                        std::string(sendable_.model) + "\": " + next.explanation.text();
  if (next.proof && !next.proof->message.empty()) {
    message += "; the upstream said: " + next.proof->message;
  }
  CallError error =
      wait_ms >= 0
          ? CallError::make(429, ABV_E_LIMIT, "rate_limited", std::move(message))
          : CallError::make(has_any ? 503 : 500, ABV_E_UNSUPPORTED,
                            has_any ? "no_account" : "no_account_configured", std::move(message));
  error.retry_after_ms = wait_ms;
  reply_.fail(error);
  return true;
}

bool UpstreamCall::refresh() {
  if (site_.refresher == nullptr) {
    return true;  // as it is
  }
  auto fresh = site_.refresher->refresh(target_, attempts_.account());
  if (!fresh) {
    attempts_.could_not_refresh();
    CallError error =
        CallError::make(502, ABV_E_IO, "credential_not_refreshed",
                        "account \"" + attempts_.account()->id() + "\": " + fresh.error().message);
    last_ = nullptr;
    call_.record().error = error.message;
    return false;
  }
  attempts_.refreshed(std::move(fresh).value());
  return true;
}

UpstreamCall::Step UpstreamCall::send(const Attempts::Next& next) {
  if (next.needs_refresh && !refresh()) {
    return Step::kGoOn;
  }
  if (call_.cancelled()) {
    reply_.fail(CallError::make(499, ABV_E_CANCELLED, "cancelled", "the client has left"));
    return Step::kDone;
  }
  account::Account& account = *attempts_.account();
  account_ = account.view();
  call_.record().attempts = static_cast<int>(attempts_.tries());
  call_.record().account = account_.kind.empty() ? std::string() : account.id();
  auto one = std::make_unique<Try>(sendable_, &account);
  if (const Step step = prepare(*one); step != Step::kGoOn) {
    return step;
  }
  exchange(*one);
  return judge(*(last_ = std::move(one)));
}

UpstreamCall::Step UpstreamCall::prepare(Try& one) {
  const Nanos before = call_.clock().now();
  for (const Splice& splice : sendable_.splices) {
    one.outgoing.add_splice(splice);
  }
  one.sent_headers = one.outgoing.header_views();
  const abv_status status = target_.provider->prepare(describe(one), one.outgoing);
  const bool is_ready =
      !plugin::failed(status) && !one.outgoing.url().empty() && one.outgoing.body_pieces(one.body);
  call_.record().timings.convert += call_.clock().now() - before;
  if (is_ready) {
    return Step::kGoOn;
  }
  if (may_go_elsewhere()) {
    return Step::kElsewhere;
  }
  reply_.fail(CallError::make(
      status == ABV_E_UNSUPPORTED ? 404 : 502, status, "provider_failed",
      "provider \"" + target_.name + "\" could not prepare the request for operation \"" +
          std::string(sendable_.operation) + "\" (" + plugin::status_name(status) + ")"));
  return Step::kDone;
}

void UpstreamCall::exchange(Try& one) {
  const Result<net::Url> url = net::parse_url(one.outgoing.url());
  if (!url) {
    one.failure = CallError::make(502, ABV_E_INVALID, "provider_failed", url.error().message);
    return;
  }
  Result<upstream::Pool*> connections = target_.egress->through(attempts_.account()->proxy());
  if (!connections) {
    one.failure = CallError::make(
        502, ABV_E_INVALID, "account_proxy",
        "account \"" + attempts_.account()->id() + "\": " + connections.error().message);
    return;
  }
  upstream::Exchange& exchange = one.exchange.emplace(**connections, call_.abort());
  if (call_.facts().is_stream) {
    exchange.while_waiting(reply_.keep_alive_every(), [this] { reply_.keep_alive(); });
  }
  const upstream::Request request{one.outgoing.method(), *url, one.outgoing.headers()};
  const Nanos sent_at = call_.clock().now();
  Result<void> started = exchange.start(request, one.body);
  Result<const net::ResponseHead*> head =
      started ? exchange.read_head() : Result<const net::ResponseHead*>(started.error());
  first_byte_ = call_.clock().now() - sent_at;
  call_.record().timings.upstream_wait += first_byte_;
  if (!head) {
    one.failure = CallError::of_upstream(head.error());
    return;
  }
  call_.record().upstream_status = (*head)->status;
  one.arrival.emplace(Arrival{exchange, **head, {}, -1});
}

// Reads the beginning of a failed answer, for whoever judges it.
void UpstreamCall::hold(Try& one) {
  Arrival& arrival = *one.arrival;
  while (arrival.held.size() < kJudgedBytes && !arrival.exchange.complete()) {
    const Result<std::string_view> piece = arrival.exchange.read_body();
    if (!piece) {
      one.failure = CallError::of_upstream(piece.error());
      one.arrival.reset();
      return;
    }
    if (piece->empty()) {
      return;
    }
    arrival.held += *piece;
  }
}

// Whether another target may do better: not when the request itself was refused.
bool UpstreamCall::is_served_elsewhere(const Try& one, const account::Answered& answered) const {
  const int status = one.arrival ? one.arrival->head.status : 0;
  const bool is_unknown_there = status == 404 || status == 405 || status == 501;
  return one.failure || is_unknown_there || status >= 500 ||
         answered.verdict.scope != plugin::Scope::kRequest;
}

UpstreamCall::Step UpstreamCall::judge(Try& one) {
  const bool is_failed = one.failure || one.arrival->head.status >= 400;
  if (is_failed && one.arrival) {
    hold(one);
  }
  std::string reason;
  account::Answered answered =
      judge_answer(target_, describe(one), one.arrival ? &*one.arrival : nullptr,
                   call_.clock().unix_ms(), reason);
  answered.is_served = !is_failed;
  answered.first_byte_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(first_byte_).count();
  if (one.arrival && is_failed) {
    one.arrival->retry_after_ms = answered.verdict.retry_after_ms;
    call_.record().error = reason;
  }
  if (call_.cancelled()) {
    answered.verdict.action = plugin::Action::kPass;
    answered.verdict.scope = plugin::Scope::kRequest;
  }
  const Attempts::After after = attempts_.judge(answered, call_.clock().unix_ms());
  if (after == Attempts::After::kAgain && !reply_.sent()) {
    return Step::kGoOn;
  }
  if (is_failed && may_go_elsewhere() && is_served_elsewhere(one, answered)) {
    return Step::kElsewhere;
  }
  if (one.failure) {
    reply_.fail(*one.failure);
  } else {
    call_.record().error = is_failed ? call_.record().error : std::string();
    sink_.take(*one.arrival);
  }
  return Step::kDone;
}

}  // namespace

bool send_upstream(Call& call, Reply& reply, const Site& site, const Sendable& sendable,
                   ArrivalSink& sink) {
  return UpstreamCall(call, reply, site, sendable, sink).run();
}

}  // namespace abv::lane
