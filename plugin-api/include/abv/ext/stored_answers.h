// abv.call.stored-answers/1: the answers that the host keeps, so that later calls can refer to
// them. For dialects of clients that name an earlier answer instead of sending it again.
//
// A dialect gets it with get_extension of the call: in decode_request, and from the call in the
// abv_codec_params of an encoder. It is absent where the host cannot keep answers. A call sees the
// answers of its own principal; another's do not exist for it.
//
// An answer is kept in two halves, both JSON text: what decode_request had to say about the
// request, and the whole answer, as the dialect's own encoder of the call's operation writes it in
// ABV_FORM_WHOLE when it is opened without a call. An endpoint whose abilities say "stored": true
// is answered from them: its decode_request writes the whole answer, in the stream form where the
// call asks for a stream. ABV_E_NOT_FOUND from it leaves the call to an upstream of the same
// dialect, when there is one.
#ifndef ABV_EXT_STORED_ANSWERS_H
#define ABV_EXT_STORED_ANSWERS_H

#include "abv/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ABV_CALL_STORED_ANSWERS "abv.call.stored-answers/1"

// The halves.
#define ABV_STORED_REQUEST 1
#define ABV_STORED_ANSWER 2

// Flag: the upstream speaks this dialect's operation itself, so an id that is not known here may be
// one of the upstream's.
#define ABV_STORED_UPSTREAM 1u

typedef struct abv_stored_answers {
  uint32_t size;
  uint32_t flags;  // ABV_STORED_UPSTREAM
  void* ctx;

  // Writes one half of the answer `id`, which is the id that its encoder was opened with.
  // ABV_E_NOT_FOUND when there is none; ABV_E_LIMIT when this call has read more than a request may
  // hold. It may read the disk, which takes some milliseconds at most and is fine in a function
  // that must not block.
  // [call-thread]
  abv_status(ABV_CALL* find)(void* ctx, abv_str id, int32_t half,
                             const abv_writer* out) ABV_NOEXCEPT;

  // Forgets an answer. ABV_E_NOT_FOUND when there is none.
  // [call-thread]
  abv_status(ABV_CALL* remove)(void* ctx, abv_str id) ABV_NOEXCEPT;

  // In decode_request: the answer to this call is to be kept, with `request` as its first half.
  // Nothing is kept of a call that is not answered. ABV_E_UNSUPPORTED when the host keeps nothing.
  // [call-thread]
  abv_status(ABV_CALL* keep)(void* ctx, abv_str request) ABV_NOEXCEPT;
} abv_stored_answers;

#ifdef __cplusplus
}  // extern "C"
#endif

#endif  // ABV_EXT_STORED_ANSWERS_H
