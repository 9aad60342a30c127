#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace abv::net {

// Takes the data of events out of a stream of server-sent events that is cut anywhere. Lines may
// end in LF, CRLF or CR; events without data (comments, retry) are left out.
class EventSplitter {
 public:
  // An event is one line or more of data; those of one event together may have so many bytes.
  explicit EventSplitter(std::size_t longest_event) : longest_(longest_event) {}

  // Gets the data of one event; its lines are joined by LF. What fails ends feed().
  using Take = std::function<Result<void>(std::string_view data)>;

  // Takes the next bytes, and hands out what has become complete. kLimit for an event that is too
  // long.
  Result<void> feed(std::string_view bytes, const Take& take);

 private:
  Result<void> end_line(std::string_view line, const Take& take);

  const std::size_t longest_;
  std::string line_;  // the begin of the line at hand, when that came before
  std::string data_;  // of the event at hand
  bool has_data_ = false;
  bool after_cr_ = false;  // an LF that comes next belongs to the line before
};

// Whether a body that begins like this is a stream of events, where its head does not say. No JSON
// does; a text may.
bool begins_like_events(std::string_view body);

}  // namespace abv::net
