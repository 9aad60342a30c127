#include <charconv>
#include <cmath>
#include <string>

#include "host/base/json_text.hpp"
#include "host/config/scalar.hpp"
#include "host/config/value.hpp"

namespace abv::config {
namespace {

constexpr int kCompact = -1;

void append_newline(std::string& out, int depth) {
  if (depth == kCompact) {
    return;
  }
  out += '\n';
  out.append(static_cast<std::size_t>(depth) * 2, ' ');
}

// The digits as they were written when JSON allows them, else the shortest form that reads back as
// the same double.
void append_double(std::string& out, const Value& value) {
  if (is_json_number(value.text())) {
    out += value.text();
    return;
  }
  if (!std::isfinite(value.as_double())) {
    out += "null";
    return;
  }
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value.as_double()).ptr;
  out.append(buffer, end);
}

void append_value(std::string& out, const Value& value, int depth);

// `depth` is that of the children, or kCompact.
template <class Range, class Each>
void append_list(std::string& out, char open, char close, const Range& range, int depth,
                 Each each) {
  out += open;
  const char* separator = "";
  for (const auto& element : range) {
    out += separator;
    append_newline(out, depth);
    each(element);
    separator = ",";
  }
  if (!range.empty()) {
    append_newline(out, depth == kCompact ? kCompact : depth - 1);
  }
  out += close;
}

void append_value(std::string& out, const Value& value, int depth) {
  const int below = depth == kCompact ? kCompact : depth + 1;
  switch (value.kind()) {
    case Value::Kind::kNull:
      out += "null";
      return;
    case Value::Kind::kBool:
      out += value.as_bool() ? "true" : "false";
      return;
    case Value::Kind::kInt:
      out += std::to_string(value.as_int());
      return;
    case Value::Kind::kDouble:
      append_double(out, value);
      return;
    case Value::Kind::kString:
      append_json_string(out, value.text());
      return;
    case Value::Kind::kArray:
      append_list(out, '[', ']', value.items(), below,
                  [&](const Value& item) { append_value(out, item, below); });
      return;
    case Value::Kind::kObject:
      append_list(out, '{', '}', value.members(), below, [&](const Member& member) {
        append_json_string(out, member.key);
        out += depth == kCompact ? ":" : ": ";
        append_value(out, member.value, below);
      });
      return;
  }
}

}  // namespace

std::string Value::to_json() const {
  std::string out;
  append_value(out, *this, kCompact);
  return out;
}

std::string Value::to_pretty_json() const {
  std::string out;
  append_value(out, *this, 0);
  out += '\n';
  return out;
}

}  // namespace abv::config
