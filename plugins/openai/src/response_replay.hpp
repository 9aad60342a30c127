#pragma once

#include <cstdint>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::openai {

// A kept response that is told again.
struct Replay {
  sdk::json::Value response;         // the whole object
  std::int64_t starting_after = -1;  // the number of the last event that the client has
  bool shows_proofs = false;         // encrypted reasoning too
};

void replay_whole(const Replay& replay, sdk::Writer& out);

// As the events of a stream. Each text comes in one piece, so the numbers are those of this replay,
// the same each time.
void replay_stream(const Replay& replay, sdk::Writer& out);

// An item, without what proves its reasoning unless that is to be shown.
void write_shown_item(sdk::json::Writer& out, const sdk::json::Value& item, bool shows_proofs);

}  // namespace abv::openai
