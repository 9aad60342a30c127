#include "image_size.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "abv/sdk/json_schema.hpp"
#include "model_traits.hpp"

namespace abv::gemini {

namespace {

// ai.google.dev/gemini-api/docs/image-generation, 2026-11.
constexpr std::array<std::string_view, 10> kRatios = {"1:1", "2:3", "3:2",  "3:4",  "4:3",
                                                      "4:5", "5:4", "9:16", "16:9", "21:9"};
constexpr std::array<std::string_view, 14> kMoreRatios = {"1:1", "2:3", "3:2",  "3:4",  "4:3",
                                                          "4:5", "5:4", "9:16", "16:9", "21:9",
                                                          "1:4", "4:1", "1:8",  "8:1"};
constexpr std::array<std::string_view, 5> kImagenRatios = {"1:1", "3:4", "4:3", "9:16", "16:9"};
constexpr std::array<std::string_view, 3> kResolutions = {"1K", "2K", "4K"};

// Each resolution has four times the pixels of the one before. The borders lie a little below the
// middle, so that what screens call 4K (3840x2160) is.
constexpr double kPixelsOf1K = 1024.0 * 1024.0;
constexpr double kRounding = 0.55;

struct Measure {
  double width = 0, height = 0;
  char mark = 'x';  // between the two: 'x' for pixels, ':' for a ratio
};

std::optional<Measure> read_measure(std::string_view text) {
  Measure measure;
  const char* const end = text.data() + text.size();
  const auto [mark, fault] = std::from_chars(text.data(), end, measure.width);
  if (fault != std::errc() || mark == end || (*mark != 'x' && *mark != 'X' && *mark != ':')) {
    return std::nullopt;
  }
  const auto [rest, other] = std::from_chars(mark + 1, end, measure.height);
  const bool is_whole = other == std::errc() && rest == end;
  const auto is_sane = [](double side) { return side >= 1 && side <= 1e6; };
  if (!is_whole || !is_sane(measure.width) || !is_sane(measure.height)) return std::nullopt;
  measure.mark = *mark == ':' ? ':' : 'x';
  return measure;
}

// How far apart two shapes are; 0 for the same.
double distance(const Measure& a, const Measure& b) {
  return std::abs(std::log(a.width / a.height) - std::log(b.width / b.height));
}

// The ratio whose shape is nearest, and whether it is the same but for rounding.
std::pair<std::string_view, bool> nearest(const Measure& wanted,
                                          std::span<const std::string_view> ratios) {
  const auto apart = [&](std::string_view ratio) {
    return distance(wanted, read_measure(ratio).value_or(wanted));
  };
  const auto best = *std::min_element(
      ratios.begin(), ratios.end(),
      [&](std::string_view a, std::string_view b) { return apart(a) < apart(b); });
  return {best, apart(best) < 0.02};
}

// 0 for 1K, 1 for 2K, 2 for 4K.
int resolution_of_pixels(const Measure& size) {
  const double steps = std::log2(size.width * size.height / kPixelsOf1K) / 2;
  return std::clamp(static_cast<int>(std::floor(steps + kRounding)), 0, 2);
}

std::optional<int> resolution_of_word(std::string_view word) {
  const auto upper = sdk::json_schema::detail::upper(word);
  const auto found = std::find(kResolutions.begin(), kResolutions.end(), upper);
  if (found == kResolutions.end()) return std::nullopt;
  return static_cast<int>(found - kResolutions.begin());
}

// "auto" and "standard" leave it to the upstream.
std::optional<int> resolution_of_quality(std::string_view quality) {
  constexpr std::array<std::pair<std::string_view, int>, 6> kQualities = {
      {{"low", 0}, {"medium", 1}, {"high", 1}, {"hd", 2}, {"xhigh", 2}, {"max", 2}}};
  for (const auto& [word, resolution] : kQualities) {
    if (word == quality) return resolution;
  }
  return resolution_of_word(quality);
}

class SizeChooser {
 public:
  SizeChooser(const sdk::media::ImageRequest& request, const ImageTraits& model,
              sdk::LossSink& losses)
      : request_(request), model_(model), losses_(losses), size_(read_measure(request.size)) {}

  ImageSize choose() {
    ImageSize result;
    const int wanted = wanted_resolution();
    const int most = static_cast<int>(model_.resolutions().size()) - 1;
    resolution_ = std::min(wanted, std::max(most, 0));
    result.aspect_ratio = aspect_ratio();
    // Unasked the upstream makes 1K.
    if (resolution_ > 0) result.resolution = kResolutions[static_cast<std::size_t>(resolution_)];
    report(wanted);
    return result;
  }

 private:
  bool is_pixels() const { return size_ && size_->mark == 'x'; }

  int wanted_resolution() const {
    if (const auto named = resolution_of_word(request_.resolution)) return *named;
    const auto by_word = resolution_of_word(request_.size);
    const int by_size = is_pixels() ? resolution_of_pixels(*size_) : by_word.value_or(0);
    return std::max(by_size, resolution_of_quality(request_.quality).value_or(0));
  }

  std::string aspect_ratio() {
    const auto named = read_measure(request_.aspect_ratio);
    const auto& wanted = named ? named : size_;
    if (!wanted) return {};
    const auto [ratio, is_same] = nearest(*wanted, model_.ratios());
    is_same_shape_ = is_same;
    return std::string(ratio);
  }

  void report(int wanted) {
    const bool is_auto = request_.size.empty() || request_.size == "auto";
    if (!is_auto && !size_ && !resolution_of_word(request_.size)) {
      losses_.dropped("/size", "it is neither a size nor a ratio");
    } else if (!is_auto && !is_exact()) {
      losses_.approximated("/size", "the upstream has ratios, and sizes of 1K, 2K and 4K");
    }
    if (!request_.aspect_ratio.empty() &&
        !(is_same_shape_ && read_measure(request_.aspect_ratio))) {
      losses_.approximated("/aspect_ratio", "the upstream has no such ratio");
    }
    if (!request_.resolution.empty() &&
        (wanted != resolution_ || !resolution_of_word(request_.resolution))) {
      losses_.approximated("/resolution", "the model has no such resolution");
    }
    report_quality();
  }

  void report_quality() {
    if (request_.quality.empty() || request_.quality == "auto" || request_.quality == "standard") {
      return;
    }
    if (model_.resolutions().empty() || !resolution_of_quality(request_.quality)) {
      losses_.dropped("/quality", "the upstream has no such word");
    } else {
      losses_.approximated("/quality",
                           "the upstream has sizes instead: " +
                               std::string(kResolutions[static_cast<std::size_t>(resolution_)]));
    }
  }

  // Only of squares the pixels are known.
  bool is_exact() const {
    if (!is_pixels()) return is_same_shape_ || resolution_of_word(request_.size) == resolution_;
    const double side = 1024.0 * static_cast<double>(1 << resolution_);
    return size_->width == side && size_->height == side;
  }

  const sdk::media::ImageRequest& request_;
  const ImageTraits& model_;
  sdk::LossSink& losses_;
  const std::optional<Measure> size_;
  int resolution_ = 0;
  bool is_same_shape_ = false;
};

}  // namespace

ImageTraits::ImageTraits(std::string_view model) {
  const auto has = [&](std::string_view word) {
    return model.find(word) != std::string_view::npos;
  };
  is_imagen_ = has("imagen-");
  if (is_imagen_) {
    ratios_ = kImagenRatios;
    if (!has("imagen-3") && !has("fast")) resolutions_ = std::span(kResolutions).first(2);
    return;
  }
  const ModelTraits traits(model);
  needs_text_too_ = traits.is_before_2_5();
  shows_drafts_ = !traits.is_before_3();
  if (shows_drafts_) resolutions_ = kResolutions;
  ratios_ = traits.has_extreme_ratios() ? std::span<const std::string_view>(kMoreRatios)
                                        : std::span<const std::string_view>(kRatios);
}

ImageSize image_size_for(const sdk::media::ImageRequest& request, const ImageTraits& model,
                         sdk::LossSink& losses) {
  return SizeChooser(request, model, losses).choose();
}

}  // namespace abv::gemini
