#include <algorithm>
#include <string>
#include <utility>

#include "abv/sdk/media_json.hpp"
#include "body_fields.hpp"
#include "chat_request_fields.hpp"
#include "media_requests.hpp"

namespace abv::openai {

namespace json = sdk::json;
namespace media = sdk::media;

namespace {

constexpr std::string_view kDialect = "openai-chat";

media::ImageTask task_of(std::string_view operation) {
  if (operation == "images.edits") return media::ImageTask::kEdit;
  if (operation == "images.variations") return media::ImageTask::kVariation;
  return media::ImageTask::kGenerate;
}

// "image", and "image1" and so on, which some clients number.
bool is_image_field(std::string_view name) {
  constexpr std::string_view kImage = "image";
  return name.starts_with(kImage) && std::all_of(name.begin() + kImage.size(), name.end(),
                                                 [](char c) { return c >= '0' && c <= '9'; });
}

class ImageReader {
 public:
  ImageReader(const BodyFields& fields, media::ImageRequest& request)
      : fields_(fields), request_(request) {}

  void read() {
    read_prompt();
    request_.n = read_integer(fields_["n"], Place(root_, "n"));
    if (request_.n && *request_.n < 1) {
      refuse(Place(root_, "n"), "expected 1 or more, got " + std::to_string(*request_.n));
    }
    request_.size = word("size");
    read_dimensions();
    request_.quality = word("quality");
    request_.style = word("style");
    request_.background = word("background");
    request_.moderation = word("moderation");
    request_.output_format = word("output_format");
    request_.input_fidelity = word("input_fidelity");
    request_.output_compression = integer("output_compression");
    request_.partial_images = integer("partial_images");
    read_response_format();
    request_.user = word("user");
    if (const auto id = word("safety_identifier"); !id.empty()) request_.user = id;
    read_files();
    keep_rest(fields_.root(),
              {"model", "prompt", "n", "size", "aspect_ratio", "image_size", "imageSize", "quality",
               "style", "background", "moderation", "output_format", "input_fidelity",
               "output_compression", "partial_images", "response_format", "user",
               "safety_identifier", "stream"},
              kDialect, {}, request_.extras);
  }

 private:
  std::string word(std::string_view name) { return read_word(fields_[name], Place(root_, name)); }
  std::optional<std::int64_t> integer(std::string_view name) {
    return read_integer(fields_[name], Place(root_, name));
  }

  void read_prompt() {
    const Place place(root_, "prompt");
    request_.prompt = read_string(fields_["prompt"], place);
    const bool has_prompt = !sdk::chat::is_blank(request_.prompt);
    if (!has_prompt && request_.task != media::ImageTask::kVariation) {
      refuse(place, "a text", fields_["prompt"]);
    }
  }

  // Not OpenAI's, but what clients of Google's models behind this format send.
  void read_dimensions() {
    request_.aspect_ratio = word("aspect_ratio");
    request_.resolution = word("image_size");
    if (request_.resolution.empty()) request_.resolution = word("imageSize");
  }

  void read_response_format() {
    request_.response_format = word("response_format");
    const auto& format = request_.response_format;
    if (!format.empty() && format != "url" && format != "b64_json") {
      refuse(Place(root_, "response_format"), "expected url or b64_json, got \"" + format + "\"");
    }
  }

  void read_files() {
    for (const sdk::FormPart& part : fields_.files()) {
      if (is_image_field(part.name)) {
        request_.images.push_back(read_upload(part, request_));
      } else if (part.name == "mask") {
        request_.mask = read_upload(part, request_);
      } else {
        request_.extras.push_back({std::string(kDialect), part.name, "null"});
      }
    }
    if (request_.task != media::ImageTask::kGenerate && request_.images.empty()) {
      refuse(Place(root_, "image"), "a file", fields_["image"]);
    }
  }

  const BodyFields& fields_;
  media::ImageRequest& request_;
  const Place root_;
};

}  // namespace

std::string read_image_request(const sdk::Call& call) {
  const BodyFields fields(call.body(), call.header("content-type").value_or(""));
  media::ImageRequest request;
  request.task = task_of(call.operation());
  request.model = call.model();
  request.stream = call.wants_stream();
  ImageReader(fields, request).read();
  return media::write_image(request);
}

}  // namespace abv::openai
