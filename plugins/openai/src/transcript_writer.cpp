#include "transcript_writer.hpp"

#include <algorithm>
#include <cmath>

#include "body_fields.hpp"
#include "languages.hpp"

namespace abv::openai {

namespace json = sdk::json;

TranscriptWriter::TranscriptWriter(const sdk::CodecParams& params)
    : AnswerWriter(params, {}), is_translation_(params.operation() == "audio.translations") {
  const BodyFields fields(params.request_body(), params.request_type());
  format_ = transcript_format(fields.root());
  times_ = transcript_times(fields.root());
  language_ = fields["language"].as_string();
  temperature_ = fields["temperature"].as_double();
  const auto names = fields["known_speaker_names"];
  if (names.is_string()) known_speakers_.push_back(names.as_string());
  for (const auto& name : names.items())
    known_speakers_.push_back(name.as_string());
}

const char* TranscriptWriter::answer_type() const {
  const bool is_text = format_ == TranscriptFormat::kText || format_ == TranscriptFormat::kSrt ||
                       format_ == TranscriptFormat::kVtt;
  return is_text && !is_stream_ ? "text/plain; charset=utf-8" : nullptr;
}

void TranscriptWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  if (event.kind() == ABV_EVENT_SEGMENTS) {
    const std::size_t before = segments_.size();
    take_segments(event);
    if (is_stream_ && format_ == TranscriptFormat::kDiarizedJson) write_segment_events(before, out);
    return;
  }
  if (event.kind() != ABV_EVENT_TEXT || event.text().empty()) return;
  text_.append(event.text());
  if (!is_stream_) return;
  json_.begin_object().member("type", "transcript.text.delta").member("delta", event.text());
  json_.end_object();
  write_event(out);
}

void TranscriptWriter::take_segments(const sdk::Event& event) {
  json::Document document;
  if (!document.parse(event.raw_json())) throw sdk::Stopped{ABV_E_INVALID};
  std::vector<TimedText>& list = event.is_words() ? words_ : segments_;
  for (const auto& item : document.root().items()) {
    list.push_back({item["text"].as_string(), item["start"].as_double(), item["end"].as_double(),
                    item["speaker"].as_string()});
  }
  if (!event.name().empty()) language_ = event.name();
  audio_ms_ = std::max(audio_ms_, event.number());
}

void TranscriptWriter::write_event(sdk::Writer& out) {
  out.write("data: " + json_.take() + "\n\n");
}

void TranscriptWriter::write_segment_events(std::size_t from, sdk::Writer& out) {
  for (std::size_t i = from; i < segments_.size(); ++i) {
    put_diarized_segment(i);
    write_event(out);
  }
}

void TranscriptWriter::on_finish(sdk::Writer& out) {
  is_stream_ ? write_done(out) : write_document(out);
}

void TranscriptWriter::write_done(sdk::Writer& out) {
  json_.begin_object().member("type", "transcript.text.done").member("text", text_);
  put_tokens();
  json_.end_object();
  write_event(out);
}

void TranscriptWriter::write_document(sdk::Writer& out) {
  // A model that told no times leaves one cue for all.
  const bool is_untimed = segments_.empty() && !text_.empty();
  if (is_untimed) segments_.push_back({text_, 0, std::max(duration(), 1.0), {}});
  switch (format_) {
    case TranscriptFormat::kText:
      return out.write(text_ + "\n");
    case TranscriptFormat::kSrt:
      return out.write(write_srt(segments_));
    case TranscriptFormat::kVtt:
      return out.write(write_vtt(segments_));
    case TranscriptFormat::kVerboseJson:
      put_verbose();
      break;
    case TranscriptFormat::kDiarizedJson:
      put_diarized();
      break;
    default:
      put_plain();
      break;
  }
  out.write(json_.view());
}

void TranscriptWriter::put_plain() {
  json_.begin_object().member("text", text_);
  put_tokens();
  json_.end_object();
}

// Whisper's own measures of each segment are neither known here nor made up: they are zero.
void TranscriptWriter::put_verbose() {
  json_.begin_object().member("task", is_translation_ ? "translate" : "transcribe");
  json_.member("language", is_translation_ ? "english" : language_name(language_));
  json_.member("duration", duration()).member("text", text_);
  if (times_.segments) {
    json_.key("segments").begin_array();
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const TimedText& one = segments_[i];
      json_.begin_object().member("id", i).member("seek", 0).member("start", one.start);
      json_.member("end", one.end).member("text", one.text).key("tokens").begin_array().end_array();
      json_.member("temperature", temperature_).member("avg_logprob", 0);
      json_.member("compression_ratio", 0).member("no_speech_prob", 0).end_object();
    }
    json_.end_array();
  }
  if (times_.words) {
    json_.key("words").begin_array();
    for (const TimedText& one : words_) {
      json_.begin_object().member("word", one.text).member("start", one.start);
      json_.member("end", one.end).end_object();
    }
    json_.end_array();
  }
  json_.key("usage").begin_object().member("type", "duration");
  json_.member("seconds", std::ceil(duration())).end_object().end_object();
}

void TranscriptWriter::put_diarized() {
  json_.begin_object().member("task", "transcribe").member("duration", duration());
  json_.member("text", text_).key("segments").begin_array();
  for (std::size_t i = 0; i < segments_.size(); ++i)
    put_diarized_segment(i);
  json_.end_array();
  put_tokens();
  json_.end_object();
}

void TranscriptWriter::put_diarized_segment(std::size_t index) {
  const TimedText& one = segments_[index];
  json_.begin_object().member("type", "transcript.text.segment");
  json_.member("id", "seg_" + std::to_string(index + 1)).member("start", one.start);
  json_.member("end", one.end).member("text", one.text).member("speaker", label(one.speaker));
  json_.end_object();
}

void TranscriptWriter::put_tokens() {
  if (!usage_) return;
  const auto known = [](std::int64_t count) { return std::max<std::int64_t>(count, 0); };
  const auto input = known(usage_->input_tokens), output = known(usage_->output_tokens);
  json_.key("usage").begin_object().member("type", "tokens").member("input_tokens", input);
  json_.member("output_tokens", output).member("total_tokens", input + output).end_object();
}

double TranscriptWriter::duration() const {
  double last = static_cast<double>(audio_ms_) / 1000;
  for (const auto* list : {&segments_, &words_}) {
    if (!list->empty()) last = std::max(last, list->back().end);
  }
  return last;
}

// OpenAI calls those whose names it was not given by letters, in the order in which they speak.
std::string TranscriptWriter::label(const std::string& speaker) {
  const bool is_known =
      std::find(known_speakers_.begin(), known_speakers_.end(), speaker) != known_speakers_.end();
  if (is_known) return speaker;
  const auto next = labels_.size();
  const std::string letter(1, static_cast<char>('A' + next % 26));
  const std::string fresh = letter + (next < 26 ? "" : std::to_string(next / 26));
  return labels_.try_emplace(speaker, fresh).first->second;
}

}  // namespace abv::openai
