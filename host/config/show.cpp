#include "host/config/show.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/config/scalar.hpp"

namespace abv::config {
namespace {

constexpr std::size_t kBriefBytes = 80;

// True when YAML reads the text back as the same string without quotes.
bool is_plain_text(const std::string& text) {
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '/';
  };
  const bool is_path = text.starts_with("./") || text.starts_with("../");
  const bool is_marker = text.starts_with("-") || (text.starts_with(".") && !is_path);
  return !text.empty() && !is_marker && std::all_of(text.begin(), text.end(), is_safe) &&
         read_plain_scalar(text).is_string();
}

std::string quoted(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '$' ? "$$" : std::string(1, c);
  }
  return is_plain_text(escaped) ? escaped : json_string(escaped);
}

std::string scalar_text(const Value& value) {
  if (value.is_secret()) {
    return value.is_null() || (value.is_string() && value.text().empty()) ? "\"\"" : "\"***\"";
  }
  if (value.is_string()) {
    return quoted(without_password(value.text()));
  }
  return value.to_json();
}

std::string origin_text(const Value& value) {
  switch (value.origin().source) {
    case Origin::Source::kEnvironment:
      return "environment " + value.origin().variable;
    case Origin::Source::kDefault:
      return "default";
    case Origin::Source::kYaml:
      break;
  }
  const Place& place = value.place();
  return place.line == 0 ? place.file : place.file + ":" + std::to_string(place.line);
}

class Printer {
 public:
  // Writes the value behind a key or dash that stands on the current line already.
  void print(const Value& value, std::size_t indent) {
    if (value.is_object() && value.size() > 0) {
      print_members(value, indent);
    } else if (value.is_array() && value.size() > 0) {
      print_items(value, indent);
    } else {
      print_leaf(value);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void print_leaf(const Value& value) {
    const std::string text = value.is_object()  ? "{}"
                             : value.is_array() ? "[]"
                                                : scalar_text(value);
    const std::string origin = origin_text(value);
    out_ += (at_line_start_ ? "" : " ") + text + (origin.empty() ? "" : "  # " + origin) + "\n";
    at_line_start_ = true;
  }

  void print_members(const Value& value, std::size_t indent) {
    break_line();
    for (const Member& member : value.members()) {
      start_line(indent);
      out_ += quoted_key(member.key) + ":";
      print(member.value, indent + 2);
    }
  }

  void print_items(const Value& value, std::size_t indent) {
    break_line();
    for (const Value& item : value.items()) {
      start_line(indent);
      out_ += "-";
      if (item.is_object() && item.size() > 0) {
        // The first member stands on the line of the dash.
        out_ += " ";
        is_inline_ = true;
      }
      print(item, indent + 2);
    }
  }

  static std::string quoted_key(const std::string& key) {
    return is_plain_text(key) ? key : json_string(key);
  }

  void break_line() {
    if (!at_line_start_ && !is_inline_) {
      out_ += "\n";
      at_line_start_ = true;
    }
  }

  void start_line(std::size_t indent) {
    if (!is_inline_) {
      out_.append(indent, ' ');
    }
    is_inline_ = false;
    at_line_start_ = false;
  }

  std::string out_;
  bool at_line_start_ = true;
  bool is_inline_ = false;
};

}  // namespace

std::string show(const Value& value) {
  Printer printer;
  printer.print(value, 0);
  return printer.take();
}

std::string brief(const Value& value) {
  if (value.is_secret()) {
    return "***";
  }
  if (value.is_object()) {
    return "an object";
  }
  if (value.is_array()) {
    return "a list of " + std::to_string(value.size());
  }
  if (value.is_null()) {
    return "nothing";
  }
  if (!value.is_string()) {
    return value.text().empty() ? value.to_json() : value.text();
  }
  std::string text = without_password(value.text());
  if (text.size() > kBriefBytes) {
    std::size_t end = kBriefBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
      --end;
    }
    text = text.substr(0, end) + "…";
  }
  return json_string(text);
}

std::string without_password(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) {
    return std::string(text);
  }
  const std::size_t start = scheme + 3;
  const std::size_t end = std::min(text.find_first_of("/?#", start), text.size());
  const std::size_t at = text.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < start) {
    return std::string(text);
  }
  return std::string(text.substr(0, start)) + "***" + std::string(text.substr(at));
}

}  // namespace abv::config
