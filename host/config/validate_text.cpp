// The rules for scalars, and the words that messages describe values with.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "host/base/json_text.hpp"
#include "host/config/scalar.hpp"
#include "host/config/show.hpp"
#include "host/config/suggest.hpp"
#include "host/config/validator.hpp"

namespace abv::config {
namespace {

std::string join(const std::vector<std::string>& parts, const char* last) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out += (i == 0 ? "" : i + 1 == parts.size() ? last : ", ") + parts[i];
  }
  return out;
}

bool has_equal(const std::vector<Value>& values, const Value& value) {
  return std::any_of(values.begin(), values.end(),
                     [&](const Value& other) { return other.equals(value); });
}

std::string describe_types(unsigned types) {
  struct Row {
    unsigned bit;
    const char* name;
  };
  static constexpr Row kRows[] = {
      {kStringBit, "a string"},    {kIntBit, "an integer"}, {kNumberBit, "a number"},
      {kBoolBit, "true or false"}, {kArrayBit, "a list"},   {kObjectBit, "an object"},
      {kNullBit, "nothing"},
  };
  std::vector<std::string> names;
  for (const Row& row : kRows) {
    if ((types & row.bit) != 0) {
      names.emplace_back(row.name);
    }
  }
  return join(names, " or ");
}

std::string describe_range(const Rule& rule) {
  if (rule.minimum && rule.maximum) {
    return "a number from " + brief(*rule.minimum) + " to " + brief(*rule.maximum);
  }
  return rule.minimum ? "at least " + brief(*rule.minimum) : "at most " + brief(*rule.maximum);
}

std::string characters(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " character" : " characters");
}

std::size_t count_characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool is_below(const Value& a, const Value& b) {
  return a.is_int() && b.is_int() ? a.as_int() < b.as_int() : a.as_double() < b.as_double();
}

// True for a double without a fraction that an int64 can hold.
bool is_whole(const Value& value) {
  constexpr double kLimit = 9007199254740992.0;  // above 2^53 a double no longer holds each integer
  const double number = value.as_double();
  return number >= -kLimit && number <= kLimit &&
         static_cast<double>(static_cast<std::int64_t>(number)) == number;
}

// Takes `typed` over when the rule allows it.
void adopt(Value& value, const Rule& rule, Value typed) {
  const bool fits_types = rule.types == 0 || (rule.types & type_bits(typed)) != 0;
  const bool fits_enum = rule.enumerated.empty() || has_equal(rule.enumerated, typed);
  if (fits_types && fits_enum) {
    value.replace_content(std::move(typed));
  }
}

void coerce_to_string(Value& value) {
  const bool is_written_number = value.is_number() && !value.text().empty();
  const bool is_expanded_bool = value.is_bool() && value.is_retypable();
  if (is_written_number || is_expanded_bool) {
    value.replace_content(Value::string(value.text()));
  }
}

}  // namespace

unsigned type_bits(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return kNullBit;
    case Value::Kind::kBool:
      return kBoolBit;
    case Value::Kind::kInt:
      return kIntBit | kNumberBit;
    case Value::Kind::kDouble:
      return kNumberBit;
    case Value::Kind::kString:
      return kStringBit;
    case Value::Kind::kArray:
      return kArrayBit;
    case Value::Kind::kObject:
      return kObjectBit;
  }
  return 0;
}

void coerce(Value& value, const Rule& rule) {
  if (value.is_string() && value.is_retypable()) {
    const bool is_wrong_type = rule.types != 0 && (rule.types & kStringBit) == 0;
    const bool is_outside = !rule.enumerated.empty() && !has_equal(rule.enumerated, value);
    if (is_wrong_type || is_outside) {
      adopt(value, rule, read_plain_scalar(value.text()));
    }
  }
  if (rule.types == 0 || (rule.types & type_bits(value)) != 0) {
    return;
  }
  if ((rule.types & kIntBit) != 0 && value.is_number() && is_whole(value)) {
    value.replace_content(Value::integer(static_cast<std::int64_t>(value.as_double())));
  } else if ((rule.types & kStringBit) != 0) {
    coerce_to_string(value);
  } else if (value.is_null() && (rule.types & kObjectBit) != 0) {
    value.replace_content(Value::object());
  } else if (value.is_null() && (rule.types & kArrayBit) != 0) {
    value.replace_content(Value::array());
  }
}

std::string describe(const Rule& rule) {
  if (!rule.expected.empty()) {
    return rule.expected;
  }
  if (rule.constant) {
    return brief(*rule.constant);
  }
  if (!rule.enumerated.empty()) {
    std::vector<std::string> names;
    for (const Value& value : rule.enumerated) {
      names.push_back(brief(value));
    }
    return names.size() == 1 ? names.front() : "one of " + join(names, ", ");
  }
  if (const char* const form = format_form(rule.format)) {
    return form;
  }
  if (rule.types != 0) {
    return describe_types(rule.types);
  }
  if (rule.minimum || rule.maximum) {
    return describe_range(rule);
  }
  return rule.ref == nullptr ? "another value" : describe(*rule.ref);
}

std::string got(const Value& value) {
  std::string text = "got " + brief(value);
  if (value.is_from_environment() && value.place().line != 0) {
    text += " from environment variable " + value.origin().variable;
  }
  return text;
}

void Validator::check_constants(const Value& value, const Rule& rule, const std::string& path) {
  if (rule.constant && !rule.constant->equals(value)) {
    report(value, path, "const", "expected " + brief(*rule.constant) + ", " + got(value));
  }
  if (rule.enumerated.empty() || has_equal(rule.enumerated, value)) {
    return;
  }
  std::vector<std::string> names;
  for (const Value& allowed : rule.enumerated) {
    if (allowed.is_string()) {
      names.push_back(allowed.text());
    }
  }
  const bool may_hint = value.is_string() && !value.is_secret();
  report(value, path, "enum",
         "expected " + describe(rule) + ", " + got(value) +
             (may_hint ? did_you_mean(value.text(), names) : ""));
}

void Validator::check_number(const Value& value, const Rule& rule, const std::string& path) {
  const bool is_low = rule.minimum && is_below(value, *rule.minimum);
  const bool is_high = rule.maximum && is_below(*rule.maximum, value);
  if (is_low || is_high) {
    report(value, path, is_low ? "minimum" : "maximum",
           "expected " + describe_range(rule) + ", " + got(value));
  }
  if (rule.format == Format::kSize && (value.is_int() ? value.as_int() < 0 : true)) {
    report(value, path, "format", "expected " + describe(rule) + ", " + got(value));
  }
}

void Validator::check_text(const Value& value, const Rule& rule, const std::string& path) {
  if (rule.min_length && count_characters(value.text()) < *rule.min_length) {
    report(value, path, "minLength",
           "expected at least " + characters(*rule.min_length) + ", " + got(value));
  }
  if (rule.max_length && count_characters(value.text()) > *rule.max_length) {
    report(value, path, "maxLength",
           "expected at most " + characters(*rule.max_length) + ", " + got(value));
  }
  if (rule.pattern && !rule.pattern->matches(value.text())) {
    const std::string expected =
        rule.expected.empty() ? "text that matches " + rule.pattern->text : rule.expected;
    report(value, path, "pattern", "expected " + expected + ", " + got(value));
  }
  if (!has_format(rule.format, value.text())) {
    report(value, path, "format", "expected " + describe(rule) + ", " + got(value));
  }
  if (!rule.key_of.empty() && root_ != nullptr) {
    check_key_of(value, rule, path);
  }
}

void Validator::check_key_of(const Value& value, const Rule& rule, const std::string& path) {
  std::vector<std::string> keys;
  std::string sources;
  for (const std::string& source : rule.key_of) {
    sources += (sources.empty() ? "" : " or ") + source;
    if (const Value* object = root_->lookup(source)) {
      for (const Member& member : object->members()) {
        keys.push_back(member.key);
      }
    }
  }
  if (std::find(keys.begin(), keys.end(), value.text()) == keys.end()) {
    report(value, path, "x-abv-key-of",
           "expected a name that stands under " + sources + ", " + got(value) +
               did_you_mean(value.text(), keys));
  }
}

}  // namespace abv::config
