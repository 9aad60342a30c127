// Events: the typed pieces that every answer consists of, whatever dialect it came in.
//
// The order within one answer is a grammar: START, then content events, then STOP; USAGE may stand
// anywhere after START; ERROR ends the answer instead of STOP; PING may stand anywhere. A content
// part is opened by the first event with its `index`. Of an answer with several choices each choice
// has parts and a STOP of its own; START, USAGE, ERROR and PING are of the whole.
#ifndef ABV_ABI_EVENT_H
#define ABV_ABI_EVENT_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// Kinds are numbers that are only ever added. Pass on a kind that you don't know; never drop it.
#define ABV_EVENT_START 1       // id: the message's id; name: the model
#define ABV_EVENT_TEXT 2        // text: a piece of the visible answer
#define ABV_EVENT_REASONING 3   // text: a piece of the model's thinking
// text: the opaque signature of the part `index`. After the pieces of reasoning or text that it
// signs, but before TOOL_START of a tool call.
#define ABV_EVENT_SIGNATURE 4
#define ABV_EVENT_TOOL_START 5  // id: the call's id; name: the tool's name
#define ABV_EVENT_TOOL_ARGUMENTS 6  // text: a piece of the arguments' JSON text
#define ABV_EVENT_TOOL_END 7
#define ABV_EVENT_IMAGE 8       // name: the media type; text: base64 data, or id: a URL
#define ABV_EVENT_CITATION 9    // id: the source's URL; name: its title; text: what was cited
#define ABV_EVENT_USAGE 10      // usage: counts so far; the last one counts
#define ABV_EVENT_STOP 11       // number: ABV_STOP_*; name: upstream's word; text: stop sequence
#define ABV_EVENT_ERROR 12      // number: HTTP status or 0; name: type; text: message
#define ABV_EVENT_PING 13
#define ABV_EVENT_OPAQUE 14     // raw_json: something only the upstream's own dialect can express
#define ABV_EVENT_REFUSAL 15    // text: a piece of the model's words on why it refuses
#define ABV_EVENT_LOGPROBS 16   // raw_json: an array of {"token","logprob","bytes","top_logprobs"}
#define ABV_EVENT_EMBEDDING 17  // index: of the input that it is of; raw_json: an array of numbers
// What was said when. raw_json: an array of {"text","start","end","speaker"}, with times in seconds
// and without a speaker where none was told; number: how long the audio is, in milliseconds, or 0;
// name: the language that is spoken (ISO 639-1), or empty.
#define ABV_EVENT_SEGMENTS 18

// For masks of kinds: ABV_EVENT_BIT(ABV_EVENT_USAGE) | …
#define ABV_EVENT_BIT(kind) (UINT64_C(1) << (kind))

// Flags of an event.
#define ABV_EVENT_REDACTED 1u  // SIGNATURE: text is the reasoning itself, encrypted
#define ABV_EVENT_CUSTOM 2u    // TOOL_START: the arguments are free text instead of JSON
#define ABV_EVENT_SUMMARY 4u   // REASONING: a summary of the thinking, made for showing
#define ABV_EVENT_PARTIAL 8u   // IMAGE: a draft of an image that is still to come
#define ABV_EVENT_REVISED 16u  // TEXT: the prompt that the image of the next part was made from
#define ABV_EVENT_WORDS 32u    // SEGMENTS: single words

#define ABV_STOP_END 1       // the model was done
#define ABV_STOP_LENGTH 2    // the token limit was reached
#define ABV_STOP_TOOL 3      // the model wants tools to be run
#define ABV_STOP_SEQUENCE 4  // a stop sequence was met
#define ABV_STOP_REFUSAL 5   // refused, or blocked by a safety filter
#define ABV_STOP_PAUSE 6     // the turn is to be continued by the client
#define ABV_STOP_OTHER 7

// Token counts of one answer; -1 where the upstream did not say. `input_tokens` includes what was
// read from and written to the prompt cache; `output_tokens` includes reasoning. Nothing is counted
// twice.
typedef struct abv_usage {
  uint32_t size;
  uint32_t reserved;  // zero
  int64_t input_tokens;
  int64_t output_tokens;
  int64_t cache_read_tokens;
  int64_t cache_write_tokens;
  int64_t reasoning_tokens;
} abv_usage;

// One event. All views are valid until the function that received the event returns.
typedef struct abv_event {
  uint32_t size;
  uint32_t kind;   // ABV_EVENT_*
  uint32_t flags;  // ABV_EVENT_REDACTED, …
  uint32_t index;  // which content part of its choice this belongs to, from 0
  int64_t number;
  abv_str text;
  abv_str id;
  abv_str name;
  abv_str raw_json;        // the upstream's own form of this event, or empty
  const abv_usage* usage;  // for USAGE, else null
  uint32_t choice;         // which of several answers (`n`), from 0; those who give one take 0
  uint32_t reserved;       // zero
} abv_event;

// Where decoders put events.
typedef struct abv_event_sink {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // Takes one event. Any failure must be returned unchanged by the caller at once.
  // [call-thread] [may-block]
  abv_status(ABV_CALL* emit)(void* ctx, const abv_event* event) ABV_NOEXCEPT;
} abv_event_sink;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_ABI_EVENT_H
