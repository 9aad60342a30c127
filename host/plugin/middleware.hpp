#pragma once

#include <cstdint>
#include <memory>

#include "abv/ext/middleware.h"
#include "host/base/result.hpp"
#include "host/plugin/abilities.hpp"
#include "host/plugin/head_edit.hpp"
#include "host/plugin/instance.hpp"
#include "host/plugin/reply_sink.hpp"
#include "host/plugin/sinks.hpp"

namespace abv::plugin {

// How a call ended; see abv_outcome.
struct Outcome {
  std::int32_t http_status = 0;
  abv_status status = ABV_OK;
  std::int64_t duration_ns = 0;
  std::int64_t bytes_in = 0;
  std::int64_t bytes_out = 0;
  const abv_usage* usage = nullptr;  // null when unknown
};

// Something that sees or changes requests and answers, out of a plugin. Cheap to copy; any thread.
//
// A hook that the plugin does not have returns ABV_OK and costs nothing. `state` is what open gave;
// it belongs to one call. Whoever calls open with success calls close exactly once.
class Middleware {
 public:
  // kInvalid when the instance is no middleware, or when abilities or order are malformed.
  static Result<Middleware> of(std::shared_ptr<Instance> instance);

  const Instance& instance() const { return *instance_; }
  EventAccess events() const { return facts_->abilities.events; }
  const OrderFacts& order() const { return facts_->order; }

  // May its failures be ignored?
  bool fails_open() const { return (instance_->flags() & ABV_COMPONENT_FAIL_OPEN) != 0; }

  bool has_open() const;
  bool has_on_head() const;
  bool has_on_request() const;
  bool has_on_reply_head() const;
  bool has_on_event() const;
  bool has_close() const;

  abv_status open(const abv_call& call, void*& state) const noexcept;

  // ABV_OK, ABV_RESPONDED or a failure; anything else becomes ABV_E_INTERNAL.
  abv_status on_head(void* state, const abv_call& call, HeadEdit& edit,
                     ReplySink& reply) const noexcept;
  abv_status on_request(void* state, const abv_call& call, HeadEdit& edit,
                        ReplySink& reply) const noexcept;
  abv_status on_reply_head(void* state, const abv_call& call, HeadEdit& edit) const noexcept;

  // `next` is null for an observer. A changing middleware without this hook passes everything on.
  abv_status on_event(void* state, const abv_event& event, EventSink* next) const noexcept;

  void close(void* state, const Outcome& outcome) const noexcept;

 private:
  struct Facts {
    MiddlewareAbilities abilities;
    OrderFacts order;
  };

  Middleware(std::shared_ptr<Instance> instance, const abv_middleware* table,
             std::shared_ptr<const Facts> facts);

  std::shared_ptr<Instance> instance_;
  const abv_middleware* table_;
  std::shared_ptr<const Facts> facts_;
};

}  // namespace abv::plugin
