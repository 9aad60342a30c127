#pragma once

#include <string>
#include <vector>

#include "answer_writer.hpp"

namespace abv::openai {

// Writes the answer to a compaction: the user's own messages as they were, and the summary of
// everything, which the model's text is, as an item. Whole answers only.
class CompactWriter : public AnswerWriter {
 public:
  explicit CompactWriter(const sdk::CodecParams& params);

 protected:
  void on_start(sdk::Writer& /*out*/) override {}
  void on_content(const sdk::Event& event, sdk::Writer& out) override;
  void on_finish(sdk::Writer& out) override;

 private:
  void keep_messages(const sdk::json::Value& input);
  void keep_message(const sdk::json::Value& content);

  std::vector<std::string> messages_;  // JSON texts of items
  std::string summary_;
};

}  // namespace abv::openai
