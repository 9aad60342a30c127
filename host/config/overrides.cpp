#include "host/config/overrides.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/config/scalar.hpp"
#include "host/config/value_path.hpp"

namespace abv::config {
namespace {

using Steps = std::vector<PathStep>;

std::optional<bool> read_bool(std::string_view text) {
  std::string word(text);
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const std::string_view yes : {"1", "true", "yes", "on"}) {
    if (word == yes) {
      return true;
    }
  }
  for (const std::string_view no : {"0", "false", "no", "off"}) {
    if (word == no) {
      return false;
    }
  }
  return std::nullopt;
}

// The variable that counts, or an empty text.
std::string first_set(const Override& row, const Environment& environment) {
  for (const std::string& name : row.variables) {
    if (const auto text = environment.get(name); text && !text->empty()) {
      return name;
    }
  }
  return {};
}

bool needs_only_keys(const Steps& steps, std::size_t from) {
  return std::all_of(steps.begin() + static_cast<std::ptrdiff_t>(from), steps.end(),
                     [](const PathStep& step) { return step.kind == PathStep::Kind::kKey; });
}

bool has_text(const Value& item, const PathStep& step) {
  const Value* const member = item.find(step.key);
  return member != nullptr && member->is_scalar() && member->text() == step.want;
}

// Sets `fresh` at every place that the steps from `at` on lead to. Returns how many there were.
std::size_t assign(Value& value, const Steps& steps, std::size_t at, const Value& fresh) {
  if (at == steps.size()) {
    value = fresh;
    return 1;
  }
  const PathStep& step = steps[at];
  if (step.kind == PathStep::Kind::kKey) {
    if (value.is_null()) {
      value.replace_content(Value::object());
    }
    if (!value.is_object()) {
      return 0;
    }
    if (Value* child = value.find(step.key)) {
      return assign(*child, steps, at + 1, fresh);
    }
    if (!needs_only_keys(steps, at)) {
      return 0;
    }
    Value made;
    made.set_origin(fresh.origin());
    made.set_place(fresh.place());
    return assign(value.set(step.key, std::move(made)), steps, at + 1, fresh);
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    Value& item = value.items()[i];
    if (step.kind == PathStep::Kind::kIndex ? i == step.index : has_text(item, step)) {
      count += assign(item, steps, at + 1, fresh);
    }
  }
  return count;
}

// The value for the row, nothing when the variable asks for no change.
Result<std::optional<Value>> read_value(const Override& row, const std::string& text) {
  const auto wrong = [&](const char* expected) {
    return Error{Error::Code::kInvalid,
                 std::string("expected ") + expected + ", got " + json_string(text)};
  };
  if (row.type == Override::Type::kText) {
    return std::optional(Value::string(text));
  }
  if (row.type == Override::Type::kInteger) {
    Value typed = read_plain_scalar(text);
    if (!typed.is_int()) {
      return wrong("an integer");
    }
    return std::optional(std::move(typed));
  }
  const std::optional<bool> is_on = read_bool(text);
  if (!is_on) {
    return wrong("true or false");
  }
  if (row.type == Override::Type::kBool) {
    return std::optional(Value::boolean(*is_on));
  }
  return *is_on ? std::optional(Value::string(row.text_when_true)) : std::nullopt;
}

}  // namespace

OverrideReport apply_overrides(Value& value, const std::vector<Override>& rows,
                               const Environment& environment) {
  OverrideReport report;
  for (const Override& row : rows) {
    const std::string name = first_set(row, environment);
    if (name.empty()) {
      continue;
    }
    const Place place{"environment variable " + name, 0, 0};
    const auto steps = parse_path(row.path);
    auto read = read_value(row, *environment.get(name));
    if (!steps || !read) {
      report.problems.push_back(
          Problem{place, row.path, "type", steps ? read.error().message : steps.error().message});
      continue;
    }
    if (!*read) {
      continue;
    }
    Value& fresh = **read;
    fresh.set_place(place);
    fresh.set_origin({Origin::Source::kEnvironment, name});
    if (assign(value, *steps, 0, fresh) == 0) {
      report.unused.push_back(name);
    }
  }
  return report;
}

}  // namespace abv::config
