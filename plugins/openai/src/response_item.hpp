#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"

namespace abv::openai {

// A source of a text, held until the text is complete, because its place is told by numbers.
struct Citation {
  std::string raw;  // as the API writes it, or empty
  std::string url, title, text;
};

// One output item of a response, put together from events.
struct ResponseItem {
  enum class Kind : std::uint8_t {
    kMessage,
    kRefusal,  // a message too
    kReasoning,
    kFunction,
    kCustom,
    kLocalShell,
    kImage,
    kOpaque,  // `raw` is the item
  };

  Kind kind = Kind::kMessage;
  std::uint32_t part = 0;  // of the events
  std::string id;

  // Of reasoning its summaries; of everything else one, which of a call is the arguments.
  std::vector<std::string> texts;
  std::string call_id, name, space;  // of a call
  bool is_wrapped = false;           // a custom tool's text comes as {"input":"…"}
  std::string signature;             // of reasoning
  std::string phase;                 // of a message
  std::string logprobs;              // of a message, without the brackets
  std::vector<Citation> citations;   // of a message
  std::string media_type;            // of an image, whose text is base64
  std::string raw;

  const char* status = "completed";
  bool is_begun = false;  // the client was told of it
  bool is_ended = false;  // no more is to come

  bool is_call() const {
    return kind == Kind::kFunction || kind == Kind::kCustom || kind == Kind::kLocalShell;
  }
  bool is_message() const { return kind == Kind::kMessage || kind == Kind::kRefusal; }
  // Nothing of it can be told before all of it is there.
  bool is_told_at_once() const {
    return kind == Kind::kLocalShell || kind == Kind::kOpaque || kind == Kind::kImage || is_wrapped;
  }
  bool has_text() const { return !texts.empty() && !texts.front().empty(); }
  std::string_view text() const { return texts.empty() ? std::string_view() : texts.front(); }
};

// The item as JSON: begun and still empty, or done.
void put_item(sdk::json::Writer& out, const ResponseItem& item, bool is_done);

// A piece of a message's content or of a reasoning's summary, with `text` in it.
void put_item_part(sdk::json::Writer& out, const ResponseItem& item, std::string_view text,
                   bool is_done);

// One of its sources, with the places that it stands for in the text.
void put_citation(sdk::json::Writer& out, const ResponseItem& item, const Citation& citation);

// True for an item of the API that events have no word for, and that may be told as it is.
bool is_opaque_item(const sdk::json::Value& item);

}  // namespace abv::openai
