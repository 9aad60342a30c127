#include "host/lane/event_lane.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "abv/sdk/chat_json.hpp"
#include "abv/sdk/signature.hpp"
#include "host/lane/converted_request.hpp"
#include "host/lane/history.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/token_estimate.hpp"
#include "host/lane/turn_memory.hpp"
#include "host/lane/usage_note.hpp"
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
        client_(what.route->dialect),
        is_foreign_(family_of(client_.name()) != family_of(what.upstream->name())),
        losses_(call.record().losses) {}

  void run();

  // The upstream's answer.
  void take(Arrival& arrival) override;

  // Its events.
  abv_status emit(const abv_event& event) override;

 private:
  bool convert();
  bool decode_request(std::string& canonical);
  void mend_history(std::string& canonical);
  void note_estimate(const std::string& canonical);
  bool encode_request(const std::string& canonical);
  bool is_loss_tolerable();
  abv_status emit_signature(const abv_event& event);
  bool is_converted() const;
  abv_status mark_unsigned(const abv_event& event);
  abv_status emit_usage(const abv_event& event);
  Sendable sendable();
  void fail_plugin(const plugin::Instance& plugin, abv_status status, const char* step);

  void pass_on_error(Arrival& arrival);
  bool open_decoder(std::string_view begin, std::string_view content_type);
  bool decode(std::string_view bytes);
  void finish();
  void end_badly(abv_status status);

  Call& call_;
  Reply& reply_;
  const EventCall& what_;
  const plugin::Dialect& client_;
  const bool is_foreign_;  // the families differ
  LossCollector losses_;
  ConvertedRequest request_;
  std::vector<abv_header> headers_;
  std::string agent_;
  plugin::Decoder decoder_;
  TurnMemory::Recorder turn_;
  std::optional<std::uint32_t> unsigned_part_;  // of reasoning that is being told
  std::int64_t estimated_tokens_ = 0;           // of the request; 0: not estimated
  std::optional<CallError> told_;               // by an ERROR event
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

void EventLane::run() {
  reply_.may_commit();
  if (what_.as_it_is != nullptr) {
    send_upstream(call_, reply_, *what_.as_it_is, *this);
    return;
  }
  const Nanos before = call_.clock().now();
  const bool is_converted = convert();
  call_.record().timings.convert += call_.clock().now() - before;
  if (is_converted && is_loss_tolerable()) {
    const Sendable request = sendable();
    send_upstream(call_, reply_, request, *this);
  }
}

bool EventLane::convert() {
  std::string canonical;
  if (!decode_request(canonical)) {
    return false;
  }
  mend_history(canonical);
  note_estimate(canonical);
  return encode_request(canonical);
}

// What the count_tokens of this model learns from. One in some requests is enough, and spares the
// others the reading.
void EventLane::note_estimate(const std::string& canonical) {
  constexpr std::uint64_t kOneIn = 8;
  if (what_.site->calibration == nullptr || !what_.site->calibration->is_due(kOneIn)) {
    return;
  }
  try {
    sdk::json::Document document;
    estimated_tokens_ = estimate_tokens(sdk::chat::read_chat(canonical, document));
  } catch (const sdk::Failure&) {
    estimated_tokens_ = 0;
  }
}

// Only a history with tool calls or signatures in it can lack any.
void EventLane::mend_history(std::string& canonical) {
  const Experiments& experiments = what_.site->experiments;
  const bool is_wanted =
      what_.site->turns != nullptr || experiments.recovers_tool_loops || experiments.checks_models;
  if (!is_wanted || (canonical.find("\"tool_call\"") == std::string::npos &&
                     canonical.find("\"tool_result\"") == std::string::npos &&
                     canonical.find("\"origin\"") == std::string::npos)) {
    return;
  }
  const std::string_view family = family_of(what_.upstream->name());
  sdk::json::Document document;
  std::size_t changes = 0;
  std::string mended;
  try {
    sdk::chat::Request request = sdk::chat::read_chat(canonical, document);
    if (what_.site->turns != nullptr) {
      changes += what_.site->turns->complete(request, call_.get("principal"), family);
    }
    if (experiments.recovers_tool_loops) {
      changes += recover_tool_loop(request, losses_);
    }
    if (experiments.checks_models) {
      changes += drop_other_models(request, family, what_.model, losses_);
    }
    if (changes > 0) {
      mended = sdk::chat::write_chat(request);
    }
  } catch (const sdk::Failure&) {
    return;  // whoever encodes it says what is wrong with it
  }
  if (changes > 0) {
    canonical = std::move(mended);
  }
}

void EventLane::fail_plugin(const plugin::Instance& plugin, abv_status status, const char* step) {
  if (std::optional<CallError> told = call_.take_failure()) {
    reply_.fail(*told);
    return;
  }
  reply_.fail(CallError::make(status == ABV_E_UNSUPPORTED || status == ABV_E_INVALID ? 400 : 502,
                              status, "conversion_failed",
                              "dialect \"" + plugin.name() + "\" could not " + step +
                                  " the request (" + plugin::status_name(status) + ")"));
}

bool EventLane::decode_request(std::string& canonical) {
  const abv_status status = client_.decode_request(call_.table(), canonical, losses_);
  if (plugin::failed(status)) {
    fail_plugin(client_.instance(), status, "read");
  }
  return !plugin::failed(status);
}

bool EventLane::encode_request(const std::string& canonical) {
  plugin::Attempt attempt;
  attempt.stream = call_.facts().is_stream;
  attempt.operation = what_.endpoint->operation;
  attempt.dialect = what_.upstream->name();
  attempt.model = what_.model;
  attempt.method = "POST";
  const abv_status status = what_.upstream->encode_request(canonical, attempt, request_, losses_);
  if (plugin::failed(status) || request_.path().empty()) {
    fail_plugin(what_.upstream->instance(), status, "write");
    return false;
  }
  return true;
}

// A route may ask for all or nothing. What was only filled in is no loss.
bool EventLane::is_loss_tolerable() {
  const std::vector<record::Loss>& losses = call_.record().losses;
  const auto is_real = [](const record::Loss& loss) { return loss.what != "defaulted"; };
  const auto first = std::find_if(losses.begin(), losses.end(), is_real);
  if (!what_.route->refuses_loss || first == losses.end()) {
    return true;
  }
  constexpr int kShown = 5;
  std::string message = "route \"" + what_.route->name +
                        "\" refuses what cannot be converted whole (on_loss: refuse): ";
  int shown = 0;
  for (auto loss = first; loss != losses.end(); ++loss) {
    if (!is_real(*loss)) {
      continue;
    }
    if (++shown > kShown) {
      message += ", …";
      break;
    }
    message +=
        (shown > 1 ? ", " : "") + loss->path + " would be " + loss->what + " (" + loss->why + ")";
  }
  CallError error = CallError::make(400, ABV_E_UNSUPPORTED, "lossy_conversion", message);
  error.param = first->path;
  reply_.fail(error);
  return false;
}

// Of the client's headers none: they are words of another protocol, or say who the client is.
Sendable EventLane::sendable() {
  agent_ = "abv-host/" + what_.site->version;
  headers_ = request_.header_views();
  headers_.push_back({plugin::view("content-type"), plugin::view("application/json")});
  headers_.push_back(
      {plugin::view("accept"),
       plugin::view(call_.facts().is_stream ? "text/event-stream" : "application/json")});
  headers_.push_back({plugin::view("user-agent"), plugin::view(agent_)});
  Sendable sendable;
  sendable.target = what_.target;
  sendable.operation = what_.endpoint->operation;
  sendable.dialect = what_.upstream->name();
  sendable.model = what_.model;
  sendable.method = request_.method();
  sendable.path = request_.path();
  sendable.query = request_.query();
  sendable.body = request_.body();
  sendable.headers = headers_;
  return sendable;
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
  plugin::CodecParams params;
  params.form = is_json || !call_.facts().is_stream ? plugin::Form::kWhole : plugin::Form::kStream;
  if (content_type.starts_with("text/event-stream")) {
    params.form = plugin::Form::kStream;
  }
  params.operation = what_.endpoint->operation;
  params.model = what_.model;
  params.id = call_.id();
  Result<plugin::Decoder> opened = what_.upstream->open_decoder(params);
  if (!opened) {
    reply_.fail(CallError::make(502, ABV_E_INTERNAL, "conversion_failed", opened.error().message));
    return false;
  }
  decoder_ = std::move(opened).value();
  return true;
}

bool EventLane::decode(std::string_view bytes) {
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
    call_.cancel();
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
  Result<std::string_view> piece = std::string_view();
  while (!arrival.exchange.complete()) {
    piece = arrival.exchange.read_body();
    if (!piece) {
      reply_.fail(CallError::of_upstream(piece.error()));
      return;
    }
    if (piece->empty()) {
      break;
    }
    if (!decoder_ && !open_decoder(*piece, arrival.head.get("content-type"))) {
      return;
    }
    if (!decode(*piece)) {
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
  if (estimated_tokens_ > 0) {
    what_.site->calibration->observe(what_.model, estimated_tokens_,
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
  if (const abv_status status = mark_unsigned(event); plugin::failed(status)) {
    return status;
  }
  if (event.kind == ABV_EVENT_SIGNATURE && is_foreign_) {
    return emit_signature(event);
  }
  return event.kind == ABV_EVENT_USAGE && what_.site->experiments.usage_scale < 1
             ? emit_usage(event)
             : reply_.emit(event);
}

// Into another format than the client's, of another vendor or of the same.
bool EventLane::is_converted() const {
  return is_foreign_ || (what_.as_it_is == nullptr &&
                         plugin::text(call_.table().operation) != what_.endpoint->operation);
}

// Reasoning that its vendor does not sign gets a mark of its own when it ends, before the next
// event: some clients throw away what has no signature, and the upstream wants it back.
abv_status EventLane::mark_unsigned(const abv_event& event) {
  if (!is_converted() || event.choice != 0 || event.kind == ABV_EVENT_START ||
      event.kind == ABV_EVENT_USAGE || event.kind == ABV_EVENT_PING) {
    return ABV_OK;
  }
  const std::optional<std::uint32_t> open = unsigned_part_;
  unsigned_part_ = event.kind == ABV_EVENT_REASONING ? std::optional(event.index) : std::nullopt;
  const bool is_its_signature = event.kind == ABV_EVENT_SIGNATURE && open == event.index;
  if (!open || open == unsigned_part_ || is_its_signature) {
    return ABV_OK;
  }
  abv_event mark{};
  mark.size = sizeof mark;
  mark.kind = ABV_EVENT_SIGNATURE;
  mark.index = *open;
  return emit_signature(mark);
}

// Wrapped, so that the client's next request tells whose it is.
abv_status EventLane::emit_signature(const abv_event& event) {
  const std::string wrapped = sdk::wrap_signature(
      {std::string(family_of(what_.upstream->name())), std::string(what_.model),
       (event.flags & ABV_EVENT_REDACTED) != 0, std::string(plugin::text(event.text))});
  abv_event own = event;
  own.text = plugin::view(wrapped);
  own.raw_json = {};
  return reply_.emit(own);
}

// The record keeps what was really used.
abv_status EventLane::emit_usage(const abv_event& event) {
  if (event.usage == nullptr) {
    return reply_.emit(event);
  }
  const double scale = what_.site->experiments.usage_scale;
  const auto scaled = [&](std::int64_t tokens) {
    return tokens < 0 ? tokens : static_cast<std::int64_t>(static_cast<double>(tokens) * scale);
  };
  abv_usage usage = *event.usage;
  usage.input_tokens = scaled(usage.input_tokens);
  usage.cache_read_tokens = scaled(usage.cache_read_tokens);
  usage.cache_write_tokens = scaled(usage.cache_write_tokens);
  abv_event own = event;
  own.usage = &usage;
  own.raw_json = {};
  const abv_status status = reply_.emit(own);
  note_usage(event, call_.record());
  return status;
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
  plugin::CodecParams params;
  params.form = plugin::Form::kWhole;
  params.wanted = ABV_EVENT_BIT(ABV_EVENT_ERROR);
  params.operation = what_.endpoint->operation;
  params.model = what_.model;
  params.id = call_.id();
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

void run_event_lane(Call& call, Reply& reply, const EventCall& event_call) {
  EventLane(call, reply, event_call).run();
}

}  // namespace abv::lane
