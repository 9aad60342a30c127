#pragma once

#include <string>
#include <string_view>

namespace abv::bench {

// Looks through a request body as it arrives for what decides the answer, and keeps none of it but
// a short tail. It reads no JSON: the key "stream" is searched as text, which cannot be met inside
// a JSON string, because quotes are escaped there.
class BodyScan {
 public:
  // Forgets the last body. What is not wanted is not searched for.
  void restart(bool wants_stream_key, bool wants_marker);

  void feed(std::string_view piece);

  bool asks_for_stream() const { return asks_for_stream_; }
  std::string_view options() const { return options_; }  // what stood after kMarker

 private:
  void search(std::string_view window);

  bool wants_stream_key_ = false;
  bool wants_marker_ = false;
  bool asks_for_stream_ = false;
  std::string options_;
  std::string tail_;  // the end of what was searched, for matches that are cut in two
};

}  // namespace abv::bench
