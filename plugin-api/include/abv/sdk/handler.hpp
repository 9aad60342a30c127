// abv.handler/1 from a C++ class:
//
//   void|abv_status handle(const Call&, Reply&);   required
//   std::string models();                          optional: {"models":[…]}
#pragma once

#include <concepts>
#include <string>

#include "abv/ext/handler.h"
#include "abv/sdk/call.hpp"
#include "abv/sdk/component.hpp"
#include "abv/sdk/reply.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace detail {

template <class T>
concept HasHandle = requires(T& t, const Call& call, Reply& reply) {
  t.handle(call, reply);
};
template <class T>
concept HasModels = requires(T& t) {
  { t.models() } -> std::convertible_to<std::string>;
};

template <class T>
struct HandlerInterface {
  static_assert(HasHandle<T>, "a handler needs: void handle(const Call&, Reply&)");
  ABV_SDK_OPTIONAL(T, models, HasModels<T>);

  static constexpr const char* kKind = ABV_KIND_HANDLER;

  static abv_status handle(void* self, const abv_call* call, const abv_reply* reply) noexcept {
    auto* instance = static_cast<Instance<T>*>(self);
    return guarded(&instance->host, call, [&] {
      Reply out(reply);
      return instance->component.handle(Call(call), out);
    });
  }

  static abv_status models(void* self, const abv_writer* json) noexcept {
    auto* instance = static_cast<Instance<T>*>(self);
    return guarded(&instance->host, nullptr,
                   [&] { Writer(json).write(instance->component.models()); });
  }

  static constexpr abv_handler make_table() {
    abv_handler table{};
    table.size = sizeof table;
    table.handle = &handle;
    if constexpr (HasModels<T>) table.models = &models;
    return table;
  }

  static constexpr abv_handler kTable = make_table();
};

}  // namespace detail

template <class T>
using Handler = Component<T, detail::HandlerInterface>;

}  // namespace v1
}  // namespace abv::sdk
