#include "host/lane/event_lane.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "host/lane/converted_events.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/request_conversion.hpp"
#include "host/lane/token_estimate.hpp"
#include "host/lane/turn_memory.hpp"
#include "host/lane/usage_note.hpp"
#include "host/net/sse.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

// More of a failed answer is not looked at.
constexpr std::size_t kErrorBytes = std::size_t{1} << 20;

// How much of an answer that cannot be read is shown.
constexpr std::size_t kShownBytes = 200;

class EventLane final : public ArrivalSink, public plugin::EventSink {
 public:
  EventLane(Call& call, Reply& reply, const EventCall& what)
      : call_(call),
        reply_(reply),
        what_(what),
        conversion_(call, what),
        events_(call, reply, what) {}

  bool run();

  // The upstream's answer.
  void take(Arrival& arrival) override;

  // Its events.
  abv_status emit(const abv_event& event) override;

 private:
  void pass_on_error(Arrival& arrival);
  plugin::CodecParams decoder_params(plugin::Form form) const;
  bool open_decoder(std::string_view begin, std::string_view content_type);
  bool decode(std::string_view bytes, const Arrival& arrival);
  void finish();
  void end_badly(abv_status status);

  Call& call_;
  Reply& reply_;
  const EventCall& what_;
  RequestConversion conversion_;
  ConvertedEvents events_;
  plugin::Decoder decoder_;
  TurnMemory::Recorder turn_;
  std::optional<CallError> told_;  // by an ERROR event
  bool is_error_answer_ = false;
};

CallError unreadable(std::string message) {
  return CallError::make(502, ABV_E_IO, "upstream_failed", std::move(message));
}

// Whole seconds; dates are left to providers.
std::int64_t retry_after_of(const net::ResponseHead& head) {
  const std::string_view text = head.get("retry-after");
  std::int64_t seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return is_number && seconds >= 0 && seconds < 1'000'000 ? seconds * 1000 : -1;
}

bool EventLane::run() {
  reply_.may_commit();
  if (what_.as_it_is != nullptr) {
    return send_upstream(call_, reply_, *what_.site, *what_.as_it_is, *this);
  }
  const Nanos before = call_.clock().now();
  std::optional<CallError> refusal = conversion_.convert();
  call_.record().timings.convert += call_.clock().now() - before;
  if (!refusal) {
    refusal = conversion_.intolerable_loss();
  }
  if (refusal) {
    if (what_.has_alternative && !reply_.sent() && refusal->code == ABV_E_UNSUPPORTED) {
      return false;
    }
    reply_.fail(*refusal);
    return true;
  }
  const Sendable request = conversion_.sendable();
  return send_upstream(call_, reply_, *what_.site, request, *this);
}

plugin::CodecParams EventLane::decoder_params(plugin::Form form) const {
  plugin::CodecParams params;
  params.form = form;
  params.operation = what_.endpoint->operation;
  params.model = what_.model;
  params.id = call_.id();
  return params;
}

// By its first byte where the content type does not say: some servers stream JSON, some send events
// as plain text.
bool EventLane::open_decoder(std::string_view begin, std::string_view content_type) {
  const std::size_t first = begin.find_first_not_of(" \t\r\n");
  const char c = first == std::string_view::npos ? '\0' : begin[first];
  const bool is_json = c == '{' || c == '[';
  if (c == '<') {
    reply_.fail(
        unreadable("the upstream answered with \"" + std::string(content_type) +
                   "\" instead of JSON or events: " + std::string(begin.substr(0, kShownBytes))));
    return false;
  }
  const bool is_stream = content_type.starts_with("text/event-stream") ||
                         (call_.facts().is_stream && !is_json) ||
                         (content_type.empty() && net::begins_like_events(begin));
  Result<plugin::Decoder> opened = what_.upstream->open_decoder(
      decoder_params(is_stream ? plugin::Form::kStream : plugin::Form::kWhole));
  if (!opened) {
    reply_.fail(CallError::make(502, ABV_E_INTERNAL, "conversion_failed", opened.error().message));
    return false;
  }
  decoder_ = std::move(opened).value();
  return true;
}

bool EventLane::decode(std::string_view bytes, const Arrival& arrival) {
  if (bytes.empty()) {
    return true;
  }
  if (!decoder_ && !open_decoder(bytes, arrival.head.get("content-type"))) {
    return false;
  }
  const abv_status status = decoder_.decode(bytes, *this);
  if (plugin::failed(status)) {
    end_badly(status);
  }
  return !plugin::failed(status);
}

void EventLane::end_badly(abv_status status) {
  if (told_) {
    reply_.fail(*told_);
  } else if (call_.cancelled()) {
    reply_.fail(CallError::make(499, ABV_E_CANCELLED, "cancelled", "the client has left"));
  } else if (!reply_.event_fault().empty()) {
    reply_.fail(unreadable("the upstream's answer is out of order: " + reply_.event_fault()));
  } else if (status == ABV_E_INVALID) {
    reply_.fail(unreadable("the upstream's answer is not what \"" + what_.upstream->name() +
                           "\" answers look like"));
  } else {
    reply_.fail(unreadable(std::string("the upstream's answer could not be converted (") +
                           plugin::status_name(status) + ")"));
  }
}

void EventLane::take(Arrival& arrival) {
  if (arrival.head.status < 200 || arrival.head.status >= 300) {
    pass_on_error(arrival);
    return;
  }
  if (!decode(arrival.held, arrival)) {
    return;
  }
  while (!arrival.exchange.complete()) {
    const Result<std::string_view> piece = arrival.exchange.read_body();
    if (!piece) {
      reply_.fail(CallError::of_upstream(piece.error()));
      return;
    }
    if (piece->empty()) {
      break;
    }
    if (!decode(*piece, arrival)) {
      return;
    }
  }
  finish();
}

void EventLane::finish() {
  if (!decoder_) {
    reply_.fail(unreadable("the upstream's answer is empty"));
    return;
  }
  const abv_status status = decoder_.finish(*this);
  if (plugin::failed(status) && !told_ && status == ABV_E_INVALID && reply_.event_fault().empty()) {
    reply_.fail(CallError::make(502, ABV_E_IO, "upstream_incomplete",
                                "the upstream's answer ended before it was complete"));
    return;
  }
  if (plugin::failed(status)) {
    end_badly(status);
    return;
  }
  if (conversion_.estimated_tokens() > 0) {
    what_.site->calibration->observe(what_.model, conversion_.estimated_tokens(),
                                     call_.record().usage.input_tokens);
  }
  // Before the client has the end and can ask again.
  if (what_.site->turns != nullptr) {
    what_.site->turns->remember(turn_, call_.get("principal"), family_of(what_.upstream->name()),
                                what_.model);
  }
  if (!reply_.complete() && !call_.cancelled()) {
    reply_.fail(CallError::make(502, ABV_E_IO, "upstream_incomplete",
                                "the upstream's answer ended before it was complete"));
  }
}

abv_status EventLane::emit(const abv_event& event) {
  if (event.kind == ABV_EVENT_ERROR) {
    note_usage(event, call_.record());
    const int status =
        event.number >= 400 && event.number <= 599 ? static_cast<int>(event.number) : 502;
    told_ = CallError::make(status, ABV_E_IO, plugin::text(event.name),
                            std::string(plugin::text(event.text)));
    told_->detail_json = plugin::text(event.raw_json);
    return ABV_E_IO;
  }
  if (is_error_answer_) {
    return ABV_OK;  // what else is in the body of an error
  }
  turn_.see(event);
  return events_.emit(event);
}

// An error of the upstream, in the client's words.
void EventLane::pass_on_error(Arrival& arrival) {
  std::string& body = arrival.held;
  while (!arrival.exchange.complete() && body.size() < kErrorBytes) {
    const Result<std::string_view> piece = arrival.exchange.read_body();
    if (!piece || piece->empty()) {
      break;  // what is there has to do
    }
    body += *piece;
  }
  is_error_answer_ = true;
  plugin::CodecParams params = decoder_params(plugin::Form::kWhole);
  params.wanted = ABV_EVENT_BIT(ABV_EVENT_ERROR);
  if (Result<plugin::Decoder> opened = what_.upstream->open_decoder(params)) {
    decoder_ = std::move(opened).value();
    if (!plugin::failed(decoder_.decode(body, *this))) {
      (void)decoder_.finish(*this);
    }
  }
  const int status = arrival.head.status < 400 ? 502 : arrival.head.status;
  CallError error = told_.value_or(
      CallError::make(status, ABV_E_IO, "upstream_failed",
                      "the upstream answered with status " + std::to_string(arrival.head.status) +
                          (body.empty() ? "" : ": " + body.substr(0, kShownBytes))));
  error.http_status = status;
  error.retry_after_ms =
      arrival.retry_after_ms >= 0 ? arrival.retry_after_ms : retry_after_of(arrival.head);
  reply_.fail(error);
}

}  // namespace

bool run_event_lane(Call& call, Reply& reply, const EventCall& event_call) {
  return EventLane(call, reply, event_call).run();
}

void take_as_events(Call& call, Reply& reply, const EventCall& event_call, Arrival& arrival) {
  EventLane(call, reply, event_call).take(arrival);
}

}  // namespace abv::lane
