#include "host/lane/upstream_call.hpp"

#include <utility>

#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

// A failed answer up to this size is read whole before it is judged.
constexpr std::size_t kJudgedBytes = 64 * 1024;

constexpr std::uint32_t kMaxAttempts = 2;

class UpstreamCall {
 public:
  UpstreamCall(Call& call, Reply& reply, const Sendable& sendable, ArrivalSink& sink)
      : call_(call), reply_(reply), sendable_(sendable), sink_(sink) {}

  // False when another try is to be made.
  bool attempt();

 private:
  enum class Judgement { kPassOn, kTryAgain, kFailed };

  plugin::Attempt describe(const Outgoing& outgoing) const;
  bool prepare(Outgoing& outgoing);
  Judgement judge(Arrival& arrival, const Outgoing& outgoing);

  Call& call_;
  Reply& reply_;
  const Sendable& sendable_;
  ArrivalSink& sink_;
  plugin::Account account_;
  std::vector<abv_header> sent_headers_;
  std::vector<std::string_view> body_;
  std::uint32_t number_ = 0;
};

plugin::Attempt UpstreamCall::describe(const Outgoing& outgoing) const {
  plugin::Attempt attempt;
  attempt.stream = call_.facts().is_stream;
  attempt.number = number_;
  attempt.operation = sendable_.operation;
  attempt.dialect = sendable_.dialect;
  attempt.model = sendable_.model;
  attempt.method = outgoing.method();
  attempt.path = sendable_.path;
  attempt.query = sendable_.query;
  attempt.body = sendable_.body;
  attempt.headers = sent_headers_;
  attempt.account = sendable_.target->account ? &account_ : nullptr;
  return attempt;
}

bool UpstreamCall::prepare(Outgoing& outgoing) {
  const Target& target = *sendable_.target;
  if (!target.provider->instance().in_service()) {
    reply_.fail(CallError::make(
        503, ABV_E_INTERNAL, "plugin_out_of_service",
        "provider \"" + target.name + "\" is out of service after repeated failures"));
    return false;
  }
  const Nanos before = call_.clock().now();
  for (const Splice& splice : sendable_.splices) {
    outgoing.add_splice(splice);
  }
  if (target.account) {
    account_ = target.account->view();
  }
  sent_headers_ = outgoing.header_views();
  const abv_status status = target.provider->prepare(describe(outgoing), outgoing);
  const bool is_ready =
      !plugin::failed(status) && !outgoing.url().empty() && outgoing.body_pieces(body_);
  call_.record().timings.convert += call_.clock().now() - before;
  if (!is_ready) {
    reply_.fail(CallError::make(
        status == ABV_E_UNSUPPORTED ? 404 : 502, status, "provider_failed",
        "provider \"" + target.name + "\" could not prepare the request for operation \"" +
            std::string(sendable_.operation) + "\" (" + plugin::status_name(status) + ")"));
  }
  return is_ready;
}

bool UpstreamCall::attempt() {
  call_.record().attempts = static_cast<int>(++number_);
  const Target& target = *sendable_.target;
  Outgoing outgoing(sendable_.method, sendable_.headers, sendable_.body, target.account.get());
  if (!prepare(outgoing)) {
    return true;
  }
  const Result<net::Url> url = net::parse_url(outgoing.url());
  if (!url) {
    reply_.fail(CallError::make(502, ABV_E_INVALID, "provider_failed", url.error().message));
    return true;
  }
  upstream::Exchange exchange(*target.pool, call_.abort());
  if (call_.facts().is_stream) {
    exchange.while_waiting(reply_.keep_alive_every(), [this] { reply_.keep_alive(); });
  }
  const upstream::Request request{outgoing.method(), *url, outgoing.headers()};
  const Nanos sent_at = call_.clock().now();
  Result<void> started = exchange.start(request, body_);
  Result<const net::ResponseHead*> head =
      started ? exchange.read_head() : Result<const net::ResponseHead*>(started.error());
  call_.record().timings.upstream_wait += call_.clock().now() - sent_at;
  if (!head) {
    reply_.fail(CallError::of_upstream(head.error()));
    return true;
  }
  call_.record().upstream_status = (*head)->status;
  Arrival arrival{exchange, **head, {}, -1};
  const Judgement judgement =
      (*head)->status >= 400 ? judge(arrival, outgoing) : Judgement::kPassOn;
  if (judgement == Judgement::kPassOn) {
    sink_.take(arrival);
  }
  return judgement != Judgement::kTryAgain;
}

// Reads the beginning of a failed answer, and asks the provider whether another try makes sense.
UpstreamCall::Judgement UpstreamCall::judge(Arrival& arrival, const Outgoing& outgoing) {
  while (arrival.held.size() < kJudgedBytes && !arrival.exchange.complete()) {
    const Result<std::string_view> piece = arrival.exchange.read_body();
    if (!piece) {
      reply_.fail(CallError::of_upstream(piece.error()));
      return Judgement::kFailed;
    }
    if (piece->empty()) {
      break;
    }
    arrival.held += *piece;
  }
  std::vector<abv_header> headers;
  for (const net::Header& header : arrival.head.headers) {
    headers.push_back({plugin::view(header.name), plugin::view(header.value)});
  }
  plugin::Answer answer;
  answer.http_status = arrival.head.status;
  answer.headers = headers;
  answer.body = std::string_view(arrival.held).substr(0, kJudgedBytes);
  answer.now_unix_ms = call_.clock().unix_ms();
  plugin::Verdict verdict;
  std::string reason;
  (void)sendable_.target->provider->judge(describe(outgoing), answer, verdict, reason);
  // Only when the provider says that now is a good time: whoever is overloaded is not asked again
  // at once.
  if (verdict.action == plugin::Action::kRetry && verdict.retry_after_ms == 0 &&
      number_ < kMaxAttempts && !call_.cancelled()) {
    return Judgement::kTryAgain;
  }
  arrival.retry_after_ms = verdict.retry_after_ms;
  call_.record().error = reason;
  return Judgement::kPassOn;
}

}  // namespace

void send_upstream(Call& call, Reply& reply, const Sendable& sendable, ArrivalSink& sink) {
  UpstreamCall upstream(call, reply, sendable, sink);
  while (!upstream.attempt()) {
  }
}

}  // namespace abv::lane
