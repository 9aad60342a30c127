#include "timed_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "abv/sdk/text.hpp"

namespace abv::gemini {

namespace json = sdk::json;

namespace {

// The number at the start of `text`, which is taken off.
std::optional<double> take_number(std::string_view& text) {
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || !std::isfinite(number)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

double read_clock(std::string text) {
  std::replace(text.begin(), text.end(), ',', '.');
  std::string_view rest = sdk::trim(text);
  if (rest.ends_with('s')) rest.remove_suffix(1);
  double seconds = 0;
  for (int fields = 0; fields < 3; ++fields) {
    const auto number = take_number(rest);
    if (!number || *number < 0) return -1;
    seconds = seconds * 60 + *number;
    if (rest.empty()) return seconds;
    if (rest.front() != ':') return -1;
    rest.remove_prefix(1);
  }
  return -1;
}

// The code point that begins at `at`; 0 when nothing does.
std::uint32_t code_at(std::string_view text, std::size_t at) {
  const auto length = at < text.size() ? sdk::utf8_length(text.substr(at, 4)) : 0;
  if (length == 0) return 0;
  constexpr std::array<std::uint32_t, 5> kMasks = {0, 0x7FU, 0x1FU, 0x0FU, 0x07U};
  std::uint32_t code = static_cast<unsigned char>(text[at]) & kMasks[length];
  for (std::size_t i = 1; i < length; ++i)
    code = code << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  return code;
}

std::uint32_t last_code(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0) {
    --at;
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) break;
  }
  return code_at(text, at);
}

// Thai, Lao, Burmese, Khmer, Chinese and Japanese have no spaces between words.
bool is_spaceless(std::uint32_t code) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 6> kRanges = {{{0x0E00, 0x0EFF},
                                                                               {0x1000, 0x109F},
                                                                               {0x1780, 0x17FF},
                                                                               {0x2E80, 0x9FFF},
                                                                               {0xF900, 0xFAFF},
                                                                               {0xFF00, 0xFFEF}}};
  return std::any_of(kRanges.begin(), kRanges.end(), [&](const auto& range) {
    return code >= range.first && code <= range.second;
  });
}

bool ends_sentence(std::string_view word) {
  constexpr std::array<std::string_view, 7> kEnds = {".", "?", "!", "…", "。", "？", "！"};
  return std::any_of(kEnds.begin(), kEnds.end(),
                     [&](std::string_view end) { return word.ends_with(end); });
}

// Whole milliseconds: more digits would only pretend to know.
double rounded(double seconds) {
  return std::round(seconds * 1000) / 1000;
}

}  // namespace

double read_seconds(const json::Value& value) {
  if (value.is_number()) return std::max(value.as_double(), -1.0);
  return value.is_string() ? read_clock(value.as_string()) : -1;
}

void join_text(std::string& before, std::string_view text) {
  const bool is_loose = !before.empty() && !text.empty() && before.back() != ' ' &&
                        before.back() != '\n' && text.front() != ' ';
  if (is_loose && !is_spaceless(last_code(before)) && !is_spaceless(code_at(text, 0))) {
    before.push_back(' ');
  }
  before.append(text);
}

std::vector<TimedText> segments_of(const std::vector<TimedText>& words) {
  constexpr double kPause = 1.0;           // seconds
  constexpr std::size_t kMostBytes = 160;  // about two lines of subtitles
  std::vector<TimedText> segments;
  const TimedText* last = nullptr;
  for (const TimedText& word : words) {
    const bool is_new = last == nullptr || ends_sentence(last->text) ||
                        word.start - last->end >= kPause || word.speaker != last->speaker ||
                        segments.back().text.size() >= kMostBytes;
    if (is_new) segments.push_back({{}, word.start, word.end, word.speaker});
    join_text(segments.back().text, word.text);
    segments.back().end = std::max(segments.back().end, word.end);
    last = &word;
  }
  return segments;
}

std::string write_entries(const std::vector<TimedText>& list) {
  json::Writer out;
  out.begin_array();
  for (const TimedText& one : list) {
    out.begin_object().member("text", one.text).member("start", rounded(one.start));
    out.member("end", rounded(one.end));
    if (!one.speaker.empty()) out.member("speaker", one.speaker);
    out.end_object();
  }
  return out.end_array().take();
}

}  // namespace abv::gemini
