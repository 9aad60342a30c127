#pragma once

#include <string_view>

#include "host/lane/site.hpp"
#include "host/lane/upstream_call.hpp"

namespace abv::lane {

// What the event lane is to carry.
struct EventCall {
  const Site* site = nullptr;
  const Route* route = nullptr;
  const Target* target = nullptr;              // with a provider
  const plugin::Dialect* upstream = nullptr;   // that the upstream speaks
  const plugin::Endpoint* endpoint = nullptr;  // of `upstream`
  std::string_view model;                      // resolved
  // The client speaks the upstream's dialect: its request goes as it is, and only the answer is
  // made of events, for the sake of middlewares that change them.
  const Sendable* as_it_is = nullptr;
  bool has_alternative = false;  // see Sendable
};

}  // namespace abv::lane
