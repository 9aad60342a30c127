#include <algorithm>
#include <string>

#include "abv/sdk/json_schema.hpp"
#include "abv/sdk/media_json.hpp"
#include "image_size.hpp"
#include "inline_file.hpp"
#include "media_requests.hpp"
#include "names.hpp"
#include "request_writer.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace media = sdk::media;

namespace {

constexpr std::string_view kVary =
    "Make a variation of this image: the same subject in the same style, but composed anew.";
constexpr std::string_view kMask =
    "The next image is a mask of the first one. Change the first image only where the mask is "
    "transparent, and leave everything else in it as it is.";

class ImageWriter {
 public:
  ImageWriter(const media::ImageRequest& request, std::string_view model, sdk::LossSink& losses)
      : request_(request), model_(model), traits_(model), losses_(losses) {}

  MediaRequest write(bool is_stream) {
    report();
    if (traits_.is_imagen()) {
      write_prediction();
      return {"/v1beta/" + model_resource(model_) + ":predict", out_.take()};
    }
    write_generation();
    return {request_path(model_, "chat", is_stream), out_.take()};
  }

 private:
  void write_prediction() {
    if (!request_.images.empty() || request_.mask.exists()) {
      sdk::Failure failure{400, "unsupported_operation",
                           "image: the model \"" + std::string(model_) +
                               "\" makes images from words only, got an image; Gemini's own image "
                               "models edit and vary them"};
      failure.param = "image";
      throw failure;
    }
    const ImageSize size = image_size_for(request_, traits_, losses_);
    out_.begin_object().key("instances").begin_array();
    out_.begin_object().key("prompt").raw(prompt()).end_object().end_array();
    out_.key("parameters").begin_object().member("sampleCount", count());
    if (!size.aspect_ratio.empty()) out_.member("aspectRatio", size.aspect_ratio);
    if (!size.resolution.empty()) out_.member("sampleImageSize", size.resolution);
    write_output_options();
    out_.end_object().end_object();
    if (request_.stream && request_.partial_images.value_or(0) > 0) {
      losses_.dropped("/partial_images", "the upstream shows finished images only");
    }
  }

  void write_output_options() {
    const auto& format = request_.output_format;
    const bool has_format = format == "png" || format == "jpeg";
    if (!format.empty() && !has_format) {
      losses_.dropped("/output_format", "the upstream makes png and jpeg");
    }
    const bool has_compression = request_.output_compression && format == "jpeg";
    if (request_.output_compression && !has_compression) {
      losses_.dropped("/output_compression", "only jpeg has one");
    }
    if (!has_format) return;
    out_.key("outputOptions").begin_object().member("mimeType", "image/" + format);
    if (has_compression) out_.member("compressionQuality", *request_.output_compression);
    out_.end_object();
  }

  void write_generation() {
    const ImageSize size = image_size_for(request_, traits_, losses_);
    count();
    if (!request_.output_format.empty()) {
      losses_.dropped("/output_format", "the upstream chooses the format");
    }
    if (request_.output_compression) {
      losses_.dropped("/output_compression", "the upstream chooses the compression");
    }
    out_.reserve(request_.prompt.size() + 4096 + file_bytes());
    out_.begin_object().key("contents").begin_array().begin_object().member("role", "user");
    out_.key("parts").begin_array();
    write_parts();
    out_.end_array().end_object().end_array();
    out_.key("generationConfig").begin_object().key("responseModalities").begin_array();
    if (traits_.needs_text_too()) out_.value("TEXT");
    out_.value("IMAGE").end_array();
    write_size(size);
    write_drafts();
    out_.end_object().end_object();
  }

  void write_parts() {
    out_.begin_object().key("text").raw(prompt()).end_object();
    for (const media::File& image : request_.images)
      write_file_part(image, image.media_type, out_);
    if (!request_.mask.exists()) return;
    losses_.approximated("/mask", "the upstream is told of it in words");
    write_text_part(kMask, out_);
    write_file_part(request_.mask, request_.mask.media_type, out_);
  }

  void write_size(const ImageSize& size) {
    if (size.aspect_ratio.empty() && size.resolution.empty()) return;
    out_.key("imageConfig").begin_object();
    if (!size.aspect_ratio.empty()) out_.member("aspectRatio", size.aspect_ratio);
    if (!size.resolution.empty()) out_.member("imageSize", size.resolution);
    out_.end_object();
  }

  // What the model tried while it thought is all that it shows before the image.
  void write_drafts() {
    if (!request_.stream || request_.partial_images.value_or(0) <= 0) return;
    if (!traits_.shows_drafts()) {
      return losses_.dropped("/partial_images", "the model shows finished images only");
    }
    losses_.approximated("/partial_images", "the model shows as many drafts as it makes");
    out_.key("thinkingConfig").begin_object().member("includeThoughts", true).end_object();
  }

  std::int64_t count() {
    const std::int64_t wanted = request_.n.value_or(1);
    const std::int64_t most = traits_.most_images();
    if (wanted > most) {
      losses_.approximated("/n", most == 1 ? "the model makes one image a call"
                                           : "the model makes four images a call");
    }
    return std::clamp<std::int64_t>(wanted, 1, most);
  }

  // The prompt as a JSON string, with what the upstream has no field for behind it.
  std::string prompt() {
    std::string text(request_.prompt);
    if (sdk::chat::is_blank(text)) {
      losses_.defaulted("/prompt", "the upstream is told in words to vary the image");
      text = "\"" + std::string(kVary) + "\"";
    }
    if (request_.style == "vivid" || request_.style == "natural") {
      losses_.approximated("/style", "the upstream is told of it in the prompt");
      text.pop_back();
      text += request_.style == "vivid" ? "\\n\\nStyle: vivid, dramatic, rich in contrast.\""
                                        : "\\n\\nStyle: natural and realistic, not stylised.\"";
    } else if (!request_.style.empty()) {
      losses_.dropped("/style", "nobody knows it");
    }
    return text;
  }

  std::size_t file_bytes() const {
    std::size_t bytes = request_.mask.data.size();
    for (const media::File& image : request_.images)
      bytes += image.data.size() + 128;
    return bytes;
  }

  void report() {
    if (!request_.background.empty() && request_.background != "auto" &&
        request_.background != "opaque") {
      losses_.dropped("/background", "the upstream's images have no transparency");
    }
    if (!request_.moderation.empty() && request_.moderation != "auto") {
      losses_.dropped("/moderation", "the upstream filters as it does");
    }
    if (!request_.input_fidelity.empty()) {
      losses_.dropped("/input_fidelity", "the upstream has no such word");
    }
    if (request_.response_format == "url") {
      losses_.approximated("/response_format", "the URL holds the image itself (data:)");
    }
    if (!request_.user.empty()) losses_.dropped("/user", "the upstream is not told of users");
    sdk::chat::report_foreign(request_.extras, kDialect, {}, losses_);
  }

  const media::ImageRequest& request_;
  const std::string_view model_;
  const ImageTraits traits_;
  sdk::LossSink& losses_;
  json::Writer out_;
};

}  // namespace

MediaRequest write_image_request(std::string_view canonical, const sdk::Attempt& attempt,
                                 sdk::LossSink& losses) {
  json::Document document;
  const media::ImageRequest request = media::read_image(canonical, document);
  MediaRequest result = ImageWriter(request, attempt.model(), losses).write(attempt.wants_stream());
  check_inline_size(result.body, "image");
  return result;
}

}  // namespace abv::gemini
