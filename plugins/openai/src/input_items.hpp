#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "abv/sdk/event.hpp"
#include "stored_responses.hpp"

namespace abv::openai {

// Which part of a list is asked for.
struct ItemPage {
  std::size_t limit = 20;
  bool is_ascending = false;
  std::string after;  // the id of the item before the first; empty: from the beginning
};

// Writes the list of items that a kept response was made from: the turns before it, and its own
// input. Items that came without an id have one here, the same each time.
void write_input_items(StoredResponses& stored, std::string_view response_id, const ItemPage& page,
                       bool shows_proofs, sdk::Writer& out);

}  // namespace abv::openai
