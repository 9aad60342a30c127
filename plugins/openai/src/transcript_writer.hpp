#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "answer_writer.hpp"
#include "subtitles.hpp"
#include "transcript_format.hpp"

namespace abv::openai {

// Writes the answer of a transcription or translation in the form that the client asked for: JSON,
// plain text, subtitles, or the events of a stream.
class TranscriptWriter : public AnswerWriter {
 public:
  explicit TranscriptWriter(const sdk::CodecParams& params);

  // Null where it is JSON or a stream.
  const char* answer_type() const override;

 protected:
  void on_start(sdk::Writer& /*out*/) override {}
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_finish(sdk::Writer& out) override;

 private:
  void take_segments(const sdk::Event& event);
  void write_event(sdk::Writer& out);
  void write_segment_events(std::size_t from, sdk::Writer& out);
  void write_done(sdk::Writer& out);
  void write_document(sdk::Writer& out);
  void put_plain();
  void put_verbose();
  void put_diarized();
  void put_diarized_segment(std::size_t index);
  void put_tokens();
  double duration() const;
  std::string label(const std::string& speaker);

  TranscriptFormat format_ = TranscriptFormat::kJson;
  TranscriptTimes times_;
  bool is_translation_ = false;
  std::string language_;  // as the client said it, then as the upstream did
  double temperature_ = 0;
  std::vector<std::string> known_speakers_;
  std::map<std::string, std::string> labels_;  // of the others
  std::int64_t audio_ms_ = 0;
  std::string text_;
  std::vector<TimedText> segments_, words_;
};

}  // namespace abv::openai
