#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "answer_writer.hpp"

namespace abv::openai {

// Writes the answer of an image operation: one document, or the events of a stream. Images are held
// until finish, because the counts that stand beside them come last; drafts go out at once, as many
// as the client asked for. What an upstream says beside its images has no place here.
class ImageWriter : public AnswerWriter {
 public:
  explicit ImageWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& /*out*/) override {}
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  // Throws Stopped ABV_E_INVALID when there is no image: an answer without one is none.
  void on_finish(sdk::Writer& out) override;

 private:
  struct Image {
    std::string media_type, base64, url, revised_prompt;
  };

  void write_document(sdk::Writer& out);
  void write_draft(const sdk::Event& draft, sdk::Writer& out);
  void write_completed(const Image& image, bool is_last, sdk::Writer& out);
  void begin_event(std::string_view word, std::string_view media_type, std::string_view base64);
  void end_event(std::string_view word, sdk::Writer& out);
  void put_image(const Image& image);
  void put_usage();

  const bool is_edit_;
  std::string event_prefix_;  // "image_generation"
  bool wants_url_ = false;
  std::int64_t most_drafts_ = 0;
  std::int64_t drafts_ = 0;
  std::string size_, quality_, background_;  // as they were asked for
  std::string revised_prompt_;               // of the next image
  std::vector<Image> images_;
};

}  // namespace abv::openai
