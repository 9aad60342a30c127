#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/account/delay_text.hpp"
#include "host/net/http1.hpp"
#include "host/plugin/provider.hpp"

// What an upstream's answer says about limits, kept as evidence: who said it, in which words, and
// what follows from it. Pure functions; any thread.
namespace abv::account {

// Why an upstream refused.
enum class Kind {
  kNone,          // it did not
  kRate,          // too fast; over in seconds or minutes
  kQuota,         // an allowance is used up: five hours, a day, a week, a month
  kCapacity,      // the model or the service is overloaded; not the account's doing
  kTooLarge,      // this request is too large, for any account like it
  kCredential,    // the key or token is wrong, expired or revoked
  kForbidden,     // the account may not do this
  kVerification,  // a person has to confirm something at the vendor's
  kBilling,       // money: no balance, spend limit, plan expired
  kServer,        // the upstream failed
  kNotFound,      // no such model or thing
  kOther,         // the request was refused for what it is
};

// "rate", "too_large", …: as the YAML and the records have them.
const char* kind_name(Kind kind);
std::optional<Kind> kind_from(std::string_view name);

// Over what time a limit is counted. In order of length but for the first and last.
enum class Window {
  kRequestRate,  // a rate whose window the upstream does not name
  kMinute,
  kHour,
  kFiveHours,
  kDay,
  kWeek,
  kMonth,
  kUnknown,
};

const char* window_name(Window window);

// Five hours and up: windows that other, shorter delays of the same answer say nothing of.
bool is_long(Window window);

// How an answer came to say it.
enum class Basis {
  kHeaderAsk,  // Retry-After and its like: when to come back, the upstream's own summary
  kBodyAsk,    // a field of the body that says when to come back
  kWindow,     // the state of one limit
  kText,       // words of the message
};

// What a limit is for.
enum class Reach {
  kAccount,  // the account, whatever it asks
  kModel,    // the model that was asked
  kNamed,    // something else (Statement::limit), which this answer is not about
};

// One thing that an answer says.
struct Statement {
  Basis basis = Basis::kWindow;
  Window window = Window::kUnknown;
  Reach reach = Reach::kModel;
  std::string limit;          // the upstream's name for it: "tokens", "7d_opus"; may be empty
  bool is_exhausted = false;  // the answer says that nothing is left
  std::optional<std::int64_t> resets_at_unix_ms;
  std::optional<double> remaining;  // share of the limit, 0 to 1; absent is unknown, never 0
  std::string source;               // "header retry-after", "error.details[2].retryDelay", "text"
  std::string raw;                  // as it was written; at most kMaxRawBytes, without secrets
};

constexpr std::size_t kMaxRawBytes = 200;
constexpr std::size_t kMaxMessageBytes = 500;

// Everything that an answer says about limits.
struct Evidence {
  int status = 0;  // of an error inside a good answer: the one it names, or its kind usually has
  std::int64_t read_at_unix_ms = 0;
  Kind kind = Kind::kNone;
  std::vector<Statement> statements;
  std::string code;     // the upstream's own word: "insufficient_quota", "1308"; may be empty
  std::string message;  // for people; at most kMaxMessageBytes, without secrets

  // The same for two answers that refuse in the same way, whatever numbers, times and ids they
  // name; so it shows that a request is refused for what it is, not for who sends it. 0 for kNone.
  std::uint64_t fingerprint = 0;
};

// Reads an answer, good or bad. Of a good one the headers tell how much is left, which may end a
// cool-down early; its body need not be given. An error inside a body of a good status (an event of
// a stream) counts as a refusal. `body` may be cut off.
//
// Read are: Retry-After, retry-after-ms, anthropic-ratelimit-*, anthropic-ratelimit-unified-*,
// x-ratelimit-*, ratelimit-*, x-codex-*; Google's error.details at any index, errors in arrays, in
// JSON strings and in event streams; OpenAI's and Anthropic's codes, resets_at, resets_in_seconds,
// retry_after; the headers that OpenRouter and Codex put into a body; z.ai's numbers; and last the
// words of the message.
Evidence read_evidence(int status, std::span<const net::Header> headers, std::string_view body,
                       std::int64_t now_unix_ms);

// How long to wait, exactly as the answer says, and the statement that says so: an index into
// Evidence::statements. Ceilings are the pool's.
struct Wait {
  Millis time{0};
  std::size_t statement = 0;
};

// Nothing when the answer does not tell, and when waiting is no help (kTooLarge, kCredential,
// kForbidden, kVerification, kBilling, kNotFound, kOther).
//
// The rule, first to last:
//   1. What the upstream asks for in a header: retry-after-ms, else Retry-After.
//   2. What it asks for in the body; of several fields the latest. Not when a long window is used
//   up
//      whose end is not told: Google sends a retryDelay of seconds with the quota of a day.
//   3. The latest reset of the limits that are used up, because all of them have to be open.
//   4. The words of the message, under the condition of 2.
// Whatever was found, a long window that is used up and resets later takes its place. Limits of
// kNamed never count. A time that has passed is a wait of 0. Of an answer that is no refusal only 3
// is asked.
std::optional<Wait> wait_of(const Evidence& evidence);

// What the refusal is about: the account when a limit of the account is used up, the model when
// only limits of models are; without such limits by the kind.
plugin::Scope scope_of(const Evidence& evidence);

}  // namespace abv::account
