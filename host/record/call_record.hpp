#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/clock.hpp"

namespace abv::record {

// Token counts of an answer, as abv/abi/event.h defines them; -1 where the upstream did not say.
struct Usage {
  std::int64_t input_tokens = -1;
  std::int64_t output_tokens = -1;
  std::int64_t cache_read_tokens = -1;
  std::int64_t cache_write_tokens = -1;
  std::int64_t reasoning_tokens = -1;
};

// How a call ended.
enum class Outcome {
  kOk,         // an answer below 400 was delivered whole
  kError,      // an answer of 400 or above was delivered
  kCancelled,  // the client left first
  kBroken,     // the answer ended in the middle, and the client was told so
};

const char* outcome_name(Outcome outcome);

// Where the time of a call went. Zero where a step did not happen.
struct Timings {
  Nanos parse{0};          // reading the body, finding model and stream flag
  Nanos route{0};          // finding route and target
  Nanos convert{0};        // decoding, encoding, splicing
  Nanos queue{0};          // waiting for an account
  Nanos upstream_wait{0};  // from the request sent to the first byte of the answer
  Nanos write{0};          // blocked in writes to the client
  Nanos first_byte{0};     // from the call's start to the first byte sent to the client
  Nanos total{0};
  std::vector<std::pair<std::string, Nanos>> plugins;  // by instance, in the order of the YAML
};

// What a conversion between dialects could not carry over as it was.
struct Loss {
  std::string path;  // JSON pointer into the request, or the event's kind for an answer
  std::string what;  // "dropped", "approximated" or "defaulted"
  std::string why;
};

// What happened in one call. Made on the call's thread, handed to observers on another. It holds no
// bodies and no secrets.
struct CallRecord {
  std::string id;
  std::int64_t start_unix_ms = 0;
  std::string peer;
  std::string session;       // of a WebSocket that carried it; else empty
  std::string trace_parent;  // the client's header "traceparent"; unchecked
  std::string principal;
  std::string method;
  std::string path;
  std::string operation;
  std::string dialect;
  std::string route;
  std::string lane;  // "raw", "event", "handler", "host"
  std::string provider;
  std::string account;
  std::string model_asked;
  std::string model_resolved;
  std::string model_trace;  // how one became the other, where rules, aliases or a router did it
  bool is_stream = false;
  int attempts = 0;
  std::vector<std::string> choices;  // how accounts were chosen, where there was a choice
  int status = 0;                    // as sent to the client; 0 when nothing was sent
  int upstream_status = 0;           // 0 when no upstream answered
  Outcome outcome = Outcome::kOk;
  std::string error;  // for people; empty when all went well
  std::string stop_reason;
  Usage usage;
  std::vector<Loss> losses;     // of the event lane, in the order in which they were met
  std::uint64_t bytes_in = 0;   // body bytes from the client
  std::uint64_t bytes_out = 0;  // body bytes to the client
  Timings timings;
};

// Hears of every call, on the record thread, one at a time.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void on_call(const CallRecord& record) = 0;
};

}  // namespace abv::record
