#pragma once

#include <string>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "cache_marks.hpp"
#include "conversation.hpp"

namespace abv::claude {

// Writes system prompt and messages of a request. Long texts are copied as they stand.
class ContentWriter {
 public:
  ContentWriter(sdk::json::Writer& out, CacheMarks& marks, sdk::LossSink& losses)
      : out_(out), marks_(marks), losses_(losses) {}

  // The value of `system`.
  void write_system(const std::vector<Placed>& parts) { write_content(parts); }

  // One item of `messages`. The last of them may be an answer that was begun.
  void write_turn(const Turn& turn, const sdk::chat::Request& request, bool is_last);

 private:
  void write_fields(const Turn& turn, const sdk::chat::Request& request);
  void write_content(const std::vector<Placed>& parts);
  void write_blocks(const std::vector<Placed>& parts);
  void write_begun_answer(const std::vector<Placed>& parts);
  void write_block(const Placed& placed);
  void write_part(const sdk::chat::Part& part, const std::string& id, const std::string& path);
  void write_text(const sdk::chat::Part& part, std::string_view text, const std::string& path);
  void write_thinking(const sdk::chat::Part& part, const std::string& path);
  void write_call(const sdk::chat::Part& part, const std::string& id, const std::string& path);
  void write_thinking_of_call(const sdk::chat::Part& call);
  void write_result(const sdk::chat::Part& part, const std::string& id, const std::string& path);
  void write_result_content(const sdk::chat::Part& part, const std::string& path);
  void write_orphan(const Placed& placed);
  void write_rest(const sdk::chat::Part& part, const std::string& path);
  void report_media(const sdk::chat::Part& part, const std::string& path);
  void report_signature(const sdk::chat::Part& part, const std::string& path);

  sdk::json::Writer& out_;
  CacheMarks& marks_;
  sdk::LossSink& losses_;
};

// Writes the extras of this dialect into the open object; reports those of others.
void write_extras(const sdk::chat::Extras& extras, const std::string& path, sdk::json::Writer& out,
                  CacheMarks& marks, sdk::LossSink& losses);

}  // namespace abv::claude
