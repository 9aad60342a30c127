// abv.middleware/1 from a C++ class. All hooks are optional:
//
//   void open(const Call&);
//   Flow|void on_head(const Call&, Edit&, Reply&);
//   Flow|void on_request(const Call&, Edit&, Reply&);
//   void on_reply_head(const Call&, Edit&);
//   void on_event(const Event&);               observes; the SDK passes the event on
//   void on_event(const Event&, EventSink&);   changes: passes on what it wants
//   void close(const Outcome&);
//
// With a nested struct State, which is made for every call and ends with its close, every hook gets
// a State& before the other arguments.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "abv/ext/middleware.h"
#include "abv/sdk/call.hpp"
#include "abv/sdk/component.hpp"
#include "abv/sdk/event.hpp"
#include "abv/sdk/reply.hpp"

namespace abv::sdk {
inline namespace v1 {

enum class Flow : abv_status {
  kContinue = ABV_OK,
  kResponded = ABV_RESPONDED,  // the middleware has answered through the reply
};

// Changes the head of a request or of an answer. Every function that changes throws Stopped when
// the host refuses.
class Edit {
 public:
  explicit Edit(const abv_edit& raw) : raw_(&raw) {}

  int http_status() const { return raw_->http_status; }
  std::string_view header(std::string_view name) const {
    return view(raw_->header(raw_->ctx, str(name)));
  }
  void set_header(std::string_view name, std::string_view value) {
    throw_unless_ok(raw_->set_header(raw_->ctx, str(name), str(value)));
  }
  void remove_header(std::string_view name) {
    throw_unless_ok(raw_->remove_header(raw_->ctx, str(name)));
  }
  void set_request_id(std::string_view id) {
    throw_unless_ok(raw_->set_request_id(raw_->ctx, str(id)));
  }

 private:
  const abv_edit* raw_;
};

// How a call ended.
class Outcome {
 public:
  explicit Outcome(const abv_outcome& raw) : raw_(&raw) {}

  int http_status() const { return raw_->http_status; }
  abv_status status() const { return raw_->status; }
  std::int64_t duration_ns() const { return raw_->duration_ns; }
  std::int64_t bytes_in() const { return raw_->bytes_in; }
  std::int64_t bytes_out() const { return raw_->bytes_out; }
  const abv_usage* usage() const { return raw_->usage; }

 private:
  const abv_outcome* raw_;
};

namespace detail {

template <class T>
concept HasState = requires {
  typename T::State;
};

// Whether T has a hook that takes these arguments, after its State if it has one. `Name` is a
// generic callable that calls the hook by name.
template <class T, class Hook, class... Args>
constexpr bool takes() {
  if constexpr (HasState<T>) {
    return requires(Hook hook, T & t, typename T::State & state, Args... args) {
      hook(t, state, static_cast<Args>(args)...);
    };
  } else {
    return requires(Hook hook, T & t, Args... args) {
      hook(t, static_cast<Args>(args)...);
    };
  }
}

#define ABV_SDK_HOOK(Struct, name)                                                                 \
  struct Struct {                                                                                  \
    template <class T, class... Args>                                                              \
    auto operator()(T& t, Args&&... args) const -> decltype(t.name(std::forward<Args>(args)...)) { \
      return t.name(std::forward<Args>(args)...);                                                  \
    }                                                                                              \
  }

ABV_SDK_HOOK(OpenHook, open);
ABV_SDK_HOOK(HeadHook, on_head);
ABV_SDK_HOOK(RequestHook, on_request);
ABV_SDK_HOOK(ReplyHeadHook, on_reply_head);
ABV_SDK_HOOK(EventHook, on_event);
ABV_SDK_HOOK(CloseHook, close);

#undef ABV_SDK_HOOK

template <class T>
struct MiddlewareInterface {
  static constexpr const char* kKind = ABV_KIND_MIDDLEWARE;

  static constexpr bool kOpens = takes<T, OpenHook, const Call&>();
  static constexpr bool kSeesHead = takes<T, HeadHook, const Call&, Edit&, Reply&>();
  static constexpr bool kSeesRequest = takes<T, RequestHook, const Call&, Edit&, Reply&>();
  static constexpr bool kSeesReplyHead = takes<T, ReplyHeadHook, const Call&, Edit&>();
  static constexpr bool kObserves = takes<T, EventHook, const Event&>();
  static constexpr bool kChanges = takes<T, EventHook, const Event&, EventSink&>();
  static constexpr bool kCloses = takes<T, CloseHook, const Outcome&>();

  ABV_SDK_OPTIONAL(T, open, kOpens);
  ABV_SDK_OPTIONAL(T, on_head, kSeesHead);
  ABV_SDK_OPTIONAL(T, on_request, kSeesRequest);
  ABV_SDK_OPTIONAL(T, on_reply_head, kSeesReplyHead);
  ABV_SDK_OPTIONAL(T, on_event, kObserves || kChanges);
  ABV_SDK_OPTIONAL(T, close, kCloses);

  using Self = Instance<T>;

  // Calls a hook, with the call's State before the other arguments if T has one.
  template <class Hook, class... Args>
  static decltype(auto) invoke(Self& instance, void* state, Args&&... args) {
    if constexpr (HasState<T>) {
      return Hook()(instance.component, *static_cast<typename T::State*>(state),
                    std::forward<Args>(args)...);
    } else {
      static_cast<void>(state);
      return Hook()(instance.component, std::forward<Args>(args)...);
    }
  }

  // Null without a State.
  static void* make_state() {
    if constexpr (HasState<T>) return new typename T::State();
    return nullptr;
  }

  static void forget(void* state) noexcept {
    if constexpr (HasState<T>) delete static_cast<typename T::State*>(state);
    static_cast<void>(state);
  }

  static abv_status open(void* self, const abv_call* call, void** state) noexcept {
    auto& instance = *static_cast<Self*>(self);
    *state = nullptr;
    const abv_status status = guarded(&instance.host, call, [&] {
      *state = make_state();
      if constexpr (kOpens) invoke<OpenHook>(instance, *state, Call(call));
    });
    if (status < ABV_OK) forget(std::exchange(*state, nullptr));
    return status;
  }

  static abv_status on_head(void* self, void* state, const abv_call* call, const abv_edit* edit,
                            const abv_reply* reply) noexcept {
    auto& instance = *static_cast<Self*>(self);
    return guarded(&instance.host, call, [&] {
      Edit head(*edit);
      Reply answer(reply);
      return invoke<HeadHook>(instance, state, Call(call), head, answer);
    });
  }

  static abv_status on_request(void* self, void* state, const abv_call* call, const abv_edit* edit,
                               const abv_reply* reply) noexcept {
    auto& instance = *static_cast<Self*>(self);
    return guarded(&instance.host, call, [&] {
      Edit head(*edit);
      Reply answer(reply);
      return invoke<RequestHook>(instance, state, Call(call), head, answer);
    });
  }

  static abv_status on_reply_head(void* self, void* state, const abv_call* call,
                                  const abv_edit* edit) noexcept {
    auto& instance = *static_cast<Self*>(self);
    return guarded(&instance.host, call, [&] {
      Edit head(*edit);
      return invoke<ReplyHeadHook>(instance, state, Call(call), head);
    });
  }

  static abv_status on_event(void* self, void* state, const abv_event* event,
                             const abv_event_sink* next) noexcept {
    auto& instance = *static_cast<Self*>(self);
    return guarded(&instance.host, nullptr, [&] {
      EventSink sink(next);
      if constexpr (kChanges) {
        invoke<EventHook>(instance, state, Event(*event), sink);
      } else {
        invoke<EventHook>(instance, state, Event(*event));
        sink.emit(*event);
      }
    });
  }

  static void close(void* self, void* state, const abv_outcome* outcome) noexcept {
    auto& instance = *static_cast<Self*>(self);
    guarded(&instance.host, nullptr, [&] {
      if constexpr (kCloses) invoke<CloseHook>(instance, state, Outcome(*outcome));
    });
    forget(state);
  }

  static constexpr abv_middleware make_table() {
    abv_middleware table{};
    table.size = sizeof table;
    if constexpr (HasState<T> || kOpens) table.open = &open;
    if constexpr (kSeesHead) table.on_head = &on_head;
    if constexpr (kSeesRequest) table.on_request = &on_request;
    if constexpr (kSeesReplyHead) table.on_reply_head = &on_reply_head;
    if constexpr (kObserves || kChanges) table.on_event = &on_event;
    if constexpr (HasState<T> || kCloses) table.close = &close;
    return table;
  }

  static constexpr abv_middleware kTable = make_table();
};

}  // namespace detail

template <class T>
using Middleware = Component<T, detail::MiddlewareInterface>;

}  // namespace v1
}  // namespace abv::sdk
