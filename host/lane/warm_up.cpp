#include "host/lane/warm_up.hpp"

#include <charconv>
#include <chrono>
#include <utility>

#include "abv/sdk/chat_json.hpp"
#include "host/lane/answer_judgement.hpp"
#include "host/lane/converted_request.hpp"
#include "host/lane/lane_choice.hpp"
#include "host/lane/outgoing.hpp"
#include "host/lane/refresher.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"
#include "host/upstream/exchange.hpp"

namespace abv::lane {
namespace {

using account::Attempts;

constexpr Nanos kMostTime = std::chrono::seconds(60);
constexpr std::size_t kJudgedBytes = 64 * 1024;

// OpenAI refuses fewer.
constexpr std::int64_t kMostTokens = 16;

std::string smallest_request(const std::string& model) {
  sdk::chat::Request request;
  request.model = model;
  request.max_tokens = kMostTokens;
  sdk::chat::Part part;
  part.text = "\"ping\"";
  sdk::chat::Message message;
  message.parts.push_back(std::move(part));
  request.messages.push_back(std::move(message));
  return sdk::chat::write_chat(request);
}

class WarmUp {
 public:
  WarmUp(const Site& site, const Target& target, const std::string& account,
         const std::string& model, const Clock& clock, net::AbortHandle& abort)
      : site_(site),
        target_(target),
        account_(account),
        model_(model),
        clock_(clock),
        abort_(abort),
        family_(account::model_family(model, target.accounts->settings().families)),
        attempts_(*target.accounts, ask(), patience(), clock.unix_ms()) {}

  WarmedUp run();

 private:
  account::Ask ask() const {
    account::Ask ask;
    ask.model = model_;
    ask.family = family_;
    ask.account = account_;
    ask.is_patient = false;
    return ask;
  }
  static account::Patience patience() {
    account::Patience patience;
    patience.queue_ms = 0;
    patience.most_tries = 2;
    return patience;
  }

  bool write();
  WarmedUp held_back(const Attempts::Next& next) const;
  bool send();
  WarmedUp failed(std::string why) const { return {502, std::move(why), -1}; }

  const Site& site_;
  const Target& target_;
  const std::string& account_;
  const std::string& model_;
  const Clock& clock_;
  net::AbortHandle& abort_;
  const std::string family_;
  Attempts attempts_;
  ConvertedRequest request_;
  plugin::Attempt attempt_;
  std::optional<WarmedUp> last_;
};

// In the upstream's dialect. False when `last_` says why that cannot be.
bool WarmUp::write() {
  plugin::Endpoint chat;
  chat.operation = chat.canonical = "chat";
  const plugin::Endpoint* endpoint = converted_endpoint(target_, chat);
  if (endpoint == nullptr) {
    last_ = WarmedUp{400, "provider \"" + target_.name + "\" has no conversations", -1};
    return false;
  }
  attempt_.operation = endpoint->operation;
  attempt_.dialect = target_.dialect->name();
  attempt_.model = model_;
  attempt_.method = "POST";
  std::vector<record::Loss> losses;
  LossCollector collector(losses);
  const abv_status status =
      target_.dialect->encode_request(smallest_request(model_), attempt_, request_, collector);
  if (plugin::failed(status) || request_.path().empty()) {
    last_ = failed("dialect \"" + target_.dialect->name() + "\" could not write the request");
    return false;
  }
  attempt_.path = request_.path();
  attempt_.query = request_.query();
  attempt_.body = request_.body();
  return true;
}

WarmedUp WarmUp::held_back(const Attempts::Next& next) const {
  WarmedUp result{429, "account \"" + account_ + "\" cannot be used: " + next.explanation.text(),
                  -1};
  if (next.until_ms > 0) {
    result.retry_after_ms = std::max<std::int64_t>(0, next.until_ms - clock_.unix_ms());
  }
  return result;
}

WarmedUp WarmUp::run() {
  if (!write()) {
    return *last_;
  }
  while (true) {
    const Attempts::Next next = attempts_.next(clock_.unix_ms());
    if (next.kind != Attempts::Next::Kind::kSend) {
      return last_ ? *last_ : held_back(next);
    }
    if (next.needs_refresh && site_.refresher != nullptr) {
      auto fresh = site_.refresher->refresh(target_, attempts_.account());
      if (!fresh) {
        attempts_.could_not_refresh();
        last_ = failed(fresh.error().message);
        continue;
      }
      attempts_.refreshed(std::move(fresh).value());
    }
    if (!send()) {
      return *last_;
    }
  }
}

// One try. True when there may be another one.
bool WarmUp::send() {
  account::Account& account = *attempts_.account();
  plugin::Account seen = account.view();
  attempt_.account = seen.kind.empty() ? nullptr : &seen;
  attempt_.number = attempts_.tries();
  const std::string agent = "abv-host/" + site_.version;
  std::vector<abv_header> headers = request_.header_views();
  headers.push_back({plugin::view("content-type"), plugin::view("application/json")});
  headers.push_back({plugin::view("user-agent"), plugin::view(agent)});
  Outgoing outgoing(request_.method(), headers, request_.body(), &account);
  const std::vector<abv_header> sent = outgoing.header_views();
  attempt_.headers = sent;
  std::vector<std::string_view> body;
  const abv_status status = target_.provider->prepare(attempt_, outgoing);
  const Result<net::Url> url = net::parse_url(outgoing.url());
  const Result<upstream::Pool*> connections = target_.egress->through(account.proxy());
  if (plugin::failed(status) || !url || !connections || !outgoing.body_pieces(body)) {
    last_ = failed("provider \"" + target_.name + "\" could not prepare the request");
    return false;
  }
  upstream::Exchange exchange(**connections, abort_);
  exchange.at_most(kMostTime);
  const Nanos began = clock_.now();
  Result<void> started = exchange.start({outgoing.method(), *url, outgoing.headers()}, body);
  Result<const net::ResponseHead*> head =
      started ? exchange.read_head() : Result<const net::ResponseHead*>(started.error());
  std::optional<Arrival> arrival;
  const Nanos first_byte = clock_.now() - began;
  if (head) {
    arrival.emplace(Arrival{exchange, **head, {}, -1});
    while (!exchange.complete()) {
      const Result<std::string_view> piece = exchange.read_body();
      if (!piece || piece->empty()) {
        break;
      }
      arrival->held.append(*piece, 0, kJudgedBytes - std::min(kJudgedBytes, arrival->held.size()));
    }
  }
  std::string reason;
  account::Answered answered =
      judge_answer(target_, attempt_, arrival ? &*arrival : nullptr, clock_.unix_ms(), reason);
  answered.is_served = arrival && arrival->head.status < 400;
  answered.first_byte_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(first_byte).count();
  const bool goes_on =
      attempts_.judge(answered, clock_.unix_ms()) == Attempts::After::kAgain && !answered.is_served;
  if (answered.is_served) {
    last_ = WarmedUp{200, "warmed up " + model_ + " with account \"" + account_ + "\"", -1};
  } else if (!head) {
    last_ = failed(head.error().message);
  } else {
    last_ =
        WarmedUp{arrival->head.status == 429 ? 429 : 502,
                 "the upstream answered " + std::to_string(arrival->head.status) + ": " + reason,
                 answered.verdict.retry_after_ms};
  }
  return goes_on;
}

std::string key_of(const std::string& account, const std::string& model) {
  return account + '\n' + model;
}

}  // namespace

WarmedUp WarmUps::run(const Site& site, const Target& target, const std::string& account,
                      const std::string& model, net::AbortHandle& abort) {
  const std::string key = key_of(account, model);
  std::shared_ptr<Flight> flight;
  {
    std::unique_lock lock(mutex_);
    if (const auto running = flights_.find(key); running != flights_.end()) {
      flight = running->second;
      flight->landed.wait(lock, [&] { return flight->result.has_value(); });
      return *flight->result;
    }
    flight = std::make_shared<Flight>();
    flights_.emplace(key, flight);
  }
  const WarmedUp result = WarmUp(site, target, account, model, clock_, abort).run();
  if (result.is_well() && last_) {
    last_->put(key, std::to_string(clock_.unix_ms()));
  }
  {
    const std::lock_guard lock(mutex_);
    flight->result = result;
    flights_.erase(key);
  }
  flight->landed.notify_all();
  return result;
}

std::int64_t WarmUps::last_ms(const std::string& account, const std::string& model) {
  const auto stored = last_ ? last_->get(key_of(account, model)) : std::nullopt;
  std::int64_t at_ms = 0;
  if (stored) {
    std::from_chars(stored->data(), stored->data() + stored->size(), at_ms);
  }
  return at_ms;
}

}  // namespace abv::lane
