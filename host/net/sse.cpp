#include "host/net/sse.hpp"

#include <algorithm>

#include "host/net/http1.hpp"

namespace abv::net {

Result<void> EventSplitter::feed(std::string_view bytes, const Take& take) {
  while (!bytes.empty()) {
    if (after_cr_ && bytes.front() == '\n') {
      bytes.remove_prefix(1);
    }
    after_cr_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    if (line_.size() + data_.size() + std::min(end, bytes.size()) > longest_) {
      return Error{Error::Code::kLimit,
                   "an event is longer than " + std::to_string(longest_) + " bytes"};
    }
    if (end == std::string_view::npos) {
      line_.append(bytes);
      return {};
    }
    std::string_view line = bytes.substr(0, end);
    if (!line_.empty()) {
      line = line_.append(line);
    }
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    Result<void> taken = end_line(line, take);
    line_.clear();
    if (!taken) {
      return taken;
    }
  }
  return {};
}

Result<void> EventSplitter::end_line(std::string_view line, const Take& take) {
  if (line.empty()) {
    Result<void> taken = has_data_ ? take(data_) : Result<void>();
    data_.clear();
    has_data_ = false;
    return taken;
  }
  if (line != "data" && !line.starts_with("data:")) {
    return {};
  }
  line.remove_prefix(std::min(line.size(), std::string_view("data:").size()));
  if (line.starts_with(' ')) {
    line.remove_prefix(1);
  }
  data_.append(has_data_ ? "\n" : "").append(line);
  has_data_ = true;
  return {};
}

std::size_t first_event_end(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  bool has_data = false;
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (at < text.size()) {
    const std::size_t end = text.find_first_of("\r\n", at);
    if (end == std::string_view::npos) {
      return std::string_view::npos;
    }
    const std::string_view line = text.substr(at, end - at);
    const bool is_crlf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    at = end + (is_crlf ? 2 : 1);
    if (line.empty() && has_data) {
      return at;
    }
    has_data = !line.empty() && (has_data || line == "data" || line.starts_with("data:"));
  }
  return std::string_view::npos;
}

bool begins_like_events(std::string_view body) {
  const std::size_t first = body.find_first_not_of("\r\n");
  body.remove_prefix(first == std::string_view::npos ? body.size() : first);
  return body.starts_with("event:") || body.starts_with("data:") || body.starts_with(":") ||
         body.starts_with("id:") || body.starts_with("retry:");
}

}  // namespace abv::net
