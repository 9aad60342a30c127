#pragma once

#include <optional>
#include <string>

#include "host/lane/call.hpp"
#include "host/lane/call_error.hpp"
#include "host/lane/site.hpp"
#include "host/lane/traffic.hpp"
#include "host/route/route_table.hpp"

namespace abv::lane {

// Reads the client's body into the call, as far as the limits allow; `entry` books the memory. What
// comes back is why that failed. The call is cancelled when the client left meanwhile.
std::optional<CallError> read_body(Call& call, Traffic::Entry& entry, const Limits& limits);

// Finds out what the lanes have to know of a request whose body was read: its model, and whether it
// wants a stream. The call, its table and its record hold it then. What comes back is what is wrong
// with the request.
std::optional<CallError> read_facts(Call& call, const plugin::Endpoint& endpoint,
                                    const route::RouteTable::Match& match);

// The model that the path names, decoded; empty when it names none.
std::string model_in_path(const route::RouteTable::Match& match);

}  // namespace abv::lane
