#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "abv/sdk/media_json.hpp"
#include "body_fields.hpp"
#include "chat_request_fields.hpp"
#include "media.hpp"
#include "media_requests.hpp"
#include "transcript_format.hpp"

namespace abv::openai {

namespace json = sdk::json;
namespace media = sdk::media;

namespace {

constexpr std::string_view kDialect = "openai-chat";

// An array of texts, or a single one.
std::vector<sdk::chat::Json> read_texts(const json::Value& value, const Place& place) {
  std::vector<sdk::chat::Json> texts;
  if (value.is_string()) {
    texts.push_back(value.raw());
  } else if (is_given(value) && !value.is_array()) {
    refuse(place, "an array of texts", value);
  }
  for (const auto& item : value.items())
    texts.push_back(read_string(item, Place(place, texts.size())));
  return texts;
}

class TranscriptionReader {
 public:
  TranscriptionReader(const BodyFields& fields, media::TranscriptionRequest& request,
                      sdk::LossSink& losses)
      : fields_(fields), request_(request), losses_(losses) {}

  void read() {
    read_file();
    read_format();
    read_languages();
    request_.prompt = read_string(fields_["prompt"], Place(root_, "prompt"));
    request_.keywords = read_texts(fields_["keywords"], Place(root_, "keywords"));
    request_.temperature = read_number(fields_["temperature"], Place(root_, "temperature"));
    if (const auto chunking = fields_["chunking_strategy"]; is_given(chunking)) {
      request_.chunking = chunking.raw();
    }
    read_include();
    read_speakers();
    keep_rest(fields_.root(),
              {"model", "language", "languages", "prompt", "keywords", "temperature",
               "response_format", "timestamp_granularities", "chunking_strategy", "include",
               "known_speaker_names", "known_speaker_references", "stream"},
              kDialect, {}, request_.extras);
  }

 private:
  void read_file() {
    for (const sdk::FormPart& part : fields_.files()) {
      if (part.name == "file") {
        request_.audio = read_upload(part, request_);
      } else {
        request_.extras.push_back({std::string(kDialect), part.name, "null"});
      }
    }
    const Place place(root_, "file");
    if (!request_.audio.exists()) refuse(place, "a file", fields_["file"]);
    if (request_.audio.data == "\"\"")
      refuse(place, "expected a file with sound, got an empty one");
  }

  void read_format() {
    const Place place(root_, "response_format");
    const TranscriptFormat format = transcript_format(fields_.root());
    if (format == TranscriptFormat::kUnknown) {
      refuse(place, "expected json, text, srt, vtt, verbose_json or diarized_json, got " +
                        std::string(fields_["response_format"].raw()));
    }
    if (request_.stream && !can_be_streamed(format)) {
      refuse(place, "expected json, text or diarized_json with stream, got " +
                        std::string(fields_["response_format"].raw()));
    }
    request_.response_format = read_word(fields_["response_format"], place);
    const TranscriptTimes times = transcript_times(fields_.root());
    request_.wants_segments = times.segments;
    request_.wants_words = times.words;
    request_.wants_speakers = format == TranscriptFormat::kDiarizedJson;
    if (is_given(fields_["timestamp_granularities"]) && format != TranscriptFormat::kVerboseJson) {
      losses_.dropped("/timestamp_granularities", "only verbose_json has a place for them");
    }
  }

  void read_languages() {
    const auto language = read_word(fields_["language"], Place(root_, "language"));
    if (!language.empty()) request_.languages.push_back(language);
    for (const auto one : read_texts(fields_["languages"], Place(root_, "languages")))
      request_.languages.push_back(sdk::chat::plain(one));
  }

  void read_include() {
    for (const auto one : read_texts(fields_["include"], Place(root_, "include"))) {
      if (one == "\"logprobs\"") {
        request_.logprobs = true;
      } else {
        losses_.dropped("/include", "nobody knows " + std::string(one));
      }
    }
  }

  // An example is a data URL, in the order of the names.
  void read_speakers() {
    const auto names =
        read_texts(fields_["known_speaker_names"], Place(root_, "known_speaker_names"));
    const Place place(root_, "known_speaker_references");
    const auto examples = read_texts(fields_["known_speaker_references"], place);
    for (std::size_t i = 0; i < names.size(); ++i) {
      media::Speaker speaker{names[i], {}};
      if (i < examples.size()) speaker.example = read_example(examples[i], Place(place, i));
      request_.speakers.push_back(std::move(speaker));
    }
    if (examples.size() > names.size()) {
      refuse(place, "expected as many as there are names, got " + std::to_string(examples.size()));
    }
  }

  media::File read_example(sdk::chat::Json text, const Place& place) {
    const auto url = split_data_url(text.substr(1, text.size() - 2));
    if (!url) refuse(place, "expected a data URL in base64");
    media::File file;
    file.media_type = url->media_type;
    file.data = request_.keep("\"" + std::string(url->base64) + "\"");
    return file;
  }

  const BodyFields& fields_;
  media::TranscriptionRequest& request_;
  sdk::LossSink& losses_;
  const Place root_;
};

}  // namespace

std::string read_transcription_request(const sdk::Call& call, sdk::LossSink& losses) {
  const BodyFields fields(call.body(), call.header("content-type").value_or(""));
  media::TranscriptionRequest request;
  request.model = call.model();
  request.stream = call.wants_stream();
  request.is_translation = call.operation() == "audio.translations";
  TranscriptionReader(fields, request, losses).read();
  return media::write_transcription(request);
}

}  // namespace abv::openai
