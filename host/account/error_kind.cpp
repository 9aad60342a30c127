#include "host/account/error_kind.hpp"

#include <algorithm>
#include <optional>

#include "host/account/scanner.hpp"

namespace abv::account {
namespace {

struct Code {
  std::string_view code;  // in lower case
  Kind kind;
};

// Codes that mean one thing.
constexpr Code kExact[] = {
    // OpenAI, and those who speak like it.
    {"insufficient_quota", Kind::kBilling},  // means an empty purse, in spite of its name
    {"billing_hard_limit_reached", Kind::kBilling},
    {"billing_not_active", Kind::kBilling},
    {"organization_spend_limit_exceeded", Kind::kBilling},
    {"project_spend_limit_exceeded", Kind::kBilling},
    {"insufficient_balance", Kind::kBilling},
    {"insufficient_credits", Kind::kBilling},
    {"context_length_exceeded", Kind::kTooLarge},
    {"invalid_api_key", Kind::kCredential},
    {"account_deactivated", Kind::kCredential},
    {"token_expired", Kind::kCredential},
    {"token_invalidated", Kind::kCredential},
    {"token_revoked", Kind::kCredential},
    {"invalid_grant", Kind::kCredential},
    {"unsupported_country_region_territory", Kind::kForbidden},
    {"model_not_found", Kind::kNotFound},
    {"server_is_overloaded", Kind::kCapacity},
    {"engine_overloaded", Kind::kCapacity},
    {"slow_down", Kind::kCapacity},
    // ChatGPT accounts.
    {"usage_limit_reached", Kind::kQuota},
    {"usage_not_included", Kind::kBilling},
    // Anthropic.
    {"overloaded_error", Kind::kCapacity},
    {"billing_error", Kind::kBilling},
    {"contract_spend_limit_reached", Kind::kBilling},
    {"enforced_spend_limit_reached", Kind::kBilling},
    {"request_too_large", Kind::kTooLarge},
    // Google.
    {"quota_exhausted", Kind::kQuota},
    {"model_capacity_exhausted", Kind::kCapacity},
    {"insufficient_g1_credits_balance", Kind::kBilling},
    {"billing_disabled", Kind::kBilling},
    {"validation_required", Kind::kVerification},
    {"api_key_invalid", Kind::kCredential},
    {"api_key_expired", Kind::kCredential},
    {"access_token_expired", Kind::kCredential},
    {"access_token_scope_insufficient", Kind::kCredential},
    {"account_state_invalid", Kind::kCredential},
    {"api_key_service_blocked", Kind::kForbidden},
    {"service_disabled", Kind::kForbidden},
    {"consumer_invalid", Kind::kForbidden},
    {"consumer_suspended", Kind::kForbidden},
};

struct Number {
  std::string_view code;
  Kind kind;
  Window window;
};

// z.ai and bigmodel.cn; docs.z.ai/api-reference/api-code and bodies from issue threads, 2026-10.
constexpr Number kZai[] = {
    {"1000", Kind::kCredential, Window::kUnknown},    // authentication failed
    {"1001", Kind::kCredential, Window::kUnknown},    // no authentication received
    {"1002", Kind::kCredential, Window::kUnknown},    // token invalid
    {"1003", Kind::kCredential, Window::kUnknown},    // token expired
    {"1004", Kind::kCredential, Window::kUnknown},    // token cannot be verified
    {"1005", Kind::kVerification, Window::kUnknown},  // second factor needed
    {"1110", Kind::kForbidden, Window::kUnknown},     // account not active
    {"1111", Kind::kForbidden, Window::kUnknown},     // no such account
    {"1112", Kind::kForbidden, Window::kUnknown},     // account locked
    {"1113", Kind::kBilling, Window::kUnknown},       // no balance, no package
    {"1120", Kind::kForbidden, Window::kUnknown},     // account out of reach
    {"1200", Kind::kServer, Window::kUnknown},        // call failed
    {"1211", Kind::kNotFound, Window::kUnknown},      // unknown model
    {"1220", Kind::kForbidden, Window::kUnknown},     // no permission for this API
    {"1221", Kind::kNotFound, Window::kUnknown},      // API taken offline
    {"1222", Kind::kNotFound, Window::kUnknown},      // no such API
    {"1230", Kind::kServer, Window::kUnknown},        // processing failed
    {"1234", Kind::kServer, Window::kUnknown},        // network error
    {"1261", Kind::kTooLarge, Window::kUnknown},      // prompt too long
    {"1301", Kind::kOther, Window::kUnknown},         // unsafe content
    {"1302", Kind::kRate, Window::kRequestRate},      // too many requests at a time
    {"1303", Kind::kRate, Window::kRequestRate},      // too many requests
    {"1304", Kind::kQuota, Window::kDay},             // calls of the day used up
    {"1305", Kind::kCapacity, Window::kUnknown},      // overloaded
    {"1308", Kind::kQuota, Window::kFiveHours},       // "usage limit reached for 5 hour"
    {"1309", Kind::kBilling, Window::kUnknown},       // plan expired
    {"1310", Kind::kQuota, Window::kWeek},            // weekly or monthly limit
    {"1311", Kind::kNotFound, Window::kUnknown},      // plan without this model
    {"1312", Kind::kCapacity, Window::kUnknown},      // model busy
    {"1313", Kind::kForbidden, Window::kUnknown},     // fair use policy: has to be appealed
    {"1314", Kind::kBilling, Window::kUnknown},       // enterprise package expired
    {"1315", Kind::kForbidden, Window::kUnknown},     // key of another product
    {"1316", Kind::kQuota, Window::kFiveHours},       // and no balance for more
    {"1317", Kind::kQuota, Window::kWeek},
    {"1318", Kind::kQuota, Window::kFiveHours},  // and the spend limit is reached
    {"1319", Kind::kQuota, Window::kWeek},
    {"1320", Kind::kQuota, Window::kFiveHours},
    {"1321", Kind::kQuota, Window::kWeek},
};

// z.ai writes the clock of Shanghai without saying so.
constexpr std::chrono::minutes kShanghai = std::chrono::hours(8);

struct Phrase {
  std::string_view words;  // in lower case
  Kind kind;
  bool is_for_400;  // also in answers with status 400, whose message may repeat the request
};

// Words of messages. The first that is found counts.
constexpr Phrase kPhrases[] = {
    {"verify your account", Kind::kVerification, true},
    {"organization has been disabled", Kind::kCredential, true},
    {"account has been suspended", Kind::kCredential, true},
    {"reported as leaked", Kind::kCredential, true},
    {"api key not valid", Kind::kCredential, true},
    {"invalid api key", Kind::kCredential, true},
    {"incorrect api key", Kind::kCredential, true},
    {"api key expired", Kind::kCredential, true},
    {"token has been revoked", Kind::kCredential, true},
    {"request too large", Kind::kTooLarge, true},
    {"prompt is too long", Kind::kTooLarge, true},
    {"input is too long", Kind::kTooLarge, true},
    {"maximum context length", Kind::kTooLarge, true},
    {"context window", Kind::kTooLarge, true},
    {"exceeds the maximum number of tokens", Kind::kTooLarge, true},
    {"long context requests", Kind::kTooLarge, true},
    {"request payload size exceeds", Kind::kTooLarge, true},
    {"overloaded", Kind::kCapacity, false},
    {"no capacity available", Kind::kCapacity, false},
    {"is at capacity", Kind::kCapacity, false},
    {"experiencing high demand", Kind::kCapacity, false},
    {"server is busy", Kind::kCapacity, false},
    {"specified api usage limits", Kind::kQuota, true},
    {"usage limit", Kind::kQuota, false},
    {"limit exhausted", Kind::kQuota, false},
    {"quota will reset", Kind::kQuota, false},
    {"exhausted your", Kind::kQuota, false},
    {"quota reached", Kind::kQuota, false},
    {"exceeded your current quota", Kind::kQuota, false},
    {"weekly limit", Kind::kQuota, false},
    {"daily limit", Kind::kQuota, false},
    {"per-day", Kind::kQuota, false},
    {"credit balance is too low", Kind::kBilling, true},
    {"draw from your extra usage", Kind::kBilling, true},
    {"insufficient balance", Kind::kBilling, true},
    {"insufficient credits", Kind::kBilling, true},
    {"spend limit", Kind::kBilling, false},
    {"payment is past due", Kind::kBilling, false},
    {"rate limit", Kind::kRate, false},
    {"too many requests", Kind::kRate, false},
};

// Codes that stand for many things; they say no more than a status does.
constexpr Code kVague[] = {
    {"rate_limit_exceeded", Kind::kRate},
    {"rate_limit_error", Kind::kRate},
    {"ratelimitexceeded", Kind::kRate},
    {"resource_exhausted", Kind::kRate},
    {"too_many_requests", Kind::kRate},
    {"authentication_error", Kind::kCredential},
    {"unauthenticated", Kind::kCredential},
    {"permission_error", Kind::kForbidden},
    {"permission_denied", Kind::kForbidden},
    {"not_found_error", Kind::kNotFound},
    {"not_found", Kind::kNotFound},
    {"unavailable", Kind::kCapacity},
    {"api_error", Kind::kServer},
    {"server_error", Kind::kServer},
    {"internal", Kind::kServer},
    {"internal_server_error", Kind::kServer},
    {"deadline_exceeded", Kind::kServer},
};

template <typename Row>
const Row* row_of(std::span<const Row> rows, std::string_view code) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.code == code; });
  return found == rows.end() ? nullptr : &*found;
}

Kind kind_of_status(int status) {
  switch (status) {
    case 401:
      return Kind::kCredential;
    case 402:
      return Kind::kBilling;
    case 403:
      return Kind::kForbidden;
    case 404:
      return Kind::kNotFound;
    case 408:
      return Kind::kServer;
    case 413:
      return Kind::kTooLarge;
    case 429:
      return Kind::kRate;
    case 503:
    case 529:
      return Kind::kCapacity;
    default:
      return status >= 500 ? Kind::kServer : Kind::kOther;
  }
}

std::optional<Kind> kind_of_phrases(int status, std::string_view message) {
  constexpr std::size_t kReadBytes = 4096;
  const std::string words = lowered(message.substr(0, kReadBytes));
  constexpr int kBadRequest = 400;
  for (const Phrase& phrase : kPhrases) {
    if ((status != kBadRequest || phrase.is_for_400) &&
        words.find(phrase.words) != std::string::npos) {
      return phrase.kind;
    }
  }
  return std::nullopt;
}

std::optional<Kind> kind_of_windows(std::span<const Statement> statements) {
  std::optional<Kind> kind;
  for (const Statement& statement : statements) {
    if (!statement.is_exhausted || statement.reach == Reach::kNamed) {
      continue;
    }
    if (is_long(statement.window)) {
      return Kind::kQuota;
    }
    if (statement.window == Window::kMinute || statement.window == Window::kHour) {
      kind = Kind::kRate;
    }
  }
  return kind;
}

// A limit is what these statuses are about. With others the limits are only told along the way.
bool may_be_a_limit(int status) {
  return status == 429 || status == 403 || status < 400;
}

}  // namespace

ErrorKind classify(int status, std::span<const std::string> codes, std::string_view message,
                   std::span<const Statement> statements) {
  ErrorKind found;
  found.code = codes.empty() ? std::string() : codes.front();
  for (const std::string& code : codes) {
    const std::string small = lowered(code);
    if (const Code* row = row_of<Code>(kExact, small)) {
      return {row->kind, Window::kUnknown, std::nullopt, code};
    }
    if (const Number* row = row_of<Number>(kZai, small)) {
      return {row->kind, row->window, kShanghai, code};
    }
  }
  if (const auto kind = may_be_a_limit(status) ? kind_of_windows(statements) : std::nullopt) {
    found.kind = *kind;
    return found;
  }
  if (const auto kind = kind_of_phrases(status, message)) {
    found.kind = *kind;
    return found;
  }
  for (const std::string& code : codes) {
    if (const Code* row = row_of<Code>(kVague, lowered(code))) {
      return {row->kind, Window::kUnknown, std::nullopt, code};
    }
  }
  found.kind = kind_of_status(status);
  return found;
}

}  // namespace abv::account
