#pragma once

#include <string_view>

#include "host/lane/client_request.hpp"
#include "host/lane/site.hpp"

namespace abv::lane {

// The dialect that errors outside of any route are told in: the one whose own header the client
// sent, else the one with the endpoint that begins most like this path, else the first one. Null
// when no route has a dialect.
const plugin::Dialect* guess_dialect(const Site& site, const ClientRequest& request,
                                     std::string_view path);

}  // namespace abv::lane
