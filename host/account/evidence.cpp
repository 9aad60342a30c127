#include "host/account/evidence.hpp"

#include <algorithm>
#include <utility>

#include "host/account/body_evidence.hpp"
#include "host/account/error_kind.hpp"
#include "host/account/header_evidence.hpp"
#include "host/account/shown_text.hpp"

namespace abv::account {
namespace {

struct KindName {
  Kind kind;
  const char* name;
};

constexpr KindName kKinds[] = {
    {Kind::kNone, "none"},           {Kind::kRate, "rate"},
    {Kind::kQuota, "quota"},         {Kind::kCapacity, "capacity"},
    {Kind::kTooLarge, "too_large"},  {Kind::kCredential, "credential"},
    {Kind::kForbidden, "forbidden"}, {Kind::kVerification, "verification"},
    {Kind::kBilling, "billing"},     {Kind::kServer, "server"},
    {Kind::kNotFound, "not_found"},  {Kind::kOther, "other"},
};

constexpr int kFirstFailure = 400;

// A limit of this account or of the model that was asked, with nothing left.
bool is_met(const Statement& said) {
  return said.is_exhausted && said.reach != Reach::kNamed;
}

bool is_met_for_long(const Statement& said) {
  return is_met(said) && is_long(said.window);
}

bool waiting_helps(Kind kind) {
  switch (kind) {
    case Kind::kNone:
    case Kind::kRate:
    case Kind::kQuota:
    case Kind::kCapacity:
    case Kind::kServer:
      return true;
    default:
      return false;
  }
}

int usual_status(Kind kind) {
  switch (kind) {
    case Kind::kRate:
    case Kind::kQuota:
      return 429;
    case Kind::kCapacity:
      return 529;
    case Kind::kTooLarge:
      return 413;
    case Kind::kCredential:
      return 401;
    case Kind::kForbidden:
    case Kind::kVerification:
      return 403;
    case Kind::kBilling:
      return 402;
    case Kind::kServer:
      return 500;
    case Kind::kNotFound:
      return 404;
    default:
      return 400;
  }
}

// What the words of the message add, or else the window that a code names.
void add_text(const ErrorKind& error, std::string_view message, Evidence& evidence) {
  Statement said;
  said.window = error.window;
  said.reach = error.kind == Kind::kQuota ? Reach::kAccount : Reach::kModel;
  said.is_exhausted = is_long(error.window);
  if (const auto found = find_delay_in_text(message, evidence.read_at_unix_ms, error.zone)) {
    said.basis = Basis::kText;
    said.resets_at_unix_ms = evidence.read_at_unix_ms + found->delay.count();
    said.source = "text";
    said.raw = shown_text(found->words, kMaxRawBytes);
  } else if (said.is_exhausted) {
    said.source = "error.code";
    said.raw = error.code;
  } else {
    return;
  }
  evidence.statements.push_back(std::move(said));
}

// Picks the statement to wait for; see wait_of.
class Choice {
 public:
  explicit Choice(const Evidence& evidence) : evidence_(evidence) {
    has_open_end_ = std::any_of(
        evidence.statements.begin(), evidence.statements.end(),
        [](const Statement& said) { return is_met_for_long(said) && !said.resets_at_unix_ms; });
  }

  std::optional<std::size_t> make() {
    const bool is_refused = evidence_.kind != Kind::kNone;
    if (is_refused) {
      take_header();
    }
    if (is_refused && !has_open_end_) {
      take_latest([](const Statement& said) { return said.basis == Basis::kBodyAsk; });
    }
    take_latest([this](const Statement& said) {
      return said.basis == Basis::kWindow && is_met(said) &&
             (!has_open_end_ || is_long(said.window));
    });
    if (is_refused && !has_open_end_) {
      take_latest([](const Statement& said) { return said.basis == Basis::kText; });
    }
    lengthen();
    return chosen_;
  }

 private:
  // retry-after-ms is the exacter one of the two.
  void take_header() {
    const std::vector<Statement>& said = evidence_.statements;
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (said[i].basis == Basis::kHeaderAsk && (!chosen_ || said[i].source.ends_with("-ms"))) {
        chosen_ = i;
      }
    }
  }

  template <typename Fits>
  void take_latest(Fits fits) {
    if (chosen_) {
      return;
    }
    const std::vector<Statement>& said = evidence_.statements;
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (said[i].resets_at_unix_ms && fits(said[i]) && is_later(i)) {
        chosen_ = i;
      }
    }
  }

  void lengthen() {
    const std::vector<Statement>& said = evidence_.statements;
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (chosen_ && said[i].resets_at_unix_ms && is_met_for_long(said[i]) && is_later(i)) {
        chosen_ = i;
      }
    }
  }

  bool is_later(std::size_t i) const {
    const std::vector<Statement>& said = evidence_.statements;
    return !chosen_ || *said[i].resets_at_unix_ms > *said[*chosen_].resets_at_unix_ms;
  }

  const Evidence& evidence_;
  bool has_open_end_ = false;
  std::optional<std::size_t> chosen_;
};

}  // namespace

const char* kind_name(Kind kind) {
  const auto* const found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                         [&](const KindName& row) { return row.kind == kind; });
  return found->name;
}

std::optional<Kind> kind_from(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                         [&](const KindName& row) { return row.name == name; });
  return found == std::end(kKinds) ? std::nullopt : std::optional(found->kind);
}

const char* window_name(Window window) {
  switch (window) {
    case Window::kRequestRate:
      return "request_rate";
    case Window::kMinute:
      return "minute";
    case Window::kHour:
      return "hour";
    case Window::kFiveHours:
      return "five_hours";
    case Window::kDay:
      return "day";
    case Window::kWeek:
      return "week";
    case Window::kMonth:
      return "month";
    case Window::kUnknown:
      break;
  }
  return "unknown";
}

bool is_long(Window window) {
  return window == Window::kFiveHours || window == Window::kDay || window == Window::kWeek ||
         window == Window::kMonth;
}

Evidence read_evidence(int status, std::span<const net::Header> headers, std::string_view body,
                       std::int64_t now_unix_ms) {
  Evidence evidence;
  evidence.status = status;
  evidence.read_at_unix_ms = now_unix_ms;
  read_headers(headers, now_unix_ms, "header ", evidence.statements);
  const bool is_failure = status >= kFirstFailure;
  if (!is_failure && body.empty()) {
    return evidence;
  }
  BodyEvidence said = read_body(body, now_unix_ms);
  if (!is_failure && !said.has_error) {
    return evidence;
  }
  std::move(said.statements.begin(), said.statements.end(),
            std::back_inserter(evidence.statements));
  // Within a good answer, an event of a stream say, an error may name the status that it would
  // have.
  const int named = is_failure || said.status == 0 ? status : said.status;
  const ErrorKind error = classify(named, said.codes, said.message, evidence.statements);
  evidence.kind = error.kind;
  evidence.status = named >= kFirstFailure ? named : usual_status(error.kind);
  evidence.code = shown_text(error.code, kMaxRawBytes);
  add_text(error, said.message, evidence);
  evidence.message = shown_text(said.message, kMaxMessageBytes);
  evidence.fingerprint = fingerprint_of(evidence.status, error.code, said.message);
  return evidence;
}

std::optional<Wait> wait_of(const Evidence& evidence) {
  if (!waiting_helps(evidence.kind)) {
    return std::nullopt;
  }
  const auto chosen = Choice(evidence).make();
  if (!chosen) {
    return std::nullopt;
  }
  const std::int64_t time =
      *evidence.statements[*chosen].resets_at_unix_ms - evidence.read_at_unix_ms;
  return Wait{Millis(std::clamp<std::int64_t>(time, 0, kLongestDelay.count())), *chosen};
}

plugin::Scope scope_of(const Evidence& evidence) {
  const std::vector<Statement>& said = evidence.statements;
  switch (evidence.kind) {
    case Kind::kNone:
    case Kind::kRate:
    case Kind::kQuota:
      if (std::any_of(said.begin(), said.end(), [](const Statement& one) {
            return is_met(one) && one.reach == Reach::kAccount;
          })) {
        return plugin::Scope::kAccount;
      }
      if (evidence.kind == Kind::kRate || std::any_of(said.begin(), said.end(), is_met)) {
        return plugin::Scope::kModel;
      }
      return evidence.kind == Kind::kQuota ? plugin::Scope::kAccount : plugin::Scope::kRequest;
    case Kind::kCapacity:
    case Kind::kNotFound:
      return plugin::Scope::kModel;
    case Kind::kCredential:
    case Kind::kForbidden:
    case Kind::kVerification:
    case Kind::kBilling:
      return plugin::Scope::kAccount;
    default:
      return plugin::Scope::kRequest;
  }
}

}  // namespace abv::account
