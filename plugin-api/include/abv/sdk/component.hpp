// The glue between the C tables of a component and a C++ class T, by static dispatch.
//
// T derives from nothing. It has
//   static constexpr abv::sdk::Info kInfo{…};
// and one of these ways to be made, tried in this order:
//   static Config read(const json::Value& config);   with T(const Host&, Config) or T(Config)
//   T(const Host& host, const json::Value& config)
//   T()
// and may have start(), drain(), stop(). A constructor or start() that throws fails with the text
// of the exception. Every function that the host calls is noexcept: what T throws becomes a status.
#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "abv/abi/component.h"
#include "abv/sdk/call.hpp"
#include "abv/sdk/failure.hpp"
#include "abv/sdk/host.hpp"
#include "abv/sdk/json_reader.hpp"

namespace abv::sdk {
inline namespace v1 {

// The config schema of a component without settings.
inline constexpr const char* kNoConfig =
    R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",)"
    R"("properties":{},"additionalProperties":false})";

// What is told of a component before an instance exists.
struct Info {
  const char* name;     // unique within the plugin
  const char* summary;  // one line for people
  const char* config_schema = kNoConfig;
  const char* abilities = "{}";
  const char* order = nullptr;
  std::uint32_t flags = 0;  // ABV_COMPONENT_*
};

namespace detail {

// What `self` points to.
template <class T>
struct Instance {
  Host host;
  T component;
};

template <class T>
concept ReadsConfig = requires(const json::Value& config) {
  T::read(config);
};

template <class T>
T make_component(const Host& host, const json::Value& config) {
  if constexpr (ReadsConfig<T>) {
    if constexpr (requires { T(host, T::read(config)); }) {
      return T(host, T::read(config));
    } else {
      return T(T::read(config));
    }
  } else if constexpr (std::constructible_from<T, const Host&, const json::Value&>) {
    return T(host, config);
  } else {
    static_assert(std::default_initializable<T>,
                  "T needs T(const Host&, const json::Value&), a static read(), or T()");
    return T();
  }
}

// Runs `hook`, whose result is void, an abv_status, or an enum with ABV_* values.
template <class Hook>
abv_status status_from(Hook&& hook) {
  if constexpr (std::is_void_v<std::invoke_result_t<Hook>>) {
    hook();
    return ABV_OK;
  } else {
    return static_cast<abv_status>(hook());
  }
}

// The border: runs `hook` and turns what it throws into a status. `call` (may be null) is told of a
// Failure, the log (if any) of everything else.
template <class Hook>
abv_status guarded(const Host* host, const abv_call* call, Hook&& hook) noexcept {
  try {
    try {
      return status_from(std::forward<Hook>(hook));
    } catch (const Stopped& stopped) {
      return stopped.status;
    } catch (const Failure& failure) {
      const abv_error error = to_abi(failure);
      if (call != nullptr) {
        call->fail(call->ctx, &error);
      } else if (host != nullptr) {
        host->log().warn("plugin.failure", {{"message", failure.message}});
      }
      return error.code;
    } catch (const std::bad_alloc&) {
      return ABV_E_NO_MEMORY;
    } catch (const std::exception& exception) {
      if (host != nullptr) host->log().error("plugin.panic", {{"what", exception.what()}});
      return ABV_E_PANIC;
    }
  } catch (...) {
    return ABV_E_PANIC;
  }
}

// As guarded, for create and start: the text goes to the operator.
template <class Hook>
abv_status guarded_setup(const abv_host* host, Hook&& hook) noexcept {
  const auto say = [host](std::string_view text) { host->set_create_error(host->ctx, str(text)); };
  try {
    return status_from(std::forward<Hook>(hook));
  } catch (const Failure& failure) {
    say(failure.message);
    return status_of(failure);
  } catch (const Stopped& stopped) {
    return stopped.status;
  } catch (const std::bad_alloc&) {
    return ABV_E_NO_MEMORY;
  } catch (const std::exception& exception) {
    say(exception.what());
    return ABV_E_INVALID;
  } catch (...) {
    say("an exception of an unknown type was thrown");
    return ABV_E_PANIC;
  }
}

// Throws what the component's constructor throws.
template <class T>
Instance<T>* make_instance(const abv_host* host, std::string_view config_json) {
  const auto config = json::parse(config_json);
  if (!config || !config->is_object()) {
    throw Failure{400, "invalid_config", "the config is not a JSON object"};
  }
  const Host services(host);
  return new Instance<T>{services, make_component<T>(services, *config)};
}

// The functions of abv_component for a T whose table of functions is Interface<T>::kTable, of the
// kind Interface<T>::kKind.
template <class T, template <class> class Interface>
struct Lifecycle {
  using Self = Instance<T>;

  static abv_status create(const abv_host* host, abv_str config_json, void** self) noexcept {
    *self = nullptr;
    return guarded_setup(host, [&] { *self = make_instance<T>(host, view(config_json)); });
  }

  static abv_status start(void* self) noexcept {
    auto* instance = static_cast<Self*>(self);
    return guarded_setup(instance->host.raw(), [&] { return instance->component.start(); });
  }

  static void drain(void* self) noexcept {
    auto* instance = static_cast<Self*>(self);
    guarded(&instance->host, nullptr, [&] { instance->component.drain(); });
  }

  static void stop(void* self) noexcept {
    auto* instance = static_cast<Self*>(self);
    guarded(&instance->host, nullptr, [&] { instance->component.stop(); });
  }

  static void destroy(void* self) noexcept { delete static_cast<Self*>(self); }

  static const void* get_interface(void* self, abv_str id) noexcept {
    if (view(id) == Interface<T>::kKind) return &Interface<T>::kTable;
    if constexpr (requires(T & t) { t.extension(std::string_view()); }) {
      return static_cast<Self*>(self)->component.extension(view(id));
    }
    return nullptr;
  }

  static constexpr abv_component describe() {
    abv_component component{};
    component.size = sizeof component;
    component.flags = T::kInfo.flags;
    component.kind = Interface<T>::kKind;
    component.name = T::kInfo.name;
    component.summary = T::kInfo.summary;
    component.config_schema_json = T::kInfo.config_schema;
    component.abilities_json = T::kInfo.abilities;
    component.order_json = T::kInfo.order;
    component.create = &create;
    if constexpr (requires(T & t) { t.start(); }) component.start = &start;
    if constexpr (requires(T & t) { t.drain(); }) component.drain = &drain;
    if constexpr (requires(T & t) { t.stop(); }) component.stop = &stop;
    component.destroy = &destroy;
    component.get_interface = &get_interface;
    return component;
  }
};

}  // namespace detail

// A component of T, described by Interface<T>; use Dialect<T>, Handler<T>, Middleware<T>,
// Provider<T>.
template <class T, template <class> class Interface>
struct Component {
  static constexpr abv_component kComponent = detail::Lifecycle<T, Interface>::describe();
};

// For use inside a class template over T: fails to compile when T has a member `name` that does not
// fit, so that a slip in a parameter list does not silently mean "not offered".
#define ABV_SDK_OPTIONAL(T, name, ...)                      \
  static_assert(!(requires { &T::name; }) || (__VA_ARGS__), \
                #name " exists, but its parameters or result do not fit the SDK")

}  // namespace v1
}  // namespace abv::sdk
