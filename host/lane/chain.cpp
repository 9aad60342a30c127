#include "host/lane/chain.hpp"

#include "host/lane/reply.hpp"
#include "host/plugin/status.hpp"

namespace abv::lane {
namespace {

// Adds the time until its end to a sum.
class Stopwatch {
 public:
  Stopwatch(const Clock& clock, Nanos& sum) : clock_(clock), sum_(sum), began_(clock.now()) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { sum_ += clock_.now() - began_; }

 private:
  const Clock& clock_;
  Nanos& sum_;
  Nanos began_;
};

}  // namespace

Chain::Chain(std::span<const plugin::Middleware> middlewares, Call& call) : call_(call) {
  links_.reserve(middlewares.size());
  for (const plugin::Middleware& middleware : middlewares) {
    links_.push_back(Link{&middleware, nullptr, Nanos{0}, false, false});
    wants_events_ |= middleware.events() != plugin::EventAccess::kNone;
    changes_events_ |= middleware.events() == plugin::EventAccess::kChange;
  }
}

Chain::~Chain() {
  plugin::Outcome outcome;
  outcome.status = ABV_E_INTERNAL;
  close(outcome);
}

// A failure of one that fails open is passed over; any other is the call's failure.
bool Chain::tolerates(const Link& link, abv_status status) {
  std::optional<CallError> told = call_.take_failure();
  if (link.middleware->fails_open()) {
    return true;
  }
  failure_ = told ? std::move(*told)
                  : CallError::of_silent_plugin(link.middleware->instance().name(), status);
  return false;
}

Passage Chain::open() {
  for (Link& link : links_) {
    if (!link.middleware->instance().in_service()) {
      if (tolerates(link, ABV_E_INTERNAL)) {
        continue;
      }
      failure_ = CallError::make(503, ABV_E_INTERNAL, "plugin_out_of_service",
                                 "middleware \"" + link.middleware->instance().name() +
                                     "\" is out of service after repeated failures");
      return Passage::kFailed;
    }
    const Stopwatch watch(call_.clock(), link.spent);
    const abv_status status = link.middleware->open(call_.table(), link.state);
    if (!plugin::failed(status)) {
      link.is_opened = true;
    } else if (!tolerates(link, status)) {
      return Passage::kFailed;
    }
  }
  return Passage::kGoOn;
}

Passage Chain::run_request_hook(Reply& reply, bool is_head) {
  for (Link& link : links_) {
    const bool has_hook =
        is_head ? link.middleware->has_on_head() : link.middleware->has_on_request();
    if (!link.is_opened || !has_hook) {
      continue;
    }
    const Stopwatch watch(call_.clock(), link.spent);
    const abv_status status =
        is_head ? link.middleware->on_head(link.state, call_.table(), call_.edit(), reply)
                : link.middleware->on_request(link.state, call_.table(), call_.edit(), reply);
    if (status == ABV_RESPONDED) {
      return Passage::kAnswered;
    }
    if (plugin::failed(status) && !tolerates(link, status)) {
      return Passage::kFailed;
    }
  }
  return Passage::kGoOn;
}

bool Chain::on_reply_head(plugin::HeadEdit& edit) {
  for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
    if (!link->is_opened || !link->middleware->has_on_reply_head()) {
      continue;
    }
    const Stopwatch watch(call_.clock(), link->spent);
    const abv_status status = link->middleware->on_reply_head(link->state, call_.table(), edit);
    if (plugin::failed(status) && !tolerates(*link, status)) {
      return false;
    }
  }
  return true;
}

void Chain::observe(const abv_event& event) {
  for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
    if (!link->is_opened || link->is_deaf ||
        link->middleware->events() == plugin::EventAccess::kNone) {
      continue;
    }
    const Stopwatch watch(call_.clock(), link->spent);
    link->is_deaf = plugin::failed(link->middleware->on_event(link->state, event, nullptr));
  }
}

// What a changing middleware passes on goes to those nearer to the client.
class Chain::Step final : public plugin::EventSink {
 public:
  Step(Chain& chain, std::size_t position, plugin::EventSink& out)
      : chain_(chain), position_(position), out_(out) {}

  abv_status emit(const abv_event& event) override {
    const abv_status status = chain_.pass_event_from(position_, event, out_);
    failure_ = plugin::failed(status) ? status : failure_;
    return status;
  }

  // Of those behind the middleware: not its own fault.
  abv_status failure() const { return failure_; }

 private:
  Chain& chain_;
  std::size_t position_;
  plugin::EventSink& out_;
  abv_status failure_ = ABV_OK;
};

abv_status Chain::pass_event(const abv_event& event, plugin::EventSink& out) {
  return wants_events_ ? pass_event_from(links_.size(), event, out) : out.emit(event);
}

// `position`: how many middlewares are left to pass.
abv_status Chain::pass_event_from(std::size_t position, const abv_event& event,
                                  plugin::EventSink& out) {
  while (position > 0) {
    Link& link = links_[--position];
    if (!link.is_opened || link.is_deaf ||
        link.middleware->events() == plugin::EventAccess::kNone) {
      continue;
    }
    if (link.middleware->events() == plugin::EventAccess::kObserve) {
      const Stopwatch watch(call_.clock(), link.spent);
      link.is_deaf = plugin::failed(link.middleware->on_event(link.state, event, nullptr));
      continue;
    }
    // Its time includes that of those it passes the event on to.
    Step next(*this, position, out);
    const Stopwatch watch(call_.clock(), link.spent);
    const abv_status status = link.middleware->on_event(link.state, event, &next);
    if (plugin::failed(next.failure())) {
      return next.failure();
    }
    if (!plugin::failed(status) || !tolerates(link, status)) {
      return status;
    }
    link.is_deaf = true;
  }
  return out.emit(event);
}

void Chain::close(const plugin::Outcome& outcome) {
  for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
    if (std::exchange(link->is_opened, false)) {
      const Stopwatch watch(call_.clock(), link->spent);
      link->middleware->close(link->state, outcome);
    }
  }
}

void Chain::note_times(record::Timings& timings) const {
  timings.plugins.reserve(links_.size());
  for (const Link& link : links_) {
    timings.plugins.emplace_back(link.middleware->instance().name(), link.spent);
  }
}

}  // namespace abv::lane
