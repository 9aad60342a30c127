#include "host/account/header_evidence.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "host/account/limit_names.hpp"
#include "host/account/scanner.hpp"
#include "host/account/shown_text.hpp"

namespace abv::account {
namespace {

// The headers of one limit, which belong together. Views into the headers.
struct Group {
  Family family = Family::kRateLimit;
  std::string key;   // "input-tokens", "7d_opus", "requests-day", "codex-bengalfox secondary"
  std::string name;  // of the headers, with * for the field
  std::string_view limit;
  std::string_view remaining;
  std::string_view reset;
  std::string_view reset_after;
  std::string_view status;
  std::string_view used;     // share, or percent in kCodex
  std::string_view minutes;  // length of the window
};

std::string_view Group::*member_for(std::string_view field) {
  static constexpr std::pair<std::string_view, std::string_view Group::*> kFields[] = {
      {"limit", &Group::limit},
      {"remaining", &Group::remaining},
      {"reset", &Group::reset},
      {"reset-at", &Group::reset},
      {"reset-after-seconds", &Group::reset_after},
      {"status", &Group::status},
      {"utilization", &Group::used},
      {"used-percent", &Group::used},
      {"window-minutes", &Group::minutes},
  };
  const auto* const found = std::find_if(std::begin(kFields), std::end(kFields),
                                         [&](const auto& row) { return row.first == field; });
  return found == std::end(kFields) ? nullptr : found->second;
}

class HeaderReader {
 public:
  HeaderReader(std::int64_t now_unix_ms, std::string_view where, std::vector<Statement>& statements)
      : now_(now_unix_ms), where_(where), statements_(statements) {}

  void take(const net::Header& header);
  void finish();

 private:
  void ask(std::string_view name, std::string_view value, std::optional<Millis> delay);
  void counted(const Group& group);
  void unified(const Group& group);
  void unified_whole();
  void codex(const Group& group);
  std::optional<std::int64_t> reset_time(std::string_view text) const;
  Statement statement(const Group& group) const;

  std::int64_t now_;
  std::string_view where_;
  std::vector<Statement>& statements_;
  std::vector<Group> groups_;
  std::string_view claim_;         // the window that the unified status is about
  std::string_view active_limit_;  // the limit that a Codex answer was counted on
};

void HeaderReader::take(const net::Header& header) {
  if (!may_tell_limits(header.name)) {
    return;
  }
  const std::string name = lowered(header.name);
  const std::string_view value = trimmed(header.value);
  if (name == "retry-after") {
    return ask(name, value, parse_retry_after(value, now_));
  }
  if (name == "retry-after-ms") {
    return ask(name, value, parse_duration(std::string(value) + "ms"));
  }
  if (name == "anthropic-ratelimit-unified-representative-claim") {
    claim_ = value;
    return;
  }
  if (name == "x-codex-active-limit") {
    active_limit_ = value;
    return;
  }
  const LimitHeader parts = limit_header(name);
  const auto member = member_for(parts.field);
  if (member == nullptr) {
    return;
  }
  auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
    return group.family == parts.family && group.key == parts.key;
  });
  if (found == groups_.end()) {
    Group group;
    group.family = parts.family;
    group.key = parts.key;
    group.name = parts.pattern;
    found = groups_.insert(groups_.end(), std::move(group));
  }
  (*found).*member = value;
}

void HeaderReader::ask(std::string_view name, std::string_view value, std::optional<Millis> delay) {
  if (!delay) {
    return;
  }
  Statement said;
  said.basis = Basis::kHeaderAsk;
  said.resets_at_unix_ms = now_ + delay->count();
  said.source.append(where_).append(name);
  said.raw = shown_text(value, kMaxRawBytes);
  statements_.push_back(std::move(said));
}

void HeaderReader::finish() {
  for (const Group& group : groups_) {
    switch (group.family) {
      case Family::kAnthropic:
      case Family::kRateLimit:
        counted(group);
        break;
      case Family::kUnified:
        unified(group);
        break;
      case Family::kCodex:
        codex(group);
        break;
    }
  }
  unified_whole();
}

// What all families have in common.
Statement HeaderReader::statement(const Group& group) const {
  Statement said;
  said.limit = group.key;
  said.source.append(where_).append(group.name);
  const std::pair<std::string_view, std::string_view> parts[] = {
      {"limit ", group.limit},
      {"remaining ", group.remaining},
      {"used ", group.used},
      {"status ", group.status},
      {"window-minutes ", group.minutes},
      {"reset ", group.reset},
      {"reset-after ", group.reset_after},
  };
  for (const auto& [name, value] : parts) {
    if (!value.empty()) {
      said.raw.append(said.raw.empty() ? "" : ", ").append(name).append(value);
    }
  }
  said.raw = shown_text(said.raw, kMaxRawBytes);
  return said;
}

// Durations, dates, and bare numbers: points in time when they are as large as those, else seconds
// from now.
std::optional<std::int64_t> HeaderReader::reset_time(std::string_view text) const {
  if (const auto time = parse_unix_time(text)) {
    return time;
  }
  const auto delay = parse_retry_after(text, now_);
  return delay ? std::optional(now_ + delay->count()) : std::nullopt;
}

// Limits that count down.
void HeaderReader::counted(const Group& group) {
  const auto limit = number_in(group.limit);
  const auto remaining = number_in(group.remaining);
  Statement said = statement(group);
  said.resets_at_unix_ms = reset_time(group.reset);
  if (remaining && limit && *limit > 0) {
    said.remaining = std::min(*remaining / *limit, 1.0);
  } else if (remaining && *remaining <= 0) {
    said.remaining = 0;
  }
  said.is_exhausted = said.remaining && *said.remaining <= 0;
  if (!said.remaining && !said.resets_at_unix_ms) {
    return;
  }
  const bool is_anthropic = group.family == Family::kAnthropic;
  const Window named = window_named(group.key);
  // Anthropic counts its limits by the minute, which their names do not say.
  said.window = is_anthropic                ? Window::kMinute
                : named == Window::kUnknown ? Window::kRequestRate
                                            : named;
  said.reach = group.key.empty() ? Reach::kAccount : Reach::kModel;
  statements_.push_back(std::move(said));
}

// The windows of a subscription. What a window says of itself counts, not how full it is: one that
// is full is still open to an account that may go over.
void HeaderReader::unified(const Group& group) {
  const Window window = window_of_subscription(group.key);
  if (window == Window::kUnknown) {
    return;  // the whole, or overage, which is not a limit of its own
  }
  Statement said = statement(group);
  said.window = window;
  said.reach = group.key.find('_') == std::string::npos ? Reach::kAccount : Reach::kNamed;
  said.resets_at_unix_ms = reset_time(group.reset);
  constexpr double kMostUsed = 2;  // it goes a little over 1; far above, the scale is another
  const auto used = number_in(group.used);
  if (used && *used <= kMostUsed) {
    said.remaining = 1 - std::min(*used, 1.0);
  }
  const bool is_full = said.remaining && *said.remaining <= 0;
  said.is_exhausted = group.status.empty() ? is_full : lowered(group.status) == "rejected";
  statements_.push_back(std::move(said));
}

// The account's status as a whole. Its reset is that of whatever window it is about just now, so it
// counts only when no window says of itself that it is used up.
void HeaderReader::unified_whole() {
  const auto whole = std::find_if(groups_.begin(), groups_.end(), [](const Group& group) {
    return group.family == Family::kUnified && group.key.empty();
  });
  if (whole == groups_.end() || lowered(whole->status) != "rejected") {
    return;
  }
  std::vector<Statement*> exhausted;
  for (Statement& said : statements_) {
    if (said.is_exhausted && said.source.find("-ratelimit-unified-") != std::string::npos) {
      exhausted.push_back(&said);
    }
  }
  const bool is_told = std::any_of(exhausted.begin(), exhausted.end(), [](const Statement* said) {
    return said->reach == Reach::kAccount;
  });
  if (is_told) {
    return;
  }
  // Refused, while the account's own windows are open: the limit of a model is what was met.
  for (Statement* said : exhausted) {
    said->reach = Reach::kModel;
  }
  if (!exhausted.empty()) {
    return;
  }
  Statement said = statement(*whole);
  const std::string claim = lowered(claim_);
  const bool is_week = claim.starts_with("seven_day");
  said.limit = claim;
  said.window = claim == "five_hour" ? Window::kFiveHours
                : is_week            ? Window::kWeek
                                     : Window::kUnknown;
  said.reach = claim.starts_with("seven_day_") ? Reach::kModel : Reach::kAccount;
  said.is_exhausted = true;
  said.resets_at_unix_ms = reset_time(whole->reset);
  statements_.push_back(std::move(said));
}

// The windows of a ChatGPT account. Their length is told: "primary" is not always the five hours.
void HeaderReader::codex(const Group& group) {
  const auto used = number_in(group.used);
  const auto minutes = number_in(group.minutes);
  Statement said = statement(group);
  said.resets_at_unix_ms = parse_unix_time(group.reset);
  if (!said.resets_at_unix_ms && !group.reset_after.empty()) {
    said.resets_at_unix_ms = reset_time(group.reset_after);
  }
  if (!used && !said.resets_at_unix_ms) {
    return;
  }
  constexpr double kPercent = 100;
  if (used) {
    said.remaining = 1 - std::min(*used / kPercent, 1.0);
    said.is_exhausted = *used >= kPercent;
  }
  said.window = minutes && *minutes > 0 ? window_of_minutes(*minutes) : Window::kUnknown;
  const std::size_t blank = group.key.find(' ');
  const std::string of = blank == std::string::npos ? "" : group.key.substr(0, blank);
  std::string active = lowered(active_limit_);
  std::replace(active.begin(), active.end(), '_', '-');
  const bool is_asked = active == of || active == "codex-" + of;
  said.reach = of.empty() ? Reach::kAccount : is_asked ? Reach::kModel : Reach::kNamed;
  statements_.push_back(std::move(said));
}

}  // namespace

void read_headers(std::span<const net::Header> headers, std::int64_t now_unix_ms,
                  std::string_view where, std::vector<Statement>& statements) {
  HeaderReader reader(now_unix_ms, where, statements);
  for (const net::Header& header : headers) {
    reader.take(header);
  }
  reader.finish();
}

}  // namespace abv::account
