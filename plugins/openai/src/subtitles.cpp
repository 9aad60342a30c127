#include "subtitles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>

namespace abv::openai {
namespace {

// "01:02:03,456".
std::string clock_time(double seconds, char point) {
  constexpr double kMost = 359'999.999;  // two digits of hours are all there is
  const auto ms = static_cast<std::int64_t>(std::llround(std::clamp(seconds, 0.0, kMost) * 1000));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d%c%03d", static_cast<int>(ms / 3'600'000),
                static_cast<int>(ms / 60'000 % 60), static_cast<int>(ms / 1000 % 60), point,
                static_cast<int>(ms % 1000));
  return text.data();
}

// A cue ends at an empty line, and an arrow is a line of times: neither may stand in its text.
std::string cue_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r' || (c == '\n' && (out.empty() || out.back() == '\n'))) continue;
    if (c == ' ' && (out.empty() || out.back() == '\n')) continue;
    out.push_back(c);
  }
  while (out.ends_with('\n') || out.ends_with(' '))
    out.pop_back();
  for (auto at = out.find("-->"); at != std::string::npos; at = out.find("-->", at))
    out.replace(at, 3, "->");
  return out;
}

std::string cue(const TimedText& segment, char point) {
  return clock_time(segment.start, point) + " --> " + clock_time(segment.end, point) + "\n" +
         cue_text(segment.text) + "\n\n";
}

}  // namespace

std::string write_srt(const std::vector<TimedText>& segments) {
  std::string out;
  for (std::size_t i = 0; i < segments.size(); ++i)
    out += std::to_string(i + 1) + "\n" + cue(segments[i], ',');
  return out;
}

std::string write_vtt(const std::vector<TimedText>& segments) {
  std::string out = "WEBVTT\n\n";
  for (const TimedText& segment : segments)
    out += cue(segment, '.');
  return out;
}

}  // namespace abv::openai
