#include "image_writer.hpp"

#include <algorithm>
#include <utility>

#include "body_fields.hpp"

namespace abv::openai {

namespace {

// "image/png" as "png"; empty for what is no image.
std::string_view format_of(std::string_view media_type) {
  constexpr std::string_view kImage = "image/";
  return media_type.starts_with(kImage) ? media_type.substr(kImage.size()) : std::string_view();
}

std::string word_or(const sdk::json::Value& value, std::string_view fallback) {
  const auto word = value.as_string();
  return word.empty() ? std::string(fallback) : word;
}

}  // namespace

ImageWriter::ImageWriter(const sdk::CodecParams& params)
    : AnswerWriter(params, {}),
      is_edit_(params.operation() != "images.generations"),
      event_prefix_(is_edit_ ? "image_edit" : "image_generation") {
  const BodyFields fields(params.request_body(), params.request_type());
  wants_url_ = fields["response_format"].as_string() == "url";
  most_drafts_ = fields["partial_images"].as_int();
  size_ = word_or(fields["size"], "auto");
  quality_ = word_or(fields["quality"], "auto");
  background_ = word_or(fields["background"], "auto");
}

void ImageWriter::on_content(const sdk::Event& event, sdk::Writer& out) {
  if (event.kind() == ABV_EVENT_TEXT && event.is_revised()) {
    revised_prompt_.append(event.text());
  } else if (event.kind() == ABV_EVENT_IMAGE && event.is_partial()) {
    if (is_stream_ && drafts_ < most_drafts_) write_draft(event, out);
  } else if (event.kind() == ABV_EVENT_IMAGE) {
    images_.push_back({std::string(event.name()), std::string(event.text()),
                       std::string(event.id()), std::exchange(revised_prompt_, {})});
  }
}

void ImageWriter::on_finish(sdk::Writer& out) {
  if (images_.empty()) throw sdk::Stopped{ABV_E_INVALID};
  if (!is_stream_) return write_document(out);
  for (const Image& image : images_)
    write_completed(image, &image == &images_.back(), out);
}

void ImageWriter::write_document(sdk::Writer& out) {
  std::size_t size = 1024;
  for (const Image& image : images_)
    size += image.base64.size() + 256;
  json_.reserve(size);
  json_.begin_object().member("created", created_).key("data").begin_array();
  for (const Image& image : images_)
    put_image(image);
  json_.end_array();
  const auto format = format_of(images_.front().media_type);
  if (!format.empty()) json_.member("output_format", format);
  if (usage_) put_usage();
  out.write(json_.end_object().view());
}

// A data URL where the client wants a URL: nothing here stores images for others to fetch.
void ImageWriter::put_image(const Image& image) {
  json_.begin_object();
  if (!image.url.empty()) {
    json_.member("url", image.url);
  } else if (wants_url_) {
    json_.member("url", "data:" + image.media_type + ";base64," + image.base64);
  } else {
    json_.member("b64_json", image.base64);
  }
  if (!image.revised_prompt.empty()) json_.member("revised_prompt", image.revised_prompt);
  json_.end_object();
}

// Which part of the input is words and which is pictures is known only where there are no pictures.
void ImageWriter::put_usage() {
  const auto known = [](std::int64_t count) { return std::max<std::int64_t>(count, 0); };
  const auto input = known(usage_->input_tokens), output = known(usage_->output_tokens);
  json_.key("usage").begin_object().member("input_tokens", input);
  json_.member("output_tokens", output).member("total_tokens", input + output);
  if (!is_edit_) {
    json_.key("input_tokens_details").begin_object();
    json_.member("text_tokens", input).member("image_tokens", 0).end_object();
  }
  json_.end_object();
}

void ImageWriter::begin_event(std::string_view word, std::string_view media_type,
                              std::string_view base64) {
  json_.clear();
  json_.reserve(base64.size() + 1024);
  json_.begin_object().member("type", event_prefix_ + std::string(word));
  json_.member("b64_json", base64).member("created_at", created_);
  json_.member("size", size_).member("quality", quality_).member("background", background_);
  json_.member("output_format", format_of(media_type));
}

void ImageWriter::end_event(std::string_view word, sdk::Writer& out) {
  json_.end_object();
  out.write("event: " + event_prefix_ + std::string(word) + "\ndata: " + json_.take() + "\n\n");
}

void ImageWriter::write_draft(const sdk::Event& draft, sdk::Writer& out) {
  begin_event(".partial_image", draft.name(), draft.text());
  json_.member("partial_image_index", drafts_++);
  end_event(".partial_image", out);
}

void ImageWriter::write_completed(const Image& image, bool is_last, sdk::Writer& out) {
  begin_event(".completed", image.media_type, image.base64);
  if (is_last && usage_) put_usage();
  end_event(".completed", out);
}

}  // namespace abv::openai
