#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/media.hpp"

namespace abv::gemini {

// What a model takes of an image's measures, by its name. Models whose names tell nothing count as
// Gemini 3.
class ImageTraits {
 public:
  explicit ImageTraits(std::string_view model);

  bool is_imagen() const { return is_imagen_; }
  bool shows_drafts() const { return shows_drafts_; }
  bool needs_text_too() const { return needs_text_too_; }  // cannot be asked for images alone
  std::int64_t most_images() const { return is_imagen_ ? 4 : 1; }

  // "16:9", …
  std::span<const std::string_view> ratios() const { return ratios_; }
  // "1K", …, the smallest first; none where the model has one only, which is 1K.
  std::span<const std::string_view> resolutions() const { return resolutions_; }

 private:
  bool is_imagen_ = false;
  bool shows_drafts_ = false;
  bool needs_text_too_ = false;
  std::span<const std::string_view> ratios_, resolutions_;
};

// The measures that a model is asked for; empty: not at all.
struct ImageSize {
  std::string aspect_ratio;  // "3:2"
  std::string resolution;    // "2K"
};

// Of a request's size, aspect ratio, resolution and quality; reports what is not exactly as asked.
// The resolution is the larger of what size and quality mean, as a better quality of these models
// is a larger image; one that the request names itself counts alone.
ImageSize image_size_for(const sdk::media::ImageRequest& request, const ImageTraits& model,
                         sdk::LossSink& losses);

}  // namespace abv::gemini
