#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/result.hpp"

namespace abv::route {

// The values of a pattern's parameters in a path, in order, percent-encoding kept. Views into the
// path and the pattern.
using Parameters = std::vector<std::pair<std::string_view, std::string_view>>;

// A path pattern such as "/v1beta/models/{model}:countTokens".
//
// A segment is literal, or one parameter with an optional literal after it. A parameter takes one
// segment, never an empty one.
class Pattern {
 public:
  // Fails on a pattern that does not start with a slash, has an unclosed or unnamed parameter, text
  // before a parameter in one segment, or the same name twice.
  static Result<Pattern> parse(std::string_view text);

  bool matches(std::string_view path, Parameters& parameters) const;

  // The path that matches with `value` for the parameter `name` instead of what stands there.
  // `value` is percent-encoded as a path segment.
  std::string with_parameter(std::string_view path, std::string_view name,
                             std::string_view value) const;

  const std::string& text() const { return text_; }
  bool is_literal() const { return literal_; }

  // The text before the first parameter.
  std::string_view literal_prefix() const;

  // Literal characters: of two patterns that match one path, the one with more is more specific.
  std::size_t specificity() const { return specificity_; }

 private:
  struct Segment {
    std::string parameter;  // empty for a literal segment
    std::string literal;    // the whole segment, or what follows the parameter
  };

  std::string text_;
  std::vector<Segment> segments_;
  bool literal_ = true;
  std::size_t specificity_ = 0;
};

// Shell-like match with `*` (any text, also empty) and `?` (one character); everything else,
// slashes too, is literal.
bool glob_matches(std::string_view pattern, std::string_view text);

// Text as one path segment: everything but unreserved characters and ":@!$&'()*+,;=" is encoded.
std::string encode_segment(std::string_view text);

// Decodes %XX; a broken escape stays as it is.
std::string decode_percent(std::string_view text);

}  // namespace abv::route
