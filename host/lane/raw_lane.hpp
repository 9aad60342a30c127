#pragma once

#include "host/lane/reply.hpp"
#include "host/lane/site.hpp"
#include "host/lane/upstream_call.hpp"

namespace abv::lane {

// What the raw lane is to carry.
struct RawCall {
  const Site* site = nullptr;
  const Route* route = nullptr;
  const Target* target = nullptr;            // with a provider
  const plugin::Dialect* dialect = nullptr;  // of client and upstream
  const plugin::Endpoint* endpoint = nullptr;
  std::string path;              // with the resolved model in it
  std::string_view model;        // resolved
  bool is_renamed = false;       // the model in the body has to be replaced
  bool has_alternative = false;  // see Sendable
};

// The client's request as it is to go upstream: its own bytes, but for the model's name.
Sendable raw_sendable(const Call& call, const RawCall& raw);

// Sends the client's request to the target's upstream and the answer back, byte for byte but for
// the model's name, and judges the answer on the way. The answer, or an error, has been sent when
// it returns; but for false, see send_upstream.
bool run_raw_lane(Call& call, Chain& chain, Reply& reply, const RawCall& raw);

}  // namespace abv::lane
