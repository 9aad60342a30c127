#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What upstreams say, made fit for logs and records.
namespace abv::account {

// The text on one line of valid UTF-8, at most `limit` bytes, the markup of a web page taken out,
// and with *** for whatever looks like a key or a token. The ids of requests and organisations stay
// legible: they are what a vendor's support asks for.
std::string shown_text(std::string_view text, std::size_t limit);

// A number for what an upstream said, the same whenever it says the same: numbers, times, ids and
// addresses do not count, nor does case. `code` is its own word for the failure.
std::uint64_t fingerprint_of(int status, std::string_view code, std::string_view message);

}  // namespace abv::account
