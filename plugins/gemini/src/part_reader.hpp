#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "abv/sdk/chat.hpp"
#include "abv/sdk/json.hpp"
#include "wire_error.hpp"

namespace abv::gemini {

// True for an id that a PartReader made because the wire has none. Such ids need not go upstream.
bool is_made_id(std::string_view id);

// Reads the parts of a request's contents, one after the other in their order: results find the
// calls before them, by id, and where there is none by name.
//
// A tool result whose text is not all of `response` says in `raw` how it stood there: the name of
// the member that held the text ("output"), "name,content" where the function's name stood beside
// it, or {} when the text is the object itself. A signature that only holds a place is left out.
// One that marks reasoning which its maker does not sign gives the origin alone.
//
// A call without an id gets one of what is called and how often that came before, so that it stays
// the same while the history grows, however the client cut it into contents.
class PartReader {
 public:
  // `request` keeps the texts that are made.
  explicit PartReader(sdk::chat::Request& request) : request_(request) {}

  // Appends the part to `parts`. `where` names it in messages ("contents[0].parts[1]"), which
  // throw Failure 400.
  void read(const sdk::json::Value& part, const Where& where, std::vector<sdk::chat::Part>& parts);

 private:
  struct Call {
    std::string id, name;
    bool is_made = false;  // the id
    bool is_answered = false;
  };

  void read_member(std::string_view key, const sdk::json::Value& value, const Where& where,
                   sdk::chat::Part& part);
  void read_text(const sdk::json::Value& value, const Where& where, sdk::chat::Part& part);
  void read_media(std::string_view member, const sdk::json::Value& media, const Where& where,
                  sdk::chat::Part& part);
  void read_call(const sdk::json::Value& call, const Where& where, sdk::chat::Part& part);
  void read_result(const sdk::json::Value& result, const Where& where, sdk::chat::Part& part);
  sdk::chat::Part read_part_of_result(const sdk::json::Value& part, const Where& where);
  void read_response(const sdk::json::Value& response, sdk::chat::Part& part);
  void sign(const sdk::json::Value& value, const Where& where, sdk::chat::Part& part);
  void pair(const sdk::json::Value& wire, sdk::chat::Part& result);
  std::string made_id(std::string_view name, std::string_view content);
  void add_text(sdk::chat::Json text, sdk::chat::Part& result);

  sdk::chat::Request& request_;
  bool is_signed_ = false;                               // the part in work
  std::unordered_map<std::uint64_t, std::size_t> made_;  // how many ids of the same content
  std::deque<Call> calls_;
  std::unordered_map<std::string, Call*> by_id_;
  std::unordered_map<std::string, std::deque<Call*>> by_name_;
};

}  // namespace abv::gemini
