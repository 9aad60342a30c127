#pragma once

#include "abv/sdk/chat.hpp"

namespace abv::gemini {

// Makes one part of those that a client kept as the stream brought them. Thoughts that follow each
// other are one, and a signature in an empty thought is of the thought before it. In an assistant's
// message, so are texts, unless one is signed: Gemini wants what it signed back as it was. Empty
// texts without a signature are left out there, unless nothing else is in the message.
//
// A foreign signature that stands on a thought and on a call is left on the thought alone.
//
// `request` keeps the texts that are made.
void join_parts(sdk::chat::Message& message, sdk::chat::Request& request);

}  // namespace abv::gemini
