// All of the C++ SDK, and the line that makes a library a plugin.
//
//   ABV_PLUGIN("abv.echo", "1.0.0", abv::sdk::Handler<Echo>)
//
// stands once, as the last line of the plugin's main source, with any number of
// abv::sdk::Dialect<T>, Handler<T>, Middleware<T> and Provider<T>.
#pragma once

#include <array>
#include <cstddef>

#include "abv/abv.h"               // IWYU pragma: export
#include "abv/sdk/call.hpp"        // IWYU pragma: export
#include "abv/sdk/component.hpp"   // IWYU pragma: export
#include "abv/sdk/dialect.hpp"     // IWYU pragma: export
#include "abv/sdk/event.hpp"       // IWYU pragma: export
#include "abv/sdk/failure.hpp"     // IWYU pragma: export
#include "abv/sdk/handler.hpp"     // IWYU pragma: export
#include "abv/sdk/host.hpp"        // IWYU pragma: export
#include "abv/sdk/http.hpp"        // IWYU pragma: export
#include "abv/sdk/json.hpp"        // IWYU pragma: export
#include "abv/sdk/middleware.hpp"  // IWYU pragma: export
#include "abv/sdk/provider.hpp"    // IWYU pragma: export
#include "abv/sdk/reply.hpp"       // IWYU pragma: export
#include "abv/sdk/sse.hpp"         // IWYU pragma: export
#include "abv/sdk/stored.hpp"      // IWYU pragma: export
#include "abv/sdk/text.hpp"        // IWYU pragma: export

namespace abv::sdk {
inline namespace v1 {
namespace detail {

template <class... Components>
struct ComponentList {
  static constexpr std::array<const abv_component*, sizeof...(Components)> kPointers = {
      &Components::kComponent...};
};

template <class List>
constexpr abv_plugin describe_plugin(const char* id, const char* version) {
  abv_plugin plugin{};
  plugin.size = sizeof plugin;
  plugin.abi_minor = ABV_ABI_MINOR;
  plugin.id = id;
  plugin.version = version;
  plugin.components = List::kPointers.data();
  plugin.component_count = List::kPointers.size();
  return plugin;
}

}  // namespace detail
}  // namespace v1
}  // namespace abv::sdk

#define ABV_PLUGIN(id, version, ...)                                                         \
  extern "C" ABV_EXPORT const abv_plugin* ABV_CALL abv_plugin_entry_v1(void) noexcept {      \
    static constexpr abv_plugin kPlugin =                                                    \
        ::abv::sdk::detail::describe_plugin<::abv::sdk::detail::ComponentList<__VA_ARGS__>>( \
            id, version);                                                                    \
    return &kPlugin;                                                                         \
  }
