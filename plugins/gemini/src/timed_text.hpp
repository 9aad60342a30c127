#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"

namespace abv::gemini {

// What was said in a stretch of a sound, in seconds.
struct TimedText {
  std::string text;
  double start = 0, end = 0;
  std::string speaker;  // or empty
};

// A time as models write it: a number of seconds, "12.5s", "1:02.5", "00:01:02,500". -1 for what is
// none.
double read_seconds(const sdk::json::Value& value);

// `text` behind `before`, with a space between them where their script has spaces.
void join_text(std::string& before, std::string_view text);

// Sentences, or what is said between two pauses, made of single words.
std::vector<TimedText> segments_of(const std::vector<TimedText>& words);

// The array of a SEGMENTS event.
std::string write_entries(const std::vector<TimedText>& list);

}  // namespace abv::gemini
