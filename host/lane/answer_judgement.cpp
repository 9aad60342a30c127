#include "host/lane/answer_judgement.hpp"

#include <utility>
#include <vector>

#include "host/account/evidence.hpp"
#include "host/account/status_rules.hpp"
#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

// What is looked at of a failed answer.
constexpr std::size_t kJudgedBytes = 64 * 1024;

// An upstream that cannot be reached, or that hangs up, may have had a bad moment.
constexpr std::uint32_t kMostTriesWithoutAnswer = 2;

// The pool has bounds of its own, and wants to know what was really said.
constexpr account::CoolDownBounds kUnbounded{account::Millis(0), account::kLongestDelay};

account::Answered without_answer(const plugin::Attempt& attempt, std::string& reason) {
  account::Answered answered;
  reason = "no answer came";
  answered.verdict.action =
      attempt.number < kMostTriesWithoutAnswer ? plugin::Action::kRetry : plugin::Action::kPass;
  return answered;
}

void note_rooms(const account::Evidence& evidence, account::Answered& answered) {
  for (const account::Statement& said : evidence.statements) {
    const bool is_state =
        said.basis == account::Basis::kWindow && said.reach != account::Reach::kNamed;
    if (is_state && (said.remaining || said.is_exhausted)) {
      answered.rooms.push_back({account::window_name(said.window),
                                said.is_exhausted ? std::optional(0.0) : said.remaining,
                                said.resets_at_unix_ms.value_or(0),
                                said.reach == account::Reach::kAccount});
    }
  }
}

void note_proof(const account::Evidence& evidence, account::Answered& answered) {
  answered.fingerprint = evidence.fingerprint;
  answered.proof.status = evidence.status;
  answered.proof.message = evidence.message;
  answered.proof.at_ms = evidence.read_at_unix_ms;
  if (const std::optional<account::Wait> wait = account::wait_of(evidence)) {
    const account::Statement& said = evidence.statements[wait->statement];
    answered.says_when = true;
    answered.window = said.window == account::Window::kUnknown
                          ? std::string()
                          : std::string(account::window_name(said.window));
    answered.proof.source = said.source;
    answered.proof.raw = said.raw;
  }
}

}  // namespace

account::Answered judge_answer(const Target& target, const plugin::Attempt& attempt,
                               const Arrival* arrival, std::int64_t now_unix_ms,
                               std::string& reason) {
  if (arrival == nullptr) {
    return without_answer(attempt, reason);
  }
  const net::ResponseHead& head = arrival->head;
  const std::string_view body = std::string_view(arrival->held).substr(0, kJudgedBytes);
  const account::Evidence evidence =
      account::read_evidence(head.status, head.headers, body, now_unix_ms);
  account::Answered answered;
  note_rooms(evidence, answered);
  if (head.status < 400) {
    return answered;
  }
  note_proof(evidence, answered);
  answered.verdict = account::decide(target.status_rules,
                                     account::Refusal{evidence, body, attempt.number}, kUnbounded);
  std::vector<abv_header> headers;
  for (const net::Header& header : head.headers) {
    headers.push_back({plugin::view(header.name), plugin::view(header.value)});
  }
  plugin::Answer answer;
  answer.http_status = head.status;
  answer.headers = headers;
  answer.body = body;
  answer.now_unix_ms = now_unix_ms;
  (void)target.provider->judge(attempt, answer, answered.verdict, reason);
  if (reason.empty()) {
    reason = account::kind_name(evidence.kind);
  }
  return answered;
}

}  // namespace abv::lane
