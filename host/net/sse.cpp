#include "host/net/http1.hpp"

namespace abv::net {

std::size_t first_event_end(std::string_view text) {
  bool has_data = false;
  std::size_t at = 0;
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

}  // namespace abv::net
