#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/lane/outgoing.hpp"
#include "host/lane/reply.hpp"
#include "host/lane/site.hpp"
#include "host/net/http1.hpp"
#include "host/upstream/exchange.hpp"

namespace abv::lane {

// A request as it is to go upstream, in the upstream's dialect. All are views, but for what the
// lane made.
struct Sendable {
  const Target* target = nullptr;  // with a provider
  std::string_view operation;
  std::string_view dialect;
  std::string_view model;  // resolved
  std::string_view method;
  std::string path;
  std::string query;
  std::string_view body;
  std::span<const abv_header> headers;
  std::vector<Splice> splices;                    // of the body
  const plugin::SessionSigns* session = nullptr;  // of the client's dialect
  // Another target would serve the call: a failure that is not the request's own is not told, nor
  // that the model is unknown.
  bool has_alternative = false;
};

// An answer of an upstream, good or bad, that is to be passed on.
struct Arrival {
  upstream::Exchange& exchange;
  const net::ResponseHead& head;
  std::string held;                  // what was read of the body already
  std::int64_t retry_after_ms = -1;  // by the provider's judgement, of a failed one
};

// Takes the answer that counts: the last one, when there were several tries.
class ArrivalSink {
 public:
  virtual void take(Arrival& arrival) = 0;

 protected:
  ~ArrivalSink() = default;
};

// Sends a request to its target: with the account that the pool chooses, and with others when the
// answers say so, waiting for one if need be. The sink takes the answer that counts; when there is
// none, the client has been told why. False only with `has_alternative`: nothing has been told, and
// another target is to be tried.
bool send_upstream(Call& call, Reply& reply, const Site& site, const Sendable& sendable,
                   ArrivalSink& sink);

}  // namespace abv::lane
