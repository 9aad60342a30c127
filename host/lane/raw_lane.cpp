#include "host/lane/raw_lane.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/lane/observer.hpp"
#include "host/lane/outgoing.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"
#include "host/upstream/exchange.hpp"

namespace abv::lane {
namespace {

// A failed answer up to this size is read whole before it is judged.
constexpr std::size_t kJudgedBytes = 64 * 1024;

// A stream's first bytes are held back until its first event is complete, but not for ever.
constexpr std::size_t kHeldBytes = 64 * 1024;

constexpr std::uint32_t kMaxAttempts = 2;

// Of an upstream's answer, what concerns its own connection, site or visitors, not this call.
constexpr std::array<std::string_view, 3> kNotPassedBack{"set-cookie", "alt-svc",
                                                         "strict-transport-security"};

bool is_passed_back(std::string_view name) {
  return !is_hop_by_hop(name) &&
         std::none_of(kNotPassedBack.begin(), kNotPassedBack.end(),
                      [&](std::string_view one) { return net::equal_ignoring_case(one, name); });
}

class RawLane {
 public:
  RawLane(Call& call, Chain& chain, Reply& reply, const RawCall& raw)
      : call_(call), reply_(reply), raw_(raw), observer_(call, chain) {}

  void run();

 private:
  enum class Next { kDone, kAgain };

  plugin::Attempt describe(const Outgoing& outgoing) const;
  bool prepare(Outgoing& outgoing);
  Next attempt();
  Next judge(upstream::Exchange& exchange, const net::ResponseHead& head, Outgoing& outgoing);
  Next relay(upstream::Exchange& exchange, const net::ResponseHead& head);
  bool hold_first_event(upstream::Exchange& exchange, Result<std::string_view>& piece);
  bool start(const net::ResponseHead& head);
  void pass_on(upstream::Exchange& exchange, Result<std::string_view> piece);
  void open_observer(const net::ResponseHead& head);

  Call& call_;
  Reply& reply_;
  const RawCall& raw_;
  Observer observer_;
  plugin::Account account_;
  std::vector<abv_header> sent_headers_;
  std::vector<std::string_view> body_;
  std::string held_;  // body bytes that came before the head was passed on
  std::uint32_t number_ = 0;
};

plugin::Attempt RawLane::describe(const Outgoing& outgoing) const {
  plugin::Attempt attempt;
  attempt.stream = call_.facts().is_stream;
  attempt.number = number_;
  attempt.operation = raw_.endpoint->operation;
  attempt.dialect = raw_.dialect->name();
  attempt.model = raw_.model;
  attempt.method = outgoing.method();
  attempt.path = raw_.path;
  attempt.query = call_.query();
  attempt.body = call_.body().text();
  attempt.headers = sent_headers_;
  attempt.account = raw_.target->account ? &account_ : nullptr;
  return attempt;
}

bool RawLane::prepare(Outgoing& outgoing) {
  if (!raw_.target->provider->instance().in_service()) {
    reply_.fail(CallError::make(
        503, ABV_E_INTERNAL, "plugin_out_of_service",
        "provider \"" + raw_.target->name + "\" is out of service after repeated failures"));
    return false;
  }
  const Nanos before = call_.clock().now();
  if (raw_.is_renamed) {
    const bool is_json = raw_.endpoint->model_at == plugin::ModelAt::kBody;
    for (const Range& range : call_.facts().model_ranges) {
      outgoing.splice_model(range, is_json ? json_string(raw_.model) : std::string(raw_.model));
    }
  }
  if (raw_.target->account) {
    account_.id = raw_.target->account->id();
    account_.kind = raw_.target->account->kind();
    account_.label = raw_.target->account->id();
    account_.attributes_json = "{}";
    account_.secrets = raw_.target->account.get();
  }
  sent_headers_ = outgoing.header_views();
  const abv_status status = raw_.target->provider->prepare(describe(outgoing), outgoing);
  const bool is_ready =
      !plugin::failed(status) && !outgoing.url().empty() && outgoing.body_pieces(body_);
  call_.record().timings.convert += call_.clock().now() - before;
  if (!is_ready) {
    reply_.fail(CallError::make(
        status == ABV_E_UNSUPPORTED ? 404 : 502, status, "provider_failed",
        "provider \"" + raw_.target->name + "\" could not prepare the request for operation \"" +
            raw_.endpoint->operation + "\" (" + plugin::status_name(status) + ")"));
  }
  return is_ready;
}

void RawLane::run() {
  while (attempt() == Next::kAgain) {
  }
}

RawLane::Next RawLane::attempt() {
  call_.record().attempts = static_cast<int>(++number_);
  Outgoing outgoing(call_.request().method, call_.headers(), call_.body().text(),
                    raw_.target->account.get());
  if (!prepare(outgoing)) {
    return Next::kDone;
  }
  const Result<net::Url> url = net::parse_url(outgoing.url());
  if (!url) {
    reply_.fail(CallError::make(502, ABV_E_INVALID, "provider_failed", url.error().message));
    return Next::kDone;
  }
  upstream::Exchange exchange(*raw_.target->pool, call_.abort());
  const upstream::Request request{outgoing.method(), *url, outgoing.headers()};
  const Nanos sent_at = call_.clock().now();
  Result<void> started = exchange.start(request, body_);
  Result<const net::ResponseHead*> head =
      started ? exchange.read_head() : Result<const net::ResponseHead*>(started.error());
  call_.record().timings.upstream_wait += call_.clock().now() - sent_at;
  if (!head) {
    reply_.fail(CallError::of_upstream(head.error()));
    return Next::kDone;
  }
  call_.record().upstream_status = (*head)->status;
  return (*head)->status >= 400 ? judge(exchange, **head, outgoing) : relay(exchange, **head);
}

// Reads the beginning of a failed answer, and asks the provider whether another try makes sense.
RawLane::Next RawLane::judge(upstream::Exchange& exchange, const net::ResponseHead& head,
                             Outgoing& outgoing) {
  while (held_.size() < kJudgedBytes && !exchange.complete()) {
    const Result<std::string_view> piece = exchange.read_body();
    if (!piece) {
      held_.clear();
      reply_.fail(CallError::of_upstream(piece.error()));
      return Next::kDone;
    }
    if (piece->empty()) {
      break;
    }
    held_ += *piece;
  }
  std::vector<abv_header> headers;
  for (const net::Header& header : head.headers) {
    headers.push_back({plugin::view(header.name), plugin::view(header.value)});
  }
  plugin::Answer answer;
  answer.http_status = head.status;
  answer.headers = headers;
  answer.body = std::string_view(held_).substr(0, kJudgedBytes);
  answer.now_unix_ms = call_.clock().unix_ms();
  plugin::Verdict verdict;
  std::string reason;
  (void)raw_.target->provider->judge(describe(outgoing), answer, verdict, reason);
  // Only when the provider says that now is a good time: whoever is overloaded is not asked again
  // at once.
  const bool may_retry = number_ < kMaxAttempts && !call_.cancelled();
  if (verdict.action == plugin::Action::kRetry && verdict.retry_after_ms == 0 && may_retry) {
    held_.clear();
    return Next::kAgain;
  }
  call_.record().error = reason;
  return relay(exchange, head);
}

bool RawLane::start(const net::ResponseHead& head) {
  std::vector<abv_header> headers;
  headers.reserve(head.headers.size());
  for (const net::Header& header : head.headers) {
    if (is_passed_back(header.name)) {
      headers.push_back({plugin::view(header.name), plugin::view(header.value)});
    }
  }
  std::optional<std::uint64_t> length;
  if (head.framing == net::Framing::kLength) {
    length = head.content_length;
  } else if (head.framing == net::Framing::kNone) {
    length = 0;
  }
  return reply_.start(head.status, headers, length).ok();
}

void RawLane::open_observer(const net::ResponseHead& head) {
  const std::string_view type = head.get("content-type");
  const bool is_decodable = head.status == 200 && head.get("content-encoding").empty() &&
                            raw_.endpoint->model_at != plugin::ModelAt::kNone;
  if (is_decodable && type.starts_with("text/event-stream")) {
    observer_.open(*raw_.dialect, plugin::Form::kStream);
  } else if (is_decodable && type.starts_with("application/json")) {
    observer_.open(*raw_.dialect, plugin::Form::kWhole);
  }
}

// Late commit: as long as the client has seen nothing, an upstream that breaks off can still be
// answered with a proper error. False when it did.
bool RawLane::hold_first_event(upstream::Exchange& exchange, Result<std::string_view>& piece) {
  while (piece && !piece->empty() && !exchange.complete()) {
    if (held_.empty() && net::first_event_end(*piece) != std::string_view::npos) {
      return true;
    }
    held_ += *piece;
    if (held_.size() >= kHeldBytes || net::first_event_end(held_) != std::string_view::npos) {
      piece = std::string_view();
      return true;
    }
    piece = exchange.read_body();
  }
  if (!piece) {
    reply_.fail(CallError::of_upstream(piece.error()));
  }
  return piece.ok();
}

RawLane::Next RawLane::relay(upstream::Exchange& exchange, const net::ResponseHead& head) {
  open_observer(head);
  // The head's views stay valid while the body is read, so nothing has to be copied.
  Result<std::string_view> piece = std::string_view();
  if (!exchange.complete()) {
    piece = exchange.read_body();
  }
  if (!piece) {
    held_.clear();
    reply_.fail(CallError::of_upstream(piece.error()));
    return Next::kDone;
  }
  const bool is_stream = head.get("content-type").starts_with("text/event-stream");
  if (is_stream && held_.empty() && !hold_first_event(exchange, piece)) {
    return Next::kDone;
  }
  if (start(head)) {
    pass_on(exchange, std::move(piece));
  }
  return Next::kDone;
}

void RawLane::pass_on(upstream::Exchange& exchange, Result<std::string_view> piece) {
  if (!held_.empty()) {
    if (piece && !piece->empty()) {
      held_ += *piece;
    }
    piece = std::string_view(held_);
  }
  while (true) {
    if (!piece) {
      reply_.fail(CallError::of_upstream(piece.error()));
      return;
    }
    const bool is_last = exchange.complete() || piece->empty();
    if (const Result<void> sent = reply_.send(*piece, is_last); !sent) {
      call_.record().error = sent.error().message;
      call_.cancel();
      return;
    }
    observer_.see(*piece);
    if (is_last) {
      observer_.finish();
      return;
    }
    piece = exchange.read_body();
  }
}

}  // namespace

void run_raw_lane(Call& call, Chain& chain, Reply& reply, const RawCall& raw) {
  RawLane(call, chain, reply, raw).run();
}

}  // namespace abv::lane
