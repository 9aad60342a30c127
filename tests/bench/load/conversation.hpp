#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/bench/wire/dialect.hpp"

namespace abv::bench {

// The texts and JSON pieces that request bodies are made of. Texts are JSON-escaped already.

// A system prompt of the length that coding agents send.
std::string_view agent_prompt();

// The declaration of the tool number `index`.
std::string tool_json(Dialect dialect, std::size_t index);

// One turn, with a comma after it: a question, a tool call, its result and an answer.
std::string turn_json(Dialect dialect, std::size_t turn);

// The last message around its text, up to the end of the body.
struct LastMessage {
  std::string_view before;
  std::string_view after;
};
LastMessage last_message(Dialect dialect);

// Plain words of exactly this length.
std::string filler(std::size_t bytes);

}  // namespace abv::bench
