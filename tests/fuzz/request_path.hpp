#pragma once

#include <string_view>

#include "tests/plugins/request_probe.hpp"

namespace abv::fuzz {

// One kind of client request.
struct ClientRequest {
  std::string_view plugin;   // whose dialect it is in
  tests::ClientFacts facts;  // all but the body
  bool is_upstream = true;   // the same operation can also be sent to an upstream
};

// The way of a request through the host: read into the canonical form, mended there, written for
// every upstream; and written for its own dialect, where reading it again must give the same.
void check_request(const ClientRequest& request, std::string_view body);

}  // namespace abv::fuzz
