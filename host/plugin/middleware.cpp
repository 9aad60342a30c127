#include "host/plugin/middleware.hpp"

#include <utility>

#include "host/plugin/border.hpp"
#include "host/plugin/kind_table.hpp"

// Is there this hook? Old tables end before newer hooks; those that have it may leave it null.
#define ABV_HAS_HOOK(table, hook) (ABV_HAS(abv_middleware, table, hook) && (table)->hook != nullptr)

namespace abv::plugin {
namespace {

abv_outcome outcome_table(const Outcome& outcome) noexcept {
  abv_outcome table{};
  table.size = sizeof(table);
  table.http_status = outcome.http_status;
  table.status = outcome.status;
  table.duration_ns = outcome.duration_ns;
  table.bytes_in = outcome.bytes_in;
  table.bytes_out = outcome.bytes_out;
  table.usage = outcome.usage;
  return table;
}

// A hook of a request may answer the call; no other positive status means anything.
abv_status legal_answer(abv_status status) noexcept {
  return status <= ABV_OK || status == ABV_RESPONDED ? status : ABV_E_INTERNAL;
}

abv_status legal(abv_status status) noexcept {
  return status <= ABV_OK ? status : ABV_E_INTERNAL;
}

}  // namespace

Result<Middleware> Middleware::of(std::shared_ptr<Instance> instance) {
  const Result<const abv_middleware*> table =
      kind_table<abv_middleware>(*instance, ABV_KIND_MIDDLEWARE);
  if (!table) {
    return table.error();
  }
  const ManifestComponent& component = instance->component();
  const Result<MiddlewareAbilities> abilities =
      parse_middleware_abilities(component.abilities_json, abilities_place(*instance));
  if (!abilities) {
    return abilities.error();
  }
  Facts facts{*abilities, {}};
  if (!component.order_json.empty()) {
    Result<OrderFacts> order =
        parse_order_facts(component.order_json, component_place(*instance) + ": order");
    if (!order) {
      return order.error();
    }
    facts.order = *std::move(order);
  }
  return Middleware(std::move(instance), *table, std::make_shared<const Facts>(std::move(facts)));
}

Middleware::Middleware(std::shared_ptr<Instance> instance, const abv_middleware* table,
                       std::shared_ptr<const Facts> facts)
    : instance_(std::move(instance)), table_(table), facts_(std::move(facts)) {}

bool Middleware::has_open() const {
  return ABV_HAS_HOOK(table_, open);
}

bool Middleware::has_on_head() const {
  return ABV_HAS_HOOK(table_, on_head);
}

bool Middleware::has_on_request() const {
  return ABV_HAS_HOOK(table_, on_request);
}

bool Middleware::has_on_reply_head() const {
  return ABV_HAS_HOOK(table_, on_reply_head);
}

bool Middleware::has_on_event() const {
  return ABV_HAS_HOOK(table_, on_event);
}

bool Middleware::has_close() const {
  return ABV_HAS_HOOK(table_, close);
}

abv_status Middleware::open(const abv_call& call, void*& state) const noexcept {
  state = nullptr;
  if (!has_open()) {
    return ABV_OK;
  }
  return instance_->run([&] { return legal(table_->open(instance_->self(), &call, &state)); });
}

abv_status Middleware::on_head(void* state, const abv_call& call, HeadEdit& edit,
                               ReplySink& reply) const noexcept {
  if (!has_on_head()) {
    return ABV_OK;
  }
  const abv_edit edits = edit_table(edit);
  const abv_reply answer = reply_table(reply);
  return instance_->run([&] {
    return legal_answer(table_->on_head(instance_->self(), state, &call, &edits, &answer));
  });
}

abv_status Middleware::on_request(void* state, const abv_call& call, HeadEdit& edit,
                                  ReplySink& reply) const noexcept {
  if (!has_on_request()) {
    return ABV_OK;
  }
  const abv_edit edits = edit_table(edit);
  const abv_reply answer = reply_table(reply);
  return instance_->run([&] {
    return legal_answer(table_->on_request(instance_->self(), state, &call, &edits, &answer));
  });
}

abv_status Middleware::on_reply_head(void* state, const abv_call& call,
                                     HeadEdit& edit) const noexcept {
  if (!has_on_reply_head()) {
    return ABV_OK;
  }
  const abv_edit edits = edit_table(edit);
  return instance_->run(
      [&] { return legal(table_->on_reply_head(instance_->self(), state, &call, &edits)); });
}

abv_status Middleware::on_event(void* state, const abv_event& event,
                                EventSink* next) const noexcept {
  if (!has_on_event()) {
    return next == nullptr ? ABV_OK : at_border([&] { return next->emit(event); });
  }
  abv_event_sink sink{};
  if (next != nullptr) {
    sink = event_table(*next);
  }
  const abv_event_sink* given = next == nullptr ? nullptr : &sink;
  return instance_->run(
      [&] { return legal(table_->on_event(instance_->self(), state, &event, given)); });
}

void Middleware::close(void* state, const Outcome& outcome) const noexcept {
  if (!has_close()) {
    return;
  }
  const abv_outcome table = outcome_table(outcome);
  instance_->visit([&] { table_->close(instance_->self(), state, &table); });
}

}  // namespace abv::plugin

#undef ABV_HAS_HOOK
