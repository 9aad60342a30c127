#pragma once

#include <cstdint>

#include "abv/sdk/json.hpp"

// What a request for a transcription wants its answer to look like. `fields` is the request, with
// the fields of a form as JSON.
namespace abv::openai {

enum class TranscriptFormat : std::uint8_t {
  kUnknown,
  kJson,
  kText,
  kSrt,
  kVtt,
  kVerboseJson,
  kDiarizedJson,
};

TranscriptFormat transcript_format(const sdk::json::Value& fields);

// OpenAI streams only those that it has events for.
inline bool can_be_streamed(TranscriptFormat format) {
  return format == TranscriptFormat::kJson || format == TranscriptFormat::kText ||
         format == TranscriptFormat::kDiarizedJson;
}

// The times that are asked for: subtitles and speakers need those of segments, verbose_json has
// them unless words alone were asked for.
struct TranscriptTimes {
  bool segments = false;
  bool words = false;
};

TranscriptTimes transcript_times(const sdk::json::Value& fields);

}  // namespace abv::openai
