#include "host/lane/runner.hpp"

#include <array>
#include <atomic>
#include <cstdio>
#include <random>
#include <utility>

#include "abv/sdk/signature.hpp"
#include "abv/sdk/text.hpp"
#include "host/base/json_text.hpp"
#include "host/lane/call_answers.hpp"
#include "host/lane/count_lane.hpp"
#include "host/lane/dialect_guess.hpp"
#include "host/lane/event_lane.hpp"
#include "host/lane/handler_lane.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/model_catalogue.hpp"
#include "host/lane/model_choice.hpp"
#include "host/lane/model_listing.hpp"
#include "host/lane/named_account.hpp"
#include "host/lane/raw_lane.hpp"
#include "host/lane/request_reading.hpp"
#include "host/lane/session_key.hpp"
#include "host/lane/stored_lane.hpp"
#include "host/lane/traffic.hpp"
#include "host/lane/upgrade.hpp"
#include "host/lane/warm_up_call.hpp"

namespace abv::lane {
namespace {

// Unique in this process and, by its random start, between processes. Not a secret.
std::string new_request_id() {
  static const std::uint64_t salt =
      (std::uint64_t{std::random_device{}()} << 32) | std::uint64_t{std::random_device{}()};
  static std::atomic<std::uint64_t> counter{0};
  // An odd multiplier visits every value once, so ids do not repeat.
  const std::uint64_t mixed =
      salt + counter.fetch_add(1, std::memory_order_relaxed) * 0x9E3779B97F4A7C15u;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "req_%016llx", static_cast<unsigned long long>(mixed));
  return text.data();
}

// One request on its way; the steps stand in the order in which they happen.
class Run {
 public:
  // `path` is normalised, or the reason why it cannot be; then the call is refused.
  Run(const Site& site, const ClientRequest& request, const Clock& clock,
      record::RecordQueue& records, const Result<std::string>& path, std::string_view sent_path,
      std::string_view query);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Also when a step throws: whoever watches the client must not reach into a call that is gone.
  ~Run() { request_.departure->forget(); }

  bool go();

 private:
  void find_endpoint();
  route::RouteTable::Match find(std::string_view method) const;
  void steps();
  bool passes(Passage passage);
  void answer_unrouted();
  bool read();
  void dispatch();
  void offer_answers();
  void withdraw_answers();
  bool is_answered_from_store();
  void dispatch_model();
  void map_name();
  std::uint64_t share();
  bool is_conversion_needed(const Target& target) const;
  bool run_candidate(const Candidate& candidate, bool has_alternative);
  bool run_upstream(const Candidate& candidate, bool has_alternative);
  void finish();

  const Site& site_;
  const ClientRequest& request_;
  const Clock& clock_;
  record::RecordQueue& records_;
  const Nanos began_;
  Call call_;
  Traffic::Entry entry_;
  ReplyWriter writer_;
  Chain chain_;
  Reply reply_;
  std::string path_fault_;  // empty when the path is good
  route::RouteTable::Match match_;
  const Endpoint* endpoint_ = nullptr;
  const plugin::Dialect* dialect_ = nullptr;
  std::optional<CallAnswers> answers_;  // of a dialect that refers to kept ones
};

Run::Run(const Site& site, const ClientRequest& request, const Clock& clock,
         record::RecordQueue& records, const Result<std::string>& path, std::string_view sent_path,
         std::string_view query)
    : site_(site),
      request_(request),
      clock_(clock),
      records_(records),
      began_(clock.now()),
      call_(request, path ? *path : std::string(sent_path), std::string(query), new_request_id(),
            clock),
      entry_(*site.traffic, call_),
      writer_(*request.stream, clock,
              ReplyTerms{request.minor_version, request.method == "HEAD", request.keep_alive,
                         request.keep_alive_seconds, request.sink}),
      chain_(site.middlewares, call_),
      reply_(call_, writer_, chain_, site),
      path_fault_(path ? std::string() : path.error().message) {
  record::CallRecord& record = call_.record();
  record.start_unix_ms = clock.unix_ms();
  record.method = request.method;
  record.path = call_.path();
  record.peer = request.peer;
  record.session = request.session;
  record.trace_parent = request.header("traceparent");
  if (!request.session.empty()) {
    (void)call_.set("session", request.session);
  }
}

bool Run::go() {
  find_endpoint();
  steps();
  request_.departure->forget();
  finish();
  return writer_.keep_alive();
}

void Run::find_endpoint() {
  if (path_fault_.empty()) {
    // A WebSocket is another way to an endpoint of requests.
    const std::string_view method = request_.upgrade != nullptr ? "POST" : request_.method;
    match_ = find(method);
  }
  if (match_.entry != nullptr) {
    endpoint_ = &site_.endpoints[match_.entry->target];
  }
  std::string_view route_name;
  if (endpoint_ != nullptr && endpoint_->route != nullptr) {
    dialect_ = &endpoint_->route->dialect;
    route_name = endpoint_->route->name;
  } else {
    dialect_ = guess_dialect(site_, request_, call_.path());
  }
  reply_.set_dialect(dialect_);
  const std::string_view operation =
      endpoint_ == nullptr ? std::string_view() : std::string_view(endpoint_->described.operation);
  const std::string_view dialect = dialect_ == nullptr ? "" : std::string_view(dialect_->name());
  call_.set_endpoint(operation, dialect, route_name);
  record::CallRecord& record = call_.record();
  record.operation = operation;
  record.dialect = dialect;
  record.route = route_name;
  record.timings.route = clock_.now() - began_;
}

route::RouteTable::Match Run::find(std::string_view method) const {
  return site_.table->find(method, call_.path(), [this](std::string_view name) {
    return !request_.header(name).empty();
  });
}

bool Run::passes(Passage passage) {
  if (passage == Passage::kFailed) {
    reply_.fail(chain_.failure());
  } else if (passage == Passage::kAnswered && !reply_.complete()) {
    reply_.fail(CallError::make(502, ABV_E_INTERNAL, "plugin_no_reply",
                                "a middleware claimed to have answered, but did not"));
  }
  return passage == Passage::kGoOn;
}

void Run::steps() {
  call_.record().lane = "host";
  if (endpoint_ != nullptr && endpoint_->kind == Endpoint::Kind::kWarmUp) {
    run_warm_up_call(call_, reply_, site_, entry_, request_);
    return;
  }
  if (!passes(chain_.open()) || !passes(chain_.on_head(reply_))) {
    return;
  }
  if (endpoint_ == nullptr) {
    answer_unrouted();
    return;
  }
  call_.strip_credentials();
  if (answer_before_body(call_, reply_, site_, endpoint_->described)) {
    return;
  }
  if (endpoint_->kind == Endpoint::Kind::kHealth) {
    (void)reply_.send_whole(200, "application/json",
                            "{\"status\":\"ok\",\"version\":" + json_string(site_.version) + "}");
    return;
  }
  const Nanos before = clock_.now();
  const bool is_read = read();
  call_.record().timings.parse = clock_.now() - before;
  if (is_read && passes(chain_.on_request(reply_))) {
    request_.departure->expect([this] { call_.cancel(); });
    request_.wants_output ? dispatch() : answer_without_content(call_, reply_);
  }
}

bool Run::read() {
  std::optional<CallError> error = read_body(call_, entry_, site_.limits);
  if (!error) {
    error = read_facts(call_, endpoint_->described, match_);
  }
  if (error) {
    reply_.fail(*error);
    return false;
  }
  map_name();
  return true;
}

void Run::answer_unrouted() {
  if (!path_fault_.empty()) {
    reply_.fail(CallError::make(400, ABV_E_INVALID, "invalid_request", path_fault_));
    return;
  }
  if (match_.allowed.empty()) {
    reply_.fail(CallError::make(
        404, ABV_E_NOT_FOUND, "not_found",
        "no route for " + std::string(request_.method) + " " + std::string(call_.path())));
    return;
  }
  const route::Entry* const post = request_.method == "GET" ? find("POST").entry : nullptr;
  if (const std::optional<CallError> wrong = wrong_upgrade(
          call_, site_, post == nullptr ? nullptr : &site_.endpoints[post->target].described)) {
    reply_.fail(*wrong);
    return;
  }
  CallError error = CallError::make(405, ABV_E_UNSUPPORTED, "method_not_allowed",
                                    std::string(request_.method) + " is not allowed on " +
                                        std::string(call_.path()) + ", expected " + match_.allowed);
  error.allowed_methods = match_.allowed;
  reply_.fail(error);
}

void Run::dispatch() {
  if (endpoint_->kind == Endpoint::Kind::kHandler) {
    call_.record().lane = "handler";
    call_.record().provider = endpoint_->target->name;
    run_handler_lane(call_, reply_, *endpoint_->target->handler);
    return;
  }
  if (!endpoint_->described.answer.empty()) {
    (void)reply_.send_whole(200, "application/json", endpoint_->described.answer);
    return;
  }
  const std::string& operation = endpoint_->described.operation;
  if ((operation == "models" || operation == "model") && dialect_->has_encode_models()) {
    list_models(call_, reply_, site_, *endpoint_->route, model_in_path(match_));
    return;
  }
  if (!is_answered_from_store()) {
    dispatch_model();
  }
}

// To a dialect that is to read the request; what goes raw refers to the upstream's answers.
void Run::offer_answers() {
  withdraw_answers();
  if (dialect_->abilities().has_stored && dialect_->has_decode_request()) {
    answers_.emplace(site_.answers.get(), call_, site_.limits.body_bytes);
    call_.offer(ABV_CALL_STORED_ANSWERS, answers_->table());
    reply_.set_answers(&*answers_);
  }
}

// The next candidate may be one that the request goes to as it is.
void Run::withdraw_answers() {
  if (answers_) {
    reply_.set_answers(nullptr);
    call_.offer(ABV_CALL_STORED_ANSWERS, nullptr);
    call_.set_answer_id({});
    answers_.reset();
  }
}

bool Run::is_answered_from_store() {
  if (!endpoint_->described.is_stored || !dialect_->has_decode_request()) {
    return false;
  }
  offer_answers();
  const bool has_upstream =
      resolve(*endpoint_->route, endpoint_->described, call_.facts().model) != nullptr;
  return run_stored_lane(call_, reply_, *dialect_, has_upstream);
}

// What middlewares see in the fact "model.mapped", and may put another name in the place of by the
// fact "model.choice".
void Run::map_name() {
  if (dialect_ != nullptr) {
    call_.set_session_source([this] { return session_key(call_, dialect_->abilities().session); });
  }
  const std::string& asked = call_.facts().model;
  if (asked.empty() || dialect_ == nullptr) {
    return;
  }
  const model::Asker asker{dialect_->name(), call_.get("principal")};
  (void)call_.set("model.mapped", map_model(site_, asker, asked, call_.record().model_trace));
}

// Calls of a conversation go the same way; those that belong to none go anywhere.
std::uint64_t Run::share() {
  const std::string_view session = call_.get("session.key");
  return sdk::fnv1a(session.empty() ? call_.id() : session);
}

void Run::dispatch_model() {
  record::CallRecord& record = call_.record();
  std::string name(call_.get("model.mapped"));
  if (const std::string_view chosen = call_.get("model.choice"); !chosen.empty()) {
    const std::string_view reason = call_.get("model.choice.reason");
    record.model_trace += (record.model_trace.empty() ? "" : "; ") + name + " -> " +
                          std::string(chosen) +
                          (reason.empty() ? "" : " (" + std::string(reason) + ")");
    name = chosen;
  }
  ModelChoice choice = choose_model(site_, *endpoint_->route, endpoint_->described, name,
                                    [this] { return share(); });
  if (!choice.trace.empty()) {
    record.model_trace += (record.model_trace.empty() ? "" : "; ") + choice.trace;
  }
  if (choice.candidates.empty()) {
    reply_.fail(
        unserved(site_, *endpoint_->route, endpoint_->described, call_.facts().model, name));
    return;
  }
  if (auto error =
          choose_named_account(call_, site_, request_.header(kAccountHeader), choice.candidates)) {
    reply_.fail(*error);
    return;
  }
  for (const Candidate& candidate : choice.candidates) {
    if (run_candidate(candidate, &candidate != &choice.candidates.back())) {
      return;
    }
    record.model_trace += "; " + candidate.target->name + "/" + candidate.model +
                          " could not serve it" + (record.error.empty() ? "" : ": " + record.error);
    record.error.clear();
    record.losses.clear();
  }
}

// False: nothing has been told, and the next candidate is to be tried.
bool Run::run_candidate(const Candidate& candidate, bool has_alternative) {
  const Target& target = *candidate.target;
  record::CallRecord& record = call_.record();
  record.provider = target.name;
  record.model_resolved = candidate.model;
  (void)call_.set("provider", target.name);
  (void)call_.set("model.resolved", candidate.model);
  if (target.handler) {
    record.lane = "handler";
    run_handler_lane(call_, reply_, *target.handler);
    return true;
  }
  return run_upstream(candidate, has_alternative);
}

// A history that was made with another vendor holds what this host wrapped for the client to carry,
// and may refer to answers that this host keeps. The vendor whose dialect it is would refuse that,
// so it has to be taken out. Bodies that could not be converted are not looked at.
bool Run::is_conversion_needed(const Target& target) const {
  return is_conversation(endpoint_->described) &&
         can_convert(*dialect_, endpoint_->described, target) &&
         call_.body().text().find(sdk::kWrappedBegin) != std::string_view::npos;
}

bool Run::run_upstream(const Candidate& candidate, bool has_alternative) {
  const Target& target = *candidate.target;
  const std::string& resolved = candidate.model;
  withdraw_answers();
  Lane lane = lane_for(*dialect_, endpoint_->described, target);
  if (lane == Lane::kRaw && is_conversion_needed(target)) {
    lane = Lane::kEvent;
  }
  RawCall raw;
  raw.site = &site_;
  raw.route = endpoint_->route;
  raw.target = &target;
  raw.dialect = dialect_;
  raw.endpoint = &endpoint_->described;
  raw.model = resolved;
  raw.has_alternative = has_alternative;
  raw.is_renamed = resolved != call_.facts().model;
  raw.path = raw.is_renamed && raw.endpoint->model_at == plugin::ModelAt::kPath
                 ? match_.pattern->with_parameter(call_.path(), "model", resolved)
                 : std::string(call_.path());
  // Between equals, what is no conversation has answers that events do not hold whole.
  const bool is_renamed_back = raw.is_renamed && site_.names.renames_back;
  const bool needs_decoding =
      chain_.changes_events() || is_renamed_back || !target.provider->abilities().is_raw;
  const bool is_answer_changed =
      needs_decoding && is_conversation(*raw.endpoint) && dialect_->has_encoder();
  if (lane == Lane::kRaw && !is_answer_changed) {
    call_.record().lane = "raw";
    return run_raw_lane(call_, chain_, reply_, raw);
  }
  offer_answers();
  if (lane == Lane::kCount) {
    call_.record().lane = "host";
    run_count_lane(call_, reply_, site_, *dialect_, resolved);
    return true;
  }
  call_.record().lane = "event";
  EventCall converted;
  converted.site = &site_;
  converted.route = endpoint_->route;
  converted.target = &target;
  converted.model = resolved;
  converted.has_alternative = has_alternative;
  if (lane == Lane::kRaw) {
    const Sendable as_it_is = raw_sendable(call_, raw);
    converted.upstream = dialect_;
    converted.endpoint = &endpoint_->described;
    converted.as_it_is = &as_it_is;
    return run_event_lane(call_, reply_, converted);
  }
  converted.upstream = &*target.dialect;
  converted.endpoint = converted_endpoint(target, endpoint_->described);
  if (answers_ && converted.upstream->name() == dialect_->name() &&
      converted.endpoint->operation == endpoint_->described.operation) {
    answers_->let_upstream_know();
  }
  return run_event_lane(call_, reply_, converted);
}

void Run::finish() {
  record::CallRecord& record = call_.record();
  record.id = call_.id();
  record.principal = call_.get("principal");
  record.status = writer_.sent() ? writer_.status() : 0;
  record.bytes_out = writer_.body_bytes();
  record.timings.write = writer_.write_time();
  record.timings.total = clock_.now() - began_;
  record.timings.first_byte = writer_.sent() ? writer_.first_byte_at() - began_ : Nanos{0};
  // A client that leaves once it has the whole answer has not cancelled anything.
  if (writer_.finished()) {
    record.outcome = record.status >= 400 ? record::Outcome::kError : record::Outcome::kOk;
  } else {
    record.outcome = call_.cancelled() ? record::Outcome::kCancelled : record::Outcome::kBroken;
  }

  abv_usage usage{};
  usage.size = sizeof usage;
  usage.input_tokens = record.usage.input_tokens;
  usage.output_tokens = record.usage.output_tokens;
  usage.cache_read_tokens = record.usage.cache_read_tokens;
  usage.cache_write_tokens = record.usage.cache_write_tokens;
  usage.reasoning_tokens = record.usage.reasoning_tokens;
  plugin::Outcome outcome;
  outcome.http_status = record.status;
  outcome.status = writer_.finished() ? ABV_OK : call_.cancelled() ? ABV_E_CANCELLED : ABV_E_IO;
  outcome.duration_ns = record.timings.total.count();
  outcome.bytes_in = static_cast<std::int64_t>(record.bytes_in);
  outcome.bytes_out = static_cast<std::int64_t>(record.bytes_out);
  outcome.usage = usage.output_tokens >= 0 || usage.input_tokens >= 0 ? &usage : nullptr;
  chain_.close(outcome);
  chain_.note_times(record.timings);
  records_.push(call_.take_record());
}

}  // namespace

bool Runner::run(const Site& site, const ClientRequest& request) {
  const std::size_t mark = request.target.find('?');
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : request.target.substr(mark + 1);
  const std::string_view sent_path = request.target.substr(0, mark);
  return Run(site, request, clock_, records_, route::normalise_path(sent_path), sent_path, query)
      .go();
}

}  // namespace abv::lane
