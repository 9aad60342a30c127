#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "host/account/evidence.hpp"

namespace abv::account {

// Appends what the headers of an answer say. `where` begins the source of each statement: "header
// ", or "error.metadata.headers " for headers that stand in a body. Headers that cannot be read are
// passed over.
void read_headers(std::span<const net::Header> headers, std::int64_t now_unix_ms,
                  std::string_view where, std::vector<Statement>& statements);

}  // namespace abv::account
