#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"

namespace abv::claude {

// The cache marks of one request while it is written. The API takes four. Which ones are too many
// is known only at the end, so they are written all and taken out again.
class CacheMarks {
 public:
  // Writes `cache` ({} or {"ttl":"1h"}) as cache_control, never as an object's first member; `path`
  // is where it stood.
  void write(std::string_view cache, std::string path, sdk::json::Writer& out);

  // Writes cache_control as the client said it.
  void write_verbatim(std::string_view control, std::string path, sdk::json::Writer& out);

  // Counts one that is inside other JSON text and has to stay.
  void add_fixed() { ++fixed_; }

  // Marks so far are of tools and system prompt, which stand before all messages.
  void end_prefix() { prefix_ = marks_.size(); }

  // Takes the marks that are too many out of `body`, which is what was written. Those of the end of
  // the conversation stay, because they are what the next request finds again, and one of tools or
  // system prompt, which outlives the conversation.
  void drop_surplus(std::string& body, sdk::LossSink& losses) const;

 private:
  struct Mark {
    std::size_t begin = 0, end = 0;  // in what was written, with the comma before it
    std::string path;
  };

  std::vector<Mark> marks_;
  std::size_t prefix_ = 0;
  std::size_t fixed_ = 0;
};

}  // namespace abv::claude
