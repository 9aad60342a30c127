// abv.dialect/1: one wire format, both ways. Pure: no I/O, no clock, no state but what it opens.
//
// abilities_json of a dialect:
//   { "dialect": "openai-chat",
//     "endpoints": [
//       { "operation": "chat", "method": "POST", "path": "/v1/chat/completions",
//         "model": "body", "stream": "body", "canonical": "chat" } ] }
// An optional "session" beside "endpoints" says where clients tell which conversation a request
// belongs to: {"headers": [...], "fields": ["metadata.user_id"], "begin": ["system",
// "messages.0"]}; headers and fields hold it, the first found counts; "begin" is what stays the
// same from the start of a conversation to its end.
//
// The name's part before the first "-" is the dialect's family: signatures hold within a family.
// `path` may hold {name} segments, and a literal after one: "/v1beta/models/{model}:countTokens".
// `model` says where the model's name stands: "body" (JSON field `model`), "form" (multipart field
// `model`), "path" ({model}), or absent. `stream` says where streaming is asked for: "body" (JSON
// field `stream`), "form", "query" (?stream=true), "always", or absent. `header` names a request
// header that must be present, for paths that two dialects share. `canonical` names the canonical
// request that this endpoint's requests convert to and from ("chat", "count_tokens", "embeddings",
// "image", "transcription"); where several have the same, the first is what other dialects'
// requests become by default, and those with "upstream": false never. One with "client": false is
// the other way round: requests become requests to it, but no client's path leads there. `answer`
// is JSON text that the host answers with by itself, for what clients send and nobody needs.
// `stored` says that the endpoint is answered from the answers that the host keeps
// (ext/stored_answers.h). `websocket` says that clients may use the endpoint through a WebSocket at
// its path too:
//   "websocket": { "create": "response.create", "lane": "stream_id", "output": "generate",
//                  "earlier": "previous_response_id", "ignored": ["response.processed"] }
// Messages are JSON objects with a `type`. One of the type `create` is a request body with the
// members named here added to it, and its answer comes as one message for each event's data. The
// text of the member `lane` goes into all of them. Where the member `output` is false the answer is
// one without content, and no upstream is asked. The member `earlier` names an answer to go on
// from: one that the host does not keep is not found, as it could only be one of the upstream's
// connection, which is not the client's. The types in `ignored` need no answer. `when` holds
// further words for hosts to come; unknown keys are ignored.
#ifndef ABV_EXT_DIALECT_H
#define ABV_EXT_DIALECT_H

#include "abv/abi/call.h"
#include "abv/abi/event.h"
#include "abv/ext/provider.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_KIND_DIALECT "abv.dialect/1"

#define ABV_FORM_WHOLE 1   // one document
#define ABV_FORM_STREAM 2  // the dialect's stream form (server-sent events, …)

// What a decoder or encoder works for.
typedef struct abv_codec_params {
  uint32_t size;
  int32_t form;          // ABV_FORM_*
  uint64_t wanted;       // decoders: mask of ABV_EVENT_BIT; may skip the rest, must give these
  abv_str operation;     // "chat", …
  abv_str model;         // encoders: the model's name to show to the client
  abv_str id;            // the request id, to derive ids from where the upstream gives none
  abv_str request_body;  // encoders: the client's request, for options that shape the answer
  abv_str query;         // encoders: the client's query, for the same reason
  int64_t now_unix_ms;   // encoders: for `created` fields
  abv_str request_type;  // encoders: the content-type of request_body
  const abv_call* call;  // encoders: the call that is answered, for its extensions, or null
} abv_codec_params;

// Where conversion tells what it could not carry over.
typedef struct abv_loss_sink {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // `path` is a JSON pointer into the source; `what` is "dropped", "defaulted" or "approximated".
  // [call-thread]
  void(ABV_CALL* lost)(void* ctx, abv_str path, abv_str what, abv_str why) ABV_NOEXCEPT;
} abv_loss_sink;

typedef struct abv_dialect {
  uint32_t size;
  uint32_t reserved;  // zero
  uint64_t decodes;   // mask of ABV_EVENT_BIT: events that its decoder gives
  uint64_t encodes;   // mask of ABV_EVENT_BIT: events that its encoder can write; 0 = no encoder

  // Writes an error as a body (ABV_FORM_WHOLE) or as what ends a broken stream (ABV_FORM_STREAM).
  // [any-thread] [must-not-block]
  abv_status(ABV_CALL* encode_error)(void* self, int32_t form, const abv_error* error,
                                     abv_str request_id, const abv_writer* out) ABV_NOEXCEPT;

  // Writes a model list from the neutral list (schema/models.schema.json), or, when `only` is not
  // empty, that one model. ABV_E_NOT_FOUND when it is not in the list. Optional.
  // [any-thread] [must-not-block]
  abv_status(ABV_CALL* encode_models)(void* self, abv_str models_json, abv_str only, abv_str query,
                                      const abv_writer* out) ABV_NOEXCEPT;

  // Reads an upstream's model list into the neutral list. Optional.
  // [any-thread] [must-not-block]
  abv_status(ABV_CALL* decode_models)(void* self, abv_str body, const abv_writer* out) ABV_NOEXCEPT;

  // Opens a decoder for one answer; `*state` belongs to the dialect until close_decoder.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* open_decoder)(void* self, const abv_codec_params* params,
                                     void** state) ABV_NOEXCEPT;

  // Takes the next bytes, cut anywhere, and emits the events that are complete.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* decode)(void* state, abv_str bytes, const abv_event_sink* sink) ABV_NOEXCEPT;

  // The answer is over. ABV_E_INVALID when it was not complete by the dialect's grammar.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* finish_decoder)(void* state, const abv_event_sink* sink) ABV_NOEXCEPT;

  // [call-thread]
  void(ABV_CALL* close_decoder)(void* state) ABV_NOEXCEPT;

  // Opens an encoder for one answer.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* open_encoder)(void* self, const abv_codec_params* params,
                                     void** state) ABV_NOEXCEPT;

  // Takes one event and writes what can be written. In ABV_FORM_WHOLE nothing is written before
  // finish.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* encode)(void* state, const abv_event* event,
                               const abv_writer* out) ABV_NOEXCEPT;

  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* finish_encoder)(void* state, const abv_writer* out) ABV_NOEXCEPT;

  // [call-thread]
  void(ABV_CALL* close_encoder)(void* state) ABV_NOEXCEPT;

  // The media type of encoded answers in `form`, static: "text/event-stream".
  // [any-thread]
  const char*(ABV_CALL* content_type)(void* self, int32_t form)ABV_NOEXCEPT;

  // Event lane: the client's request to the canonical request that the endpoint names: "chat" and
  // "count_tokens" are schema/chat.schema.json, the others the schema of their name. What has no
  // place in it goes into its `extras`, so only what is malformed fails. Null in a dialect that is
  // raw only.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* decode_request)(void* self, const abv_call* call,
                                       const abv_writer* canonical,
                                       const abv_loss_sink* loss) ABV_NOEXCEPT;

  // Event lane: the canonical request to this wire format. Sets the body and what belongs to the
  // format: the method when it is not POST, path and query with set_url ("/v1/messages"), headers.
  // The provider's prepare gets them afterwards and makes a URL of the path. `attempt` has model,
  // operation and stream flag; its body is empty. Null in a dialect that is raw only.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* encode_request)(void* self, abv_str canonical, const abv_attempt* attempt,
                                       const abv_outgoing* out,
                                       const abv_loss_sink* loss) ABV_NOEXCEPT;

  // The media type of the answer that this encoder writes, static, where it is not what
  // content_type says: a client may have asked for plain text. Null: content_type holds. Optional.
  // [call-thread]
  const char*(ABV_CALL* answer_type)(void* encoder)ABV_NOEXCEPT;
} abv_dialect;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_EXT_DIALECT_H
