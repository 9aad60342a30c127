#include "host/route/pattern.hpp"

#include <algorithm>

namespace abv::route {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_segment_character(unsigned char c) {
  const bool is_alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_alphanumeric ||
         std::string_view("-._~:@!$&'()*+,;=").find(static_cast<char>(c)) != std::string_view::npos;
}

Error bad_pattern(std::string_view text, std::string_view rule) {
  return Error{Error::Code::kInvalid,
               "path pattern \"" + std::string(text) + "\": " + std::string(rule)};
}

// Takes the next segment off the front of `rest`, which starts with a slash.
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(end);
  return segment;
}

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text) {
  if (text.empty() || text.front() != '/') {
    return bad_pattern(text, "expected a leading slash");
  }
  Pattern pattern;
  pattern.text_ = text;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view segment = take_segment(rest);
    if (segment.find_first_of("{}") == std::string_view::npos) {
      pattern.segments_.push_back(Segment{"", std::string(segment)});
      pattern.specificity_ += segment.size() + 1;
      continue;
    }
    const std::size_t close = segment.find('}');
    if (segment.front() != '{' || close == std::string_view::npos || close == 1 ||
        segment.find_first_of("{}", close + 1) != std::string_view::npos) {
      return bad_pattern(text, "expected {name} at the start of a segment");
    }
    Segment made{std::string(segment.substr(1, close - 1)), std::string(segment.substr(close + 1))};
    const bool is_repeated =
        std::any_of(pattern.segments_.begin(), pattern.segments_.end(),
                    [&](const Segment& s) { return s.parameter == made.parameter; });
    if (is_repeated) {
      return bad_pattern(text, "parameter {" + made.parameter + "} stands twice");
    }
    pattern.specificity_ += made.literal.size() + 1;
    pattern.literal_ = false;
    pattern.segments_.push_back(std::move(made));
  }
  return pattern;
}

bool Pattern::matches(std::string_view path, Parameters& parameters) const {
  parameters.clear();
  for (const Segment& segment : segments_) {
    if (path.empty() || path.front() != '/') {
      return false;
    }
    const std::string_view given = take_segment(path);
    if (segment.parameter.empty()) {
      if (given != segment.literal) {
        return false;
      }
      continue;
    }
    if (given.size() <= segment.literal.size() || !given.ends_with(segment.literal)) {
      return false;
    }
    parameters.emplace_back(segment.parameter,
                            given.substr(0, given.size() - segment.literal.size()));
  }
  return path.empty();
}

std::string Pattern::with_parameter(std::string_view path, std::string_view name,
                                    std::string_view value) const {
  std::string made;
  for (const Segment& segment : segments_) {
    if (path.empty()) {
      break;
    }
    const std::string_view given = take_segment(path);
    made += '/';
    if (segment.parameter == name) {
      made += encode_segment(value) + segment.literal;
    } else {
      made += given;
    }
  }
  return made;
}

std::string_view Pattern::literal_prefix() const {
  return std::string_view(text_).substr(0, std::min(text_.find('{'), text_.size()));
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      // The last star takes one character more; earlier stars never need to be looked at again.
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string encode_segment(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_segment_character(byte)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string decode_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

}  // namespace abv::route
