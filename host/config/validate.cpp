#include "host/config/validate.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <tuple>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/config/show.hpp"
#include "host/config/suggest.hpp"
#include "host/config/validator.hpp"
#include "host/config/value_path.hpp"

namespace abv::config {
namespace {

// Deeper than any document that load_yaml lets through: this ends a default that holds itself.
constexpr int kMaxDepth = 200;

const Value* default_of(const Rule& rule) {
  if (rule.default_value) {
    return &*rule.default_value;
  }
  return rule.ref == nullptr ? nullptr : default_of(*rule.ref);
}

void fill_defaults(Value& object, const Rule& rule) {
  for (const auto& [name, property] : rule.properties) {
    const Value* const given = object.find(name) == nullptr ? default_of(*property) : nullptr;
    if (given == nullptr) {
      continue;
    }
    Value filled = *given;
    filled.set_origin_below({Origin::Source::kDefault, {}});
    object.set(name, std::move(filled)).set_place({});
  }
}

class DepthGuard {
 public:
  explicit DepthGuard(int& depth) : depth_(depth) { ++depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  ~DepthGuard() { --depth_; }

 private:
  int& depth_;
};

}  // namespace

void Validator::check(Value& value, const Rule& rule, const std::string& path) {
  const DepthGuard guard(depth_);
  if (depth_ > kMaxDepth) {
    report(value, path, "depth", "nested too deeply");
    return;
  }
  const Place around = here_;
  if (!value.place().file.empty() && value.origin().source != Origin::Source::kDefault) {
    here_ = value.place();
  }
  if (rule.is_secret) {
    value.mark_secret();
  }
  if (rule.allows_nothing) {
    report(value, path, "false", "is not allowed here");
  } else {
    check_content(value, rule, path);
  }
  here_ = around;
}

void Validator::check_content(Value& value, const Rule& rule, const std::string& path) {
  if (rule.ref != nullptr) {
    check(value, *rule.ref, path);
  }
  coerce(value, rule);
  if (rule.types != 0 && (rule.types & type_bits(value)) == 0) {
    report(value, path, "type", "expected " + describe(rule) + ", " + got(value));
    return;
  }
  check_constants(value, rule, path);
  if (value.is_number()) {
    check_number(value, rule, path);
  }
  if (value.is_string()) {
    check_text(value, rule, path);
  }
  if (value.is_array()) {
    check_array(value, rule, path);
  }
  if (value.is_object()) {
    check_object(value, rule, path);
  }
  check_choices(value, rule, path);
}

void Validator::check_array(Value& value, const Rule& rule, const std::string& path) {
  const auto items_text = [](std::size_t count) {
    return std::to_string(count) + (count == 1 ? " item" : " items");
  };
  if (rule.min_items && value.size() < *rule.min_items) {
    report(value, path, "minItems",
           "expected at least " + items_text(*rule.min_items) + ", got " +
               std::to_string(value.size()));
  }
  if (rule.max_items && value.size() > *rule.max_items) {
    report(value, path, "maxItems",
           "expected at most " + items_text(*rule.max_items) + ", got " +
               std::to_string(value.size()));
  }
  if (rule.items != nullptr) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      check(value.items()[i], *rule.items, path_with_index(path, i));
    }
  }
  if (rule.has_unique_items) {
    check_unique(value, rule, path);
  }
  if (!rule.unique_by.empty()) {
    check_unique_member(value, rule, path);
  }
}

void Validator::check_unique(const Value& value, const Rule&, const std::string& path) {
  const auto& items = value.items();
  for (std::size_t i = 1; i < items.size(); ++i) {
    const auto here = items.begin() + static_cast<std::ptrdiff_t>(i);
    const auto twin =
        std::find_if(items.begin(), here, [&](const Value& other) { return other.equals(*here); });
    if (twin != here) {
      report(*here, path_with_index(path, i), "uniqueItems",
             "the same as " +
                 path_with_index(path, static_cast<std::size_t>(twin - items.begin())) + ", " +
                 got(*here));
    }
  }
}

void Validator::check_unique_member(const Value& value, const Rule& rule, const std::string& path) {
  std::vector<const Value*> seen;
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    const Value* const member = value.items()[i].find(rule.unique_by);
    if (member == nullptr) {
      continue;
    }
    const auto twin = std::find_if(seen.begin(), seen.end(),
                                   [&](const Value* other) { return other->equals(*member); });
    if (twin == seen.end()) {
      seen.push_back(member);
      continue;
    }
    const std::string first = (*twin)->place().text();
    report(*member, path_with_key(path_with_index(path, i), rule.unique_by), "x-abv-unique",
           brief(*member) + " is taken" + (first.empty() ? "" : " by the one at " + first));
  }
}

void Validator::check_object(Value& value, const Rule& rule, const std::string& path) {
  for (const std::string& name : rule.required) {
    const bool has_default =
        std::any_of(rule.properties.begin(), rule.properties.end(), [&](const auto& property) {
          return property.first == name && default_of(*property.second) != nullptr;
        });
    if (value.find(name) == nullptr && !has_default) {
      report(value, path_with_key(path, name), "required", "is required");
    }
  }
  fill_defaults(value, rule);
  for (Member& member : value.members()) {
    check_member(member, value, rule, path);
  }
}

void Validator::check_member(Member& member, const Value& object, const Rule& rule,
                             const std::string& path) {
  const std::string below = path_with_key(path, member.key);
  if (rule.property_names != nullptr) {
    Value name = Value::string(member.key);
    name.set_place(member.key_place);
    check(name, *rule.property_names, below);
  }
  bool is_known = false;
  for (const auto& [name, property] : rule.properties) {
    if (name == member.key) {
      is_known = true;
      check(member.value, *property, below);
    }
  }
  for (const auto& [pattern, property] : rule.pattern_properties) {
    if (pattern.matches(member.key)) {
      is_known = true;
      check(member.value, *property, below);
    }
  }
  if (is_known || rule.additional == nullptr) {
    return;
  }
  if (rule.additional->allows_nothing) {
    report_unknown(member, object, rule, path);
    return;
  }
  check(member.value, *rule.additional, below);
}

void Validator::report_unknown(const Member& member, const Value& object, const Rule& rule,
                               const std::string& path) {
  std::vector<std::string> candidates;
  for (const auto& [name, property] : rule.properties) {
    const Value* const present = object.find(name);
    const bool is_free = present == nullptr || present->origin().source == Origin::Source::kDefault;
    if (is_free && !property->allows_nothing) {
      candidates.push_back(name);
    }
  }
  // In `{api_key:sk-1}` the whole text is the key, so what follows a colon may be a secret.
  const std::size_t colon = member.key.find(':');
  if (colon != std::string::npos) {
    report_at(member.key_place, path_with_key(path, member.key.substr(0, colon)),
              "additionalProperties", "unknown key; is a space missing after the colon?");
    return;
  }
  report_at(member.key_place, path_with_key(path, member.key), "additionalProperties",
            "unknown key" + did_you_mean(member.key, candidates));
}

void Validator::report(const Value& value, const std::string& path, const char* rule,
                       std::string message) {
  const bool has_place =
      !value.place().file.empty() && value.origin().source != Origin::Source::kDefault;
  report_at(has_place ? value.place() : here_, path, rule, std::move(message));
}

void Validator::report_at(const Place& place, const std::string& path, const char* rule,
                          std::string message) {
  problems_.push_back(Problem{place, path, rule, std::move(message)});
}

std::string Problem::text() const {
  std::string out = place.text();
  for (const std::string& part : {path, message}) {
    if (!part.empty()) {
      out += (out.empty() ? "" : ": ") + part;
    }
  }
  return out;
}

std::vector<Problem> validate(Value& value, const Schema& schema) {
  Validator validator(&value);
  validator.check(value, schema.root(), "");
  std::vector<Problem> problems = validator.take_problems();
  // Two rules for one value may say the same.
  std::set<std::string> seen;
  std::erase_if(problems, [&](const Problem& p) { return !seen.insert(p.text()).second; });
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) <
           std::tie(b.place.file, b.place.line, b.place.column);
  });
  return problems;
}

std::string problems_text(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) {
    out += (out.empty() ? "" : "\n") + problem.text();
  }
  return out;
}

}  // namespace abv::config
