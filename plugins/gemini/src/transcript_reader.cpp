#include "transcript_reader.hpp"

#include <algorithm>
#include <cmath>

namespace abv::gemini {

namespace json = sdk::json;

void TranscriptReader::read(const json::Value& candidate, ChoiceSink& sink) {
  for (const auto& part : candidate["content"]["parts"].items()) {
    if (part["thought"].as_bool()) continue;
    if (part["audioTranscription"].is_object()) {
      read_turn(part["audioTranscription"], sink);
    } else if (part["text"].is_string()) {
      read_text(part["text"].text(scratch_), sink);
    }
  }
}

void TranscriptReader::read_text(std::string_view text, ChoiceSink& sink) {
  if (form_ == Form::kText) return sink.text(text);
  held_.append(text);
  if (form_ == Form::kJson) return;
  const auto first = held_.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return;
  if (held_[first] == '{') {
    form_ = Form::kJson;
    return;
  }
  form_ = Form::kText;
  sink.text(std::string_view(held_).substr(first));
  held_.clear();
}

// Each turn stands alone, without a blank at its ends.
void TranscriptReader::read_turn(const json::Value& turn, ChoiceSink& sink) {
  const std::string text = turn["text"].as_string();
  if (!text.empty()) {
    std::string joined = last_turn_;
    join_text(joined, text);
    sink.text(std::string_view(joined).substr(last_turn_.size()));
    last_turn_ = text;
  }
  if (language_.empty()) language_ = turn["languageCode"].as_string();
  const std::string speaker = turn["speakerLabel"].as_string();
  for (const auto& word : turn["words"].items()) {
    const double start = std::max(read_seconds(word["startOffset"]), 0.0);
    words_.push_back({word["word"].as_string(), start,
                      std::max(read_seconds(word["endOffset"]), start),
                      word["speakerLabel"].as_string(speaker)});
  }
}

// Times that the model left out or got wrong follow from those before.
void TranscriptReader::read_list(const json::Value& list, std::vector<TimedText>& into) const {
  double last = 0;
  for (const auto& item : list.items()) {
    const double told_start = read_seconds(item["start"]), told_end = read_seconds(item["end"]);
    const double start = told_start >= 0 ? told_start : last;
    last = std::max(told_end, start);
    into.push_back({item["text"].as_string(), start, last, item["speaker"].as_string()});
  }
}

void TranscriptReader::read_document(const json::Value& document, ChoiceSink& sink) {
  language_ = document["language"].as_string();
  read_list(document["segments"], segments_);
  read_list(document["words"], words_);
  std::string text = document["text"].as_string();
  for (const TimedText& segment : segments_)
    join_text(text, segment.text);
  if (!text.empty()) sink.text(text);
}

void TranscriptReader::finish(ChoiceSink& sink) {
  if (form_ == Form::kJson) {
    json::Document document;
    // What is no JSON of ours is what was said.
    const bool is_ours = document.parse(held_) && document.root()["language"].exists();
    is_ours ? read_document(document.root(), sink) : sink.text(held_);
  } else if (segments_.empty()) {
    segments_ = segments_of(words_);
  }
  give_times(sink);
}

void TranscriptReader::give_times(ChoiceSink& sink) {
  double last = 0;
  for (const auto* list : {&segments_, &words_}) {
    for (const TimedText& one : *list)
      last = std::max(last, one.end);
  }
  const auto audio_ms = static_cast<std::int64_t>(std::llround(last * 1000));
  if (!segments_.empty() || !language_.empty()) {
    sink.segments(write_entries(segments_), 0, language_, audio_ms);
  }
  if (!words_.empty()) sink.segments(write_entries(words_), 0, language_, audio_ms, true);
}

}  // namespace abv::gemini
