#pragma once

#include <string>
#include <vector>

namespace abv::openai {

// What was said in a stretch of a sound, in seconds.
struct TimedText {
  std::string text;
  double start = 0, end = 0;
  std::string speaker;
};

// As SubRip, and as WebVTT.
std::string write_srt(const std::vector<TimedText>& segments);
std::string write_vtt(const std::vector<TimedText>& segments);

}  // namespace abv::openai
