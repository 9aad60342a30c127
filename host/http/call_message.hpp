#pragma once

#include <optional>
#include <string>

#include "host/lane/call_error.hpp"
#include "host/lane/traffic.hpp"
#include "host/plugin/abilities.hpp"

namespace abv::http {

// A message of a client that asks for a call.
struct CallMessage {
  std::string body;  // the call's request body
  std::string lane;  // a JSON string, with its quotes; empty when the message names none
  bool wants_output = true;
  std::optional<lane::CallError> refusal;  // what is wrong with the message
  std::optional<lane::Traffic::Booking> memory;
};

// Makes a call of a text message: the members that belong to the WebSocket go, "stream" is set. The
// call holds an error when the message is none of those that the words name. Nothing for a message
// that needs no answer.
std::optional<CallMessage> read_call_message(std::string text, const plugin::WebSocketWords& words);

}  // namespace abv::http
