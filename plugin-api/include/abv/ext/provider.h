// abv.provider/1: one upstream service.
//
// A provider does no I/O. The host asks it to *prepare* a request, sends it, and asks it to *judge*
// the answer; so connections, TLS, retries, account rotation, cancellation and accounting exist
// once, in the host. Control work goes the same way: refreshing a credential, listing models and
// asking for a quota are prepared like calls, with an operation of their own, and *digested* into
// JSON.
//
// abilities_json of a provider:
//   { "dialects": ["openai-chat"],        wire formats that the upstream speaks
//     "credentials": ["api_key"],         account kinds it takes; [] when it needs none
//     "control": ["abv.models"],          control operations it offers
//     "operations": ["chat"],             of its dialects, that the upstream has; absent: all
//     "raw": true,                        false: answers have to be read by the dialect's decoder
//                                         before a client of the same dialect can have them
//     "by_setting": {                     where abilities depend on a setting: the members that take
//       "protocol": { "openai": {         the place of those above when it has that value
//         "dialects": ["openai-chat"] } } } }
#ifndef ABV_EXT_PROVIDER_H
#define ABV_EXT_PROVIDER_H

#include "abv/abi/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_KIND_PROVIDER "abv.provider/1"

// Control operations. More may come; return ABV_E_UNSUPPORTED for those that are not known.
#define ABV_OP_MODELS "abv.models"    // digest: {"models":[{"id",…}]} (schema/models.schema.json)
#define ABV_OP_REFRESH "abv.refresh"  // digest: {"secrets":{…},"attributes":{…},"expires_at_ms":n}
#define ABV_OP_QUOTA "abv.quota"      // digest: {"limits":[{"name","remaining","resets_at_ms"}]}

// A credential of a provider. The host owns it; valid during the call that received it.
typedef struct abv_account {
  uint32_t size;
  uint32_t flags;  // zero
  void* ctx;
  abv_str id;               // opaque and stable
  abv_str kind;             // "api_key", "oauth", …
  abv_str label;            // for people
  abv_str attributes_json;  // what the account's file holds besides secrets

  // Reads a secret field ("api_key", "refresh_token") and writes it to `out`. Each use is counted.
  // Prefer set_credential of abv_outgoing, with which the plugin never sees the secret.
  // [any-thread]
  abv_status(ABV_CALL* secret)(void* ctx, abv_str field, const abv_writer* out) ABV_NOEXCEPT;
} abv_account;

#define ABV_ATTEMPT_STREAM 1u  // the client asked for a stream

// One try to have a call answered.
typedef struct abv_attempt {
  uint32_t size;
  uint32_t flags;             // ABV_ATTEMPT_*
  uint32_t number;            // 1 for the first
  uint32_t step;              // of a control operation, from 0 (see digest)
  abv_str operation;          // "chat", …, or ABV_OP_*
  abv_str dialect;            // of the body; empty for control operations
  abv_str model;              // resolved, or empty
  abv_str method;             // of the request as it stands
  abv_str path;               // of the request as it stands, with the resolved model in it
  abv_str query;              // without "?" and without the client's credentials
  abv_str body;               // as it stands; empty when it is streamed in
  const abv_header* headers;  // of the request as it stands: those of the client that are passed on
  size_t header_count;
  const abv_account* account;  // null when the provider needs none
} abv_attempt;

// The request that goes upstream. It starts as the client's own: its method, its body, its headers
// but for credentials, hop-by-hop and forwarding ones. The URL has to be set. The host refuses URLs
// that are not http or https, and header values with control characters.
typedef struct abv_outgoing {
  uint32_t size;
  uint32_t reserved;  // zero
  void* ctx;

  // [call-thread]
  abv_status(ABV_CALL* set_method)(void* ctx, abv_str method) ABV_NOEXCEPT;

  // [call-thread]
  abv_status(ABV_CALL* set_url)(void* ctx, abv_str url) ABV_NOEXCEPT;

  // Sets a header, replacing all of that name.
  // [call-thread]
  abv_status(ABV_CALL* set_header)(void* ctx, abv_str name, abv_str value) ABV_NOEXCEPT;

  // [call-thread]
  abv_status(ABV_CALL* remove_header)(void* ctx, abv_str name) ABV_NOEXCEPT;

  // Sets a header to `prefix` followed by the secret `field` of the attempt's account, which the
  // host fills in. ABV_E_NOT_FOUND when the account has no such field.
  // [call-thread]
  abv_status(ABV_CALL* set_credential)(void* ctx, abv_str header, abv_str prefix, abv_str field)
      ABV_NOEXCEPT;

  // Replaces `length` bytes of the body at `offset` (of the body as given in the attempt). Splices
  // must not overlap. ABV_E_UNSUPPORTED for a body that is streamed in.
  // [call-thread]
  abv_status(ABV_CALL* splice)(void* ctx, size_t offset, size_t length, abv_str replacement)
      ABV_NOEXCEPT;

  // Replaces the whole body.
  // [call-thread]
  abv_status(ABV_CALL* set_body)(void* ctx, abv_str body) ABV_NOEXCEPT;

  // Says why a dialect's encode_request, which is about to return a failure, fails: the request
  // asks for what this upstream cannot do. The host copies the error. Optional.
  // [call-thread]
  void(ABV_CALL* fail)(void* ctx, const abv_error* error) ABV_NOEXCEPT;
} abv_outgoing;

// What came back.
typedef struct abv_answer {
  uint32_t size;
  int32_t http_status;   // 0 when no answer came
  abv_status transport;  // ABV_OK, or why no (complete) answer came: ABV_E_IO, ABV_E_DEADLINE
  uint32_t reserved;     // zero
  const abv_header* headers;
  size_t header_count;
  abv_str body;         // for judge: the first 64 KiB of an error's body; for digest: all of it
  int64_t now_unix_ms;  // wall-clock time of the answer, for dates in headers
} abv_answer;

// What an answer means for its account and for the call.
#define ABV_ACTION_PASS 1     // give the answer to the client, good or bad
#define ABV_ACTION_RETRY 2    // try again with the same account
#define ABV_ACTION_ROTATE 3   // try again with another account
#define ABV_ACTION_REFRESH 4  // refresh the account's credential, then try again with it
#define ABV_ACTION_DEAD 5     // the account's credential is void; rotate
#define ABV_SCOPE_REQUEST 1   // says nothing of the account
#define ABV_SCOPE_MODEL 2     // the account, for this model family
#define ABV_SCOPE_ACCOUNT 3   // the account, for everything
#define ABV_SCOPE_PROVIDER 4  // the whole upstream

typedef struct abv_verdict {
  uint32_t size;
  int32_t action;        // ABV_ACTION_*
  int32_t scope;         // ABV_SCOPE_*: what `cool_down_ms` applies to
  uint32_t reserved;     // zero
  int64_t cool_down_ms;  // how long the scope is unusable by the answer's own evidence; 0 none, -1
                         // unknown
  int64_t retry_after_ms;  // what to tell the client; -1 unknown
} abv_verdict;

typedef struct abv_provider {
  uint32_t size;
  uint32_t reserved;  // zero

  // Fills `out` for one attempt.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* prepare)(void* self, const abv_attempt* attempt, const abv_outgoing* out)
      ABV_NOEXCEPT;

  // Says what an answer means. `verdict` comes filled with the host's default by HTTP status;
  // change what is known better. `reason` takes a line for the log. Optional.
  // [call-thread] [must-not-block]
  abv_status(ABV_CALL* judge)(void* self, const abv_attempt* attempt, const abv_answer* answer,
                              abv_verdict* verdict, const abv_writer* reason) ABV_NOEXCEPT;

  // Turns the answer to a control operation into its JSON. ABV_PENDING asks for another prepare
  // with `step` + 1 (paged lists, flows of several requests). Optional: without it abv.models is
  // decoded by the dialect.
  // [any-thread] [must-not-block]
  abv_status(ABV_CALL* digest)(void* self, const abv_attempt* attempt, const abv_answer* answer,
                               const abv_writer* json) ABV_NOEXCEPT;
} abv_provider;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_EXT_PROVIDER_H
