#include "json_text.hpp"

#include <cstddef>

namespace abv::claude {
namespace {

// How many bytes at the start of `text` are one white space character: 1, 2 for an escape, or 0.
std::size_t blank_at(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == ' ') return 1;
  const bool is_escape = text.size() > 1 && text[0] == '\\';
  return is_escape && (text[1] == 'n' || text[1] == 'r' || text[1] == 't') ? 2 : 0;
}

}  // namespace

bool is_blank_text(std::string_view json_string) {
  if (json_string.size() < 2) return true;
  std::string_view inner = json_string.substr(1, json_string.size() - 2);
  while (const std::size_t blank = blank_at(inner))
    inner.remove_prefix(blank);
  return inner.empty();
}

std::string_view trim_end(std::string_view json_string, std::string& storage) {
  if (json_string.size() < 2) return json_string;
  const std::string_view inner = json_string.substr(1, json_string.size() - 2);
  std::size_t end = 0;  // of what is kept
  for (std::size_t at = 0; at < inner.size();) {
    // Forwards, because only from the front is it clear which backslash begins an escape.
    const std::size_t blank = blank_at(inner.substr(at));
    at += blank > 0 ? blank : inner[at] == '\\' ? 2 : 1;
    if (blank == 0) end = at;
  }
  if (inner.empty() || blank_at(inner.substr(end)) == 0) return json_string;
  storage.assign(json_string.substr(0, end + 1)).push_back('"');
  return storage;
}

}  // namespace abv::claude
