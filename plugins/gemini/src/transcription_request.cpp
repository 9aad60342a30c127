#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "abv/sdk/media_json.hpp"
#include "inline_file.hpp"
#include "media_requests.hpp"
#include "names.hpp"
#include "request_writer.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace media = sdk::media;

namespace {

// The names that Google has for what others call something else.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kAudioTypes = {{
    {"audio/mpeg", "audio/mp3"},
    {"audio/mpga", "audio/mp3"},
    {"audio/x-mp3", "audio/mp3"},
    {"audio/x-wav", "audio/wav"},
    {"audio/wave", "audio/wav"},
    {"audio/vnd.wave", "audio/wav"},
    {"audio/m4a", "audio/mp4"},
    {"audio/x-m4a", "audio/mp4"},
    {"audio/x-flac", "audio/flac"},
    {"audio/x-aiff", "audio/aiff"},
    {"audio/x-aac", "audio/aac"},
    {"audio/opus", "audio/ogg"},
    {"application/ogg", "audio/ogg"},
    {"video/webm", "audio/webm"},
}};

std::string_view audio_type(std::string_view media_type) {
  for (const auto& [theirs, google] : kAudioTypes) {
    if (theirs == media_type) return google;
  }
  return media_type;
}

class TranscriptionWriter {
 public:
  TranscriptionWriter(const media::TranscriptionRequest& request, std::string_view model,
                      sdk::LossSink& losses)
      : request_(request),
        model_(model),
        is_transcriber_(model.find("transcribe") != std::string_view::npos),
        losses_(losses) {}

  MediaRequest write(bool is_stream) {
    report();
    out_.reserve(request_.audio.data.size() + 8192);
    out_.begin_object().key("contents").begin_array().begin_object().member("role", "user");
    out_.key("parts").begin_array();
    write_file_part(request_.audio, audio_type(request_.audio.media_type), out_);
    if (!is_transcriber_) write_words();
    out_.end_array().end_object().end_array();
    write_config();
    out_.end_object();
    return {request_path(model_, "chat", is_stream), out_.take()};
  }

 private:
  bool wants_times() const {
    return request_.wants_segments || request_.wants_words || request_.wants_speakers;
  }

  // What to do, in words; examples of voices before.
  void write_words() {
    std::string text = instruction();
    for (std::size_t i = 0; i < request_.speakers.size(); ++i) {
      const media::Speaker& speaker = request_.speakers[i];
      const std::string name = sdk::chat::plain(speaker.name);
      text += "\nOne speaker is called " + name + ".";
      if (!speaker.example.exists()) continue;
      write_text_part("This is how " + name + " sounds; it is not to be transcribed:", out_);
      write_file_part(speaker.example, audio_type(speaker.example.media_type), out_);
    }
    write_text_part(text, out_);
  }

  std::string instruction() const {
    std::string text =
        request_.is_translation
            ? "Translate what is said in the first recording into English, sentence "
              "by sentence. Leave nothing out, and add nothing."
            : "Transcribe what is said in the first recording, word for word and in "
              "the language in which it is said, with punctuation. Do not translate, "
              "shorten, correct or comment, and leave sounds out that are no speech.";
    if (!request_.languages.empty()) {
      text += "\nSpoken language (ISO 639-1): ";
      for (std::size_t i = 0; i < request_.languages.size(); ++i)
        text += (i == 0 ? "" : ", ") + request_.languages[i];
      text += ".";
    }
    if (!sdk::chat::is_blank(request_.prompt)) {
      text +=
          "\nThis comes before the recording, or shows its style and spelling; it is no part of "
          "the answer: " +
          sdk::chat::plain(request_.prompt);
    }
    if (!request_.keywords.empty()) {
      text += "\nThese words may occur:";
      for (const auto keyword : request_.keywords)
        text += " " + sdk::chat::plain(keyword) + ";";
    }
    return text + (wants_times() ? times_wanted()
                                 : "\nAnswer with the text alone; with nothing if nobody speaks.");
  }

  std::string times_wanted() const {
    std::string text =
        "\nGive times as MM:SS.mmm from the start of the recording, the minutes running on beyond "
        "59. Language is the ISO 639-1 code of what is spoken.";
    if (request_.wants_segments) text += " A segment is a sentence, or a part of a long one.";
    if (request_.wants_words) text += " Words are single words, all of them, in order.";
    if (request_.wants_speakers) {
      text +=
          " A segment has one speaker; those without a name are called A, B and so on, in the "
          "order in which they speak.";
    }
    return text;
  }

  void write_config() {
    json::Writer config;
    config.begin_object();
    if (request_.temperature) config.member("temperature", *request_.temperature);
    if (is_transcriber_) {
      write_transcriber(config);
    } else if (wants_times()) {
      config.member("responseMimeType", "application/json").key("responseSchema");
      write_schema(config);
    }
    config.end_object();
    if (config.view() != "{}") out_.key("generationConfig").raw(config.view());
  }

  // The model refuses a vocabulary beside times.
  void write_transcriber(json::Writer& config) const {
    json::Writer own;
    own.begin_object();
    if (!request_.languages.empty()) {
      own.key("languageCodes").begin_array();
      for (const auto& language : request_.languages)
        own.value(language);
      own.end_array();
    }
    if (!request_.keywords.empty() && !wants_times()) {
      own.key("customVocabulary").begin_array();
      for (const auto keyword : request_.keywords)
        own.raw(keyword);
      own.end_array();
    }
    if (wants_times()) own.member("wordTimestamp", true);
    if (request_.wants_speakers) own.member("diarization", true);
    own.end_object();
    if (own.view() != "{}") config.key("audioTranscriptionConfig").raw(own.view());
  }

  static void write_strings(json::Writer& out, std::initializer_list<std::string_view> names) {
    out.key("items").begin_object().member("type", "OBJECT").key("properties").begin_object();
    for (const auto name : names)
      out.key(name).begin_object().member("type", "STRING").end_object();
    out.end_object();
    for (const auto* const list : {"required", "propertyOrdering"}) {
      out.key(list).begin_array();
      for (const auto name : names)
        out.value(name);
      out.end_array();
    }
    out.end_object();
  }

  void write_schema(json::Writer& out) const {
    const bool has_segments = request_.wants_segments || request_.wants_speakers;
    out.begin_object().member("type", "OBJECT").key("properties").begin_object();
    out.key("language").begin_object().member("type", "STRING").end_object();
    if (has_segments) {
      out.key("segments").begin_object().member("type", "ARRAY");
      request_.wants_speakers ? write_strings(out, {"start", "end", "speaker", "text"})
                              : write_strings(out, {"start", "end", "text"});
      out.end_object();
    } else {
      out.key("text").begin_object().member("type", "STRING").end_object();
    }
    if (request_.wants_words) {
      out.key("words").begin_object().member("type", "ARRAY");
      write_strings(out, {"start", "end", "text"});
      out.end_object();
    }
    out.end_object();
    for (const auto* const list : {"required", "propertyOrdering"}) {
      out.key(list).begin_array().value("language").value(has_segments ? "segments" : "text");
      if (request_.wants_words) out.value("words");
      out.end_array();
    }
    out.end_object();
  }

  void report() {
    if (is_transcriber_) {
      report_transcriber();
    } else if (wants_times()) {
      const char* const kEstimated = "the model estimates times";
      if (request_.wants_words) losses_.approximated("/words", kEstimated);
      if (request_.wants_segments) losses_.approximated("/segments", kEstimated);
      if (request_.wants_speakers) losses_.approximated("/diarize", "the model tells them by ear");
    }
    if (request_.logprobs.value_or(false)) {
      losses_.dropped("/logprobs", "the upstream tells none of a transcript");
    }
    if (!request_.chunking.empty() && request_.chunking != "\"auto\"") {
      losses_.dropped("/chunking", "the upstream cuts by itself");
    }
    if (!request_.user.empty()) losses_.dropped("/user", "the upstream is not told of users");
    sdk::chat::report_foreign(request_.extras, kDialect, {}, losses_);
  }

  void report_transcriber() {
    if (request_.is_translation) {
      sdk::Failure failure{
          400, "unsupported_operation",
          "model: \"" + std::string(model_) + "\" does not translate; Gemini's general models do"};
      failure.param = "model";
      throw failure;
    }
    if (!sdk::chat::is_blank(request_.prompt)) {
      losses_.dropped("/prompt", "the model takes none");
    }
    if (!request_.keywords.empty() && wants_times()) {
      losses_.dropped("/keywords", "the model takes none beside times");
    }
    if (request_.wants_segments) {
      losses_.approximated("/segments", "they are made of the times of words");
    }
    if (!request_.speakers.empty()) losses_.dropped("/speakers", "the model knows no names");
  }

  const media::TranscriptionRequest& request_;
  const std::string_view model_;
  const bool is_transcriber_;  // made for it, and told by audioTranscriptionConfig
  sdk::LossSink& losses_;
  json::Writer out_;
};

}  // namespace

MediaRequest write_transcription_request(std::string_view canonical, const sdk::Attempt& attempt,
                                         sdk::LossSink& losses) {
  json::Document document;
  const media::TranscriptionRequest request = media::read_transcription(canonical, document);
  MediaRequest result =
      TranscriptionWriter(request, attempt.model(), losses).write(attempt.wants_stream());
  check_inline_size(result.body, "file");
  return result;
}

}  // namespace abv::gemini
