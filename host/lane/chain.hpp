#pragma once

#include <span>
#include <vector>

#include "host/lane/call.hpp"
#include "host/plugin/middleware.hpp"

namespace abv::lane {

class Reply;

// What the request hooks decided.
enum class Passage {
  kGoOn,
  kAnswered,  // a middleware has answered
  kFailed,    // the failure is in failure()
};

// The middlewares around one call. Request hooks run in the YAML's order, answer hooks in reverse;
// every one that was opened is closed exactly once, by close() at the latest by the destructor.
class Chain {
 public:
  // Both outlive the chain.
  Chain(std::span<const plugin::Middleware> middlewares, Call& call);
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;
  ~Chain();

  Passage open();
  Passage on_head(Reply& reply) { return run_request_hook(reply, true); }
  Passage on_request(Reply& reply) { return run_request_hook(reply, false); }

  // False when a middleware that fails closed failed: the head must not be sent as it is.
  bool on_reply_head(plugin::HeadEdit& edit);

  // Shows an event to those that observe. Failures take the observer out of this call.
  void observe(const abv_event& event);
  bool wants_events() const { return wants_events_; }
  bool changes_events() const { return changes_events_; }

  // Takes an event through all middlewares, each of which sees it or changes it, and gives what
  // comes out to `out`. A failure of `out`, or of a middleware that fails closed, comes back.
  abv_status pass_event(const abv_event& event, plugin::EventSink& out);

  void close(const plugin::Outcome& outcome);

  // Only after kFailed or a false on_reply_head.
  const CallError& failure() const { return failure_; }

  // Time spent in each middleware so far, for the record.
  void note_times(record::Timings& timings) const;

 private:
  struct Link {
    const plugin::Middleware* middleware = nullptr;
    void* state = nullptr;
    Nanos spent{0};
    bool is_opened = false;
    bool is_deaf = false;  // failed on an event; gets no more
  };

  class Step;

  Passage run_request_hook(Reply& reply, bool is_head);
  abv_status pass_event_from(std::size_t position, const abv_event& event, plugin::EventSink& out);
  bool tolerates(const Link& link, abv_status status);

  Call& call_;
  std::vector<Link> links_;
  CallError failure_;
  bool wants_events_ = false;
  bool changes_events_ = false;
};

}  // namespace abv::lane
