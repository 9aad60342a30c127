#include "host/account/shown_text.hpp"

#include <algorithm>
#include <vector>

#include "host/account/scanner.hpp"

namespace abv::account {
namespace {

constexpr std::string_view kMask = "***";

// More of a message is not looked at.
constexpr std::size_t kReadBytes = 8192;

bool is_word(char c) {
  constexpr std::string_view kJoints = "_-.+/=~*";
  return is_letter(c) || is_digit(c) || kJoints.find(c) != std::string_view::npos;
}

bool starts_with_any(std::string_view word, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return word.starts_with(prefix); });
}

// Prefixes of keys and tokens of the services that speak here, and of those whose keys people
// paste.
bool has_key_prefix(std::string_view word) {
  return starts_with_any(
      word, {"sk-",         "sk_",    "rk_",   "pk_",   "AIza", "AQ.",  "ya29.", "1//",
             "eyJ",         "gsk_",   "xai-",  "hf_",   "r8_",  "ghp_", "gho_",  "ghs_",
             "github_pat_", "glpat-", "xoxb-", "xoxp-", "AKIA", "ASIA", "sess-", "rt_",
             "nvapi-",      "tvly-",  "fw_",   "csk-",  "pplx-"});
}

bool is_known_id(std::string_view word) {
  return starts_with_any(word, {"req_", "req-", "org-", "proj_", "resp_", "msg_", "chatcmpl-",
                                "gen-", "user-", "call_", "http", "www.", "projects/"});
}

bool has_both(std::string_view word) {
  return std::any_of(word.begin(), word.end(), is_letter) &&
         std::any_of(word.begin(), word.end(), is_digit);
}

// Whether the longest stretch without the joints of paths and names is as long as keys are.
bool has_long_run(std::string_view word) {
  constexpr std::size_t kKeyBytes = 24;
  std::size_t run = 0;
  for (const char c : word) {
    run = is_letter(c) || is_digit(c) ? run + 1 : 0;
    if (run >= kKeyBytes) {
      return true;
    }
  }
  return false;
}

bool looks_secret(std::string_view word) {
  constexpr std::size_t kShortestKey = 8;
  if (word.size() < kShortestKey) {
    return false;
  }
  return has_key_prefix(word) || (has_long_run(word) && has_both(word) && !is_known_id(word));
}

// A web page says in its title what a person needs to know.
std::string without_markup(std::string_view text) {
  const std::string small = lowered(text);
  const std::size_t title = small.find("<title>");
  const std::size_t title_end = small.find("</title>");
  constexpr std::size_t kTag = 7;
  if (title != std::string::npos && title_end != std::string::npos && title_end > title) {
    return std::string(text.substr(title + kTag, title_end - title - kTag));
  }
  std::string plain;
  bool is_in_tag = false;
  for (const char c : text) {
    is_in_tag = is_in_tag || c == '<';
    if (!is_in_tag) {
      plain += c;
    } else if (c == '>') {
      is_in_tag = false;
      plain += ' ';
    }
  }
  return plain;
}

// The bytes of the character that starts at `position`; 0 when it is not UTF-8.
std::size_t character_bytes(std::string_view text, std::size_t position) {
  // What may begin a character, how long it is, and what may come second.
  struct Lead {
    unsigned char from, to;
    std::size_t size;
    unsigned char second_from, second_to;
  };
  static constexpr Lead kLeads[] = {
      {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
      {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
      {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
  };
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  if (byte(0) < 0x80) {
    return 1;
  }
  const auto* const lead = std::find_if(std::begin(kLeads), std::end(kLeads), [&](const Lead& row) {
    return byte(0) >= row.from && byte(0) <= row.to;
  });
  if (lead == std::end(kLeads) || text.size() - position < lead->size) {
    return 0;
  }
  for (std::size_t i = 1; i < lead->size; ++i) {
    const unsigned char from = i == 1 ? lead->second_from : 0x80;
    const unsigned char to = i == 1 ? lead->second_to : 0xBF;
    if (byte(i) < from || byte(i) > to) {
      return 0;
    }
  }
  return lead->size;
}

// One line of whole characters, without what a terminal would act on.
std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = character_bytes(text, i);
    constexpr unsigned char kFirstPrintable = 0x20;
    constexpr char kDelete = 0x7F;
    const bool is_control =
        static_cast<unsigned char>(text[i]) < kFirstPrintable || text[i] == kDelete;
    if (size == 0) {
      line += '?';
    } else if (!is_control && text[i] != ' ') {
      line.append(text.substr(i, size));
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    i += std::max<std::size_t>(size, 1);
  }
  while (!line.empty() && line.back() == ' ') {
    line.pop_back();
  }
  return line;
}

// Where the value begins in "name=value", as forms and links have it; 0 in any other word.
std::size_t value_start(std::string_view word) {
  const std::size_t equals = word.find('=');
  const bool is_pair = equals != std::string_view::npos && equals > 0 &&
                       word.find_first_not_of('=', equals) != std::string_view::npos;
  return is_pair ? equals + 1 : 0;
}

std::string masked(std::string_view text) {
  std::string result;
  bool is_after_bearer = false;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) {
      ++end;
    }
    std::string_view word = text.substr(i, end - i);
    while (word.size() > 1 && word.ends_with('.')) {
      word.remove_suffix(1);  // it ends the sentence
      --end;
    }
    if (word.empty()) {
      result += text[i++];
      continue;
    }
    const std::size_t value = value_start(word);
    constexpr std::size_t kShortestToken = 8;
    if (is_after_bearer && word.size() >= kShortestToken) {
      result += kMask;
    } else if (looks_secret(word.substr(value))) {
      result.append(word.substr(0, value)).append(kMask);
    } else {
      result.append(word);
    }
    is_after_bearer = lowered(word) == "bearer";
    i = end;
  }
  return result;
}

std::string cut(std::string text, std::size_t limit) {
  constexpr std::string_view kDots = "\xE2\x80\xA6";
  if (text.size() <= limit) {
    return text;
  }
  std::size_t end = limit > kDots.size() ? limit - kDots.size() : 0;
  constexpr unsigned char kTopBits = 0xC0;
  constexpr unsigned char kContinuation = 0x80;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & kTopBits) == kContinuation) {
    --end;
  }
  text.resize(end);
  if (limit >= kDots.size()) {
    text += kDots;
  }
  return text;
}

bool is_time_word(std::string_view word) {
  constexpr std::string_view kWords[] = {
      "ms",      "s",     "sec",    "secs", "second", "seconds", "m",   "min", "mins", "minute",
      "minutes", "h",     "hr",     "hrs",  "hour",   "hours",   "d",   "day", "days", "week",
      "weeks",   "month", "months", "am",   "pm",     "utc",     "gmt", "jan", "feb",  "mar",
      "apr",     "may",   "jun",    "jul",  "aug",    "sep",     "oct", "nov", "dec",  "mon",
      "tue",     "wed",   "thu",    "fri",  "sat",    "sun"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// What is left of a word that may differ between two answers which say the same.
bool is_steady(std::string_view word) {
  constexpr std::size_t kLongestWord = 24;
  return !word.empty() && word.size() <= kLongestWord &&
         std::none_of(word.begin(), word.end(), [](char c) { return is_digit(c) || c == '@'; }) &&
         !is_time_word(word);
}

}  // namespace

std::string shown_text(std::string_view text, std::size_t limit) {
  text = trimmed(text.substr(0, kReadBytes));
  const std::string plain = text.starts_with('<') ? without_markup(text) : std::string(text);
  return cut(masked(one_line(plain)), limit);
}

std::uint64_t fingerprint_of(int status, std::string_view code, std::string_view message) {
  // FNV-1a: stable over builds, so that it may be stored.
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    }
    hash = (hash ^ 0xFFU) * 1'099'511'628'211U;
  };
  mix(std::to_string(status));
  mix(lowered(code));
  std::string word;
  for (const char c : lowered(message) + " ") {
    const bool is_part = is_letter(c) || is_digit(c) || c == '@' || c == '-' || c == '_' ||
                         c == '.' || c == '/' || static_cast<unsigned char>(c) >= 0x80;
    if (is_part) {
      word += c;
      continue;
    }
    while (word.ends_with('.') || word.ends_with('-')) {
      word.pop_back();
    }
    if (is_steady(word)) {
      mix(word);
    }
    word.clear();
  }
  return hash;
}

}  // namespace abv::account
