#include "host/lane/raw_lane.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/lane/event_lane.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/observer.hpp"
#include "host/net/sse.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

// A stream's first bytes are held back until its first event is complete, but not for ever.
constexpr std::size_t kHeldBytes = 64 * 1024;

constexpr std::string_view kEventStream = "text/event-stream";

// Of an upstream's answer, what concerns its own connection, site or visitors, not this call.
constexpr std::array<std::string_view, 3> kNotPassedBack{"set-cookie", "alt-svc",
                                                         "strict-transport-security"};

bool is_passed_back(std::string_view name) {
  return !is_hop_by_hop(name) &&
         std::none_of(kNotPassedBack.begin(), kNotPassedBack.end(),
                      [&](std::string_view one) { return net::equal_ignoring_case(one, name); });
}

class RawLane final : public ArrivalSink {
 public:
  RawLane(Call& call, Chain& chain, Reply& reply, const RawCall& raw)
      : call_(call), reply_(reply), raw_(raw), observer_(call, chain) {}

  bool run() { return send_upstream(call_, reply_, *raw_.site, raw_sendable(call_, raw_), *this); }

  void take(Arrival& arrival) override;

 private:
  bool is_unasked_stream(const net::ResponseHead& head) const;
  void take_events(Arrival& arrival, std::string_view begin);
  bool hold_first_event(upstream::Exchange& exchange, Result<std::string_view>& piece);
  bool start(const net::ResponseHead& head);
  void pass_on(upstream::Exchange& exchange, Result<std::string_view> piece);
  bool send(std::string_view bytes, bool is_last);
  void end_stream(std::string_view last);
  void open_observer(const net::ResponseHead& head);

  Call& call_;
  Reply& reply_;
  const RawCall& raw_;
  Observer observer_;
  std::string held_;  // body bytes that came before the head was passed on
  std::string_view type_;
  bool is_stream_ = false;
};

bool RawLane::start(const net::ResponseHead& head) {
  std::vector<abv_header> headers;
  headers.reserve(head.headers.size());
  for (const net::Header& header : head.headers) {
    if (is_passed_back(header.name)) {
      headers.push_back({plugin::view(header.name), plugin::view(header.value)});
    }
  }
  if (is_stream_ && head.get("content-type").empty()) {
    headers.push_back({plugin::view("content-type"), plugin::view(kEventStream)});
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
  const bool is_decodable = head.status == 200 && head.get("content-encoding").empty() &&
                            raw_.endpoint->model_at != plugin::ModelAt::kNone;
  if (is_decodable && is_stream_) {
    observer_.open(*raw_.dialect, plugin::Form::kStream);
  } else if (is_decodable && type_.starts_with("application/json")) {
    observer_.open(*raw_.dialect, plugin::Form::kWhole);
  }
}

// Some upstreams only stream, whatever they are asked. A client that asked for a whole answer could
// not read that.
bool RawLane::is_unasked_stream(const net::ResponseHead& head) const {
  return is_stream_ && !call_.facts().is_stream && head.status >= 200 && head.status < 300 &&
         is_conversation(*raw_.endpoint) && raw_.dialect->has_encoder();
}

void RawLane::take_events(Arrival& arrival, std::string_view begin) {
  arrival.held += begin;
  EventCall whole;
  whole.site = raw_.site;
  whole.route = raw_.route;
  whole.target = raw_.target;
  whole.upstream = raw_.dialect;
  whole.endpoint = raw_.endpoint;
  whole.model = raw_.model;
  call_.record().lane = "event";
  take_as_events(call_, reply_, whole, arrival);
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

void RawLane::take(Arrival& arrival) {
  upstream::Exchange& exchange = arrival.exchange;
  const net::ResponseHead& head = arrival.head;
  // The head's views stay valid while the body is read, so nothing has to be copied.
  Result<std::string_view> piece = std::string_view();
  if (!exchange.complete()) {
    piece = exchange.read_body();
  }
  if (!piece) {
    reply_.fail(CallError::of_upstream(piece.error()));
    return;
  }
  type_ = head.get("content-type");
  if (type_.empty() && is_conversation(*raw_.endpoint) && net::begins_like_events(*piece)) {
    type_ = kEventStream;  // ChatGPT's backend may leave it to be seen
  }
  is_stream_ = type_.starts_with(kEventStream);
  if (is_unasked_stream(head)) {
    take_events(arrival, *piece);
    return;
  }
  held_ = std::move(arrival.held);
  open_observer(head);
  if (is_stream_ && held_.empty() && !hold_first_event(exchange, piece)) {
    return;
  }
  if (start(head)) {
    pass_on(exchange, std::move(piece));
  }
}

bool RawLane::send(std::string_view bytes, bool is_last) {
  const Result<void> sent = reply_.send(bytes, is_last);
  if (!sent) {
    call_.record().error = sent.error().message;
    call_.cancel();
  }
  return sent.ok();
}

// A stream that the upstream ended before it was complete must not look like a good one: clients
// would take up the half of it and ask again for ever. The bytes pass, the good end does not.
void RawLane::end_stream(std::string_view last) {
  observer_.see(last);
  if (observer_.finish()) {
    (void)send(last, true);
    return;
  }
  if (send(last, false)) {
    call_.record().error = "the upstream's stream ended before it was complete";
    reply_.writer().cut();
  }
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
    if (is_last && is_stream_) {
      end_stream(*piece);
      return;
    }
    if (!send(*piece, is_last)) {
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

Sendable raw_sendable(const Call& call, const RawCall& raw) {
  Sendable sendable;
  sendable.target = raw.target;
  sendable.operation = raw.endpoint->operation;
  sendable.dialect = raw.dialect->name();
  sendable.model = raw.model;
  sendable.method = call.request().method;
  sendable.path = raw.path;
  sendable.query = call.query();
  sendable.body = call.body().text();
  sendable.headers = call.headers();
  sendable.session = &raw.dialect->abilities().session;
  sendable.has_alternative = raw.has_alternative;
  if (raw.is_renamed) {
    const bool is_json = raw.endpoint->model_at == plugin::ModelAt::kBody;
    for (const Range& range : call.facts().model_ranges) {
      sendable.splices.push_back(
          {range, is_json ? json_string(raw.model) : std::string(raw.model)});
    }
  }
  return sendable;
}

bool run_raw_lane(Call& call, Chain& chain, Reply& reply, const RawCall& raw) {
  return RawLane(call, chain, reply, raw).run();
}

}  // namespace abv::lane
