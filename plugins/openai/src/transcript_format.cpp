#include "transcript_format.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace abv::openai {

namespace json = sdk::json;

namespace {

constexpr std::array<std::pair<std::string_view, TranscriptFormat>, 6> kFormats = {{
    {"json", TranscriptFormat::kJson},
    {"text", TranscriptFormat::kText},
    {"srt", TranscriptFormat::kSrt},
    {"vtt", TranscriptFormat::kVtt},
    {"verbose_json", TranscriptFormat::kVerboseJson},
    {"diarized_json", TranscriptFormat::kDiarizedJson},
}};

bool holds(const json::Value& list, std::string_view word) {
  if (list.is_string()) return list.as_string() == word;
  for (const auto& item : list.items()) {
    if (item.as_string() == word) return true;
  }
  return false;
}

}  // namespace

TranscriptFormat transcript_format(const json::Value& fields) {
  const auto value = fields["response_format"];
  if (!value.exists() || value.is_null()) return TranscriptFormat::kJson;
  const auto word = value.as_string();
  for (const auto& [name, format] : kFormats) {
    if (name == word) return format;
  }
  return TranscriptFormat::kUnknown;
}

TranscriptTimes transcript_times(const json::Value& fields) {
  switch (transcript_format(fields)) {
    case TranscriptFormat::kSrt:
    case TranscriptFormat::kVtt:
    case TranscriptFormat::kDiarizedJson:
      return {true, false};
    case TranscriptFormat::kVerboseJson:
      break;
    default:
      return {};
  }
  const auto granularities = fields["timestamp_granularities"];
  const bool wants_words = holds(granularities, "word");
  return {!wants_words || holds(granularities, "segment"), wants_words};
}

}  // namespace abv::openai
