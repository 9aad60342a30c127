#include <Poco/Exception.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "host/base/json_text.hpp"
#include "host/config/schema_rule.hpp"

namespace abv::config {
namespace {

// A JSON pointer's own escapes.
std::string pointer_to(const std::string& pointer, const std::string& key) {
  std::string out = pointer + "/";
  for (const char c : key) {
    out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return out;
}

unsigned type_bit(const std::string& name) {
  static const std::map<std::string, unsigned> kBits = {
      {"null", kNullBit},     {"boolean", kBoolBit}, {"integer", kIntBit},   {"number", kNumberBit},
      {"string", kStringBit}, {"array", kArrayBit},  {"object", kObjectBit},
  };
  const auto found = kBits.find(name);
  return found == kBits.end() ? 0 : found->second;
}

class Compiler {
 public:
  explicit Compiler(RuleSet& set) : set_(set) {}

  std::string run() {
    set_.root = compile(set_.document, "#");
    link();
    if (faults_.empty()) {
      find_loops();
    }
    if (faults_.empty()) {
      spread_secrets();
    }
    return std::move(faults_);
  }

 private:
  using Reader = void (Compiler::*)(const Value&, Rule&, const std::string& pointer);

  const Rule* compile(const Value& node, const std::string& pointer) {
    Rule& rule = set_.rules.emplace_back();
    rule.pointer = pointer;
    if (node.is_bool()) {
      rule.allows_nothing = !node.as_bool();
      return &rule;
    }
    if (!node.is_object()) {
      fault(pointer, "expected a schema, that is an object or a boolean");
      return &rule;
    }
    for (const Member& member : node.members()) {
      read_keyword(member, rule, pointer);
    }
    if (rule.if_rule == nullptr && (rule.then_rule != nullptr || rule.else_rule != nullptr)) {
      fault(pointer, "\"then\" or \"else\" without \"if\"");
    }
    return &rule;
  }

  void read_keyword(const Member& member, Rule& rule, const std::string& pointer) {
    const std::string& key = member.key;
    if (const auto found = readers().find(key); found != readers().end()) {
      (this->*found->second)(member.value, rule, pointer_to(pointer, key));
      return;
    }
    static const std::set<std::string> kAnnotations = {
        "title", "description", "examples",   "$schema",
        "$id",   "$comment",    "deprecated", "x-abv-component-kinds",
    };
    const bool is_foreign = key.starts_with("x-") && !key.starts_with("x-abv-");
    if (kAnnotations.count(key) == 0 && !is_foreign) {
      fault(pointer, "the keyword " + json_string(key) + " is not supported");
    }
  }

  static const std::map<std::string, Reader>& readers();

  // Keywords whose value is itself one schema.
  template <const Rule* Rule::*field>
  void read_rule(const Value& value, Rule& rule, const std::string& pointer) {
    rule.*field = compile(value, pointer);
  }

  template <std::vector<const Rule*> Rule::*field>
  void read_rules(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_array() || value.items().empty()) {
      fault(pointer, "expected a list of schemas");
      return;
    }
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      (rule.*field).push_back(compile(value.items()[i], pointer_to(pointer, std::to_string(i))));
    }
  }

  template <std::optional<std::size_t> Rule::*field>
  void read_count(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_int() || value.as_int() < 0) {
      fault(pointer, "expected a whole number that is not negative");
      return;
    }
    rule.*field = static_cast<std::size_t>(value.as_int());
  }

  template <std::optional<Value> Rule::*field>
  void read_number(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_number()) {
      fault(pointer, "expected a number");
      return;
    }
    rule.*field = value;
  }

  template <std::optional<Value> Rule::*field>
  void read_any(const Value& value, Rule& rule, const std::string&) {
    rule.*field = value;
  }

  template <bool Rule::*field>
  void read_flag(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_bool()) {
      fault(pointer, "expected true or false");
      return;
    }
    rule.*field = value.as_bool();
  }

  template <std::string Rule::*field>
  void read_text(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_string()) {
      fault(pointer, "expected a string");
      return;
    }
    rule.*field = value.text();
  }

  template <std::vector<std::string> Rule::*field>
  void read_names(const Value& value, Rule& rule, const std::string& pointer) {
    const auto& items = value.items();
    if (!value.is_array() ||
        !std::all_of(items.begin(), items.end(), [](const Value& v) { return v.is_string(); })) {
      fault(pointer, "expected a list of strings");
      return;
    }
    for (const Value& item : items) {
      (rule.*field).push_back(item.text());
    }
  }

  void read_type(const Value& value, Rule& rule, const std::string& pointer) {
    const std::vector<Value> one(1, value);
    for (const Value& name : value.is_array() ? value.items() : one) {
      const unsigned bit = name.is_string() ? type_bit(name.text()) : 0;
      if (bit == 0) {
        fault(pointer, "expected the name of a type, got " + name.to_json());
      }
      rule.types |= bit;
    }
  }

  void read_enum(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_array() || value.items().empty()) {
      fault(pointer, "expected a list of values");
      return;
    }
    rule.enumerated = value.items();
  }

  void read_properties(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_object()) {
      fault(pointer, "expected an object of schemas");
      return;
    }
    for (const Member& member : value.members()) {
      rule.properties.emplace_back(member.key,
                                   compile(member.value, pointer_to(pointer, member.key)));
    }
  }

  void read_pattern_properties(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_object()) {
      fault(pointer, "expected an object of schemas");
      return;
    }
    for (const Member& member : value.members()) {
      const std::string below = pointer_to(pointer, member.key);
      rule.pattern_properties.emplace_back(make_pattern(member.key, below),
                                           compile(member.value, below));
    }
  }

  void read_pattern(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_string()) {
      fault(pointer, "expected a regular expression");
      return;
    }
    rule.pattern = make_pattern(value.text(), pointer);
  }

  Pattern make_pattern(const std::string& text, const std::string& pointer) {
    Pattern pattern{text, nullptr};
    try {
      pattern.expression = std::make_shared<Poco::RegularExpression>(
          text, Poco::RegularExpression::RE_UTF8 | Poco::RegularExpression::RE_DOLLAR_ENDONLY);
    } catch (const Poco::Exception& exception) {
      fault(pointer, "not a regular expression: " + exception.message());
    }
    return pattern;
  }

  void read_format(const Value& value, Rule& rule, const std::string& pointer) {
    const auto format = value.is_string() ? format_from(value.text()) : std::nullopt;
    if (!format) {
      fault(pointer, "the format " + value.to_json() + " is not supported");
      return;
    }
    rule.format = *format;
    rule.is_secret = rule.is_secret || *format == Format::kSecret;
  }

  void read_ref(const Value& value, Rule& rule, const std::string& pointer) {
    if (!value.is_string() || !value.text().starts_with("#/$defs/")) {
      fault(pointer, "expected a reference to #/$defs/…, got " + value.to_json());
      return;
    }
    refs_.emplace_back(&rule, value.text());
  }

  void read_defs(const Value& value, Rule&, const std::string& pointer) {
    if (pointer != "#/$defs" || !value.is_object()) {
      fault(pointer, "expected an object of schemas at the root of the schema only");
      return;
    }
    for (const Member& member : value.members()) {
      const std::string below = pointer_to(pointer, member.key);
      definitions_[below] = compile(member.value, below);
    }
  }

  void link() {
    for (const auto& [rule, target] : refs_) {
      const auto found = definitions_.find(target);
      if (found == definitions_.end()) {
        fault(rule->pointer, "there is no " + target);
        continue;
      }
      rule->ref = found->second;
    }
  }

  // A rule that leads back to itself for the same value would never end.
  void find_loops() {
    std::set<const Rule*> done;
    std::set<const Rule*> path;
    const std::function<void(const Rule&)> visit = [&](const Rule& rule) {
      if (done.count(&rule) != 0) {
        return;
      }
      if (!path.insert(&rule).second) {
        fault(rule.pointer, "the schema refers to itself for the same value");
        return;
      }
      for (const Rule* beside : rules_beside(rule)) {
        visit(*beside);
      }
      path.erase(&rule);
      done.insert(&rule);
    };
    for (const Rule& rule : set_.rules) {
      visit(rule);
    }
  }

  void spread_secrets() {
    const std::function<bool(const Rule&)> is_secret = [&](const Rule& rule) {
      const auto beside = rules_beside(rule);
      return rule.is_secret || std::any_of(beside.begin(), beside.end(),
                                           [&](const Rule* other) { return is_secret(*other); });
    };
    for (Rule& rule : set_.rules) {
      rule.is_secret = is_secret(rule);
    }
  }

  void fault(const std::string& pointer, const std::string& message) {
    faults_ += (faults_.empty() ? "" : "\n") + set_.name + ": " + pointer + ": " + message;
  }

  RuleSet& set_;
  std::vector<std::pair<Rule*, std::string>> refs_;
  std::map<std::string, const Rule*> definitions_;
  std::string faults_;
};

const std::map<std::string, Compiler::Reader>& Compiler::readers() {
  static const std::map<std::string, Reader> kReaders = {
      {"$defs", &Compiler::read_defs},
      {"$ref", &Compiler::read_ref},
      {"additionalProperties", &Compiler::read_rule<&Rule::additional>},
      {"allOf", &Compiler::read_rules<&Rule::all_of>},
      {"anyOf", &Compiler::read_rules<&Rule::any_of>},
      {"const", &Compiler::read_any<&Rule::constant>},
      {"default", &Compiler::read_any<&Rule::default_value>},
      {"else", &Compiler::read_rule<&Rule::else_rule>},
      {"enum", &Compiler::read_enum},
      {"format", &Compiler::read_format},
      {"if", &Compiler::read_rule<&Rule::if_rule>},
      {"items", &Compiler::read_rule<&Rule::items>},
      {"maxItems", &Compiler::read_count<&Rule::max_items>},
      {"maxLength", &Compiler::read_count<&Rule::max_length>},
      {"maximum", &Compiler::read_number<&Rule::maximum>},
      {"minItems", &Compiler::read_count<&Rule::min_items>},
      {"minLength", &Compiler::read_count<&Rule::min_length>},
      {"minimum", &Compiler::read_number<&Rule::minimum>},
      {"not", &Compiler::read_rule<&Rule::not_rule>},
      {"oneOf", &Compiler::read_rules<&Rule::one_of>},
      {"pattern", &Compiler::read_pattern},
      {"patternProperties", &Compiler::read_pattern_properties},
      {"properties", &Compiler::read_properties},
      {"propertyNames", &Compiler::read_rule<&Rule::property_names>},
      {"required", &Compiler::read_names<&Rule::required>},
      {"then", &Compiler::read_rule<&Rule::then_rule>},
      {"type", &Compiler::read_type},
      {"uniqueItems", &Compiler::read_flag<&Rule::has_unique_items>},
      {"x-abv-expected", &Compiler::read_text<&Rule::expected>},
      {"x-abv-key-of", &Compiler::read_names<&Rule::key_of>},
      {"x-abv-secret", &Compiler::read_flag<&Rule::is_secret>},
      {"x-abv-unique", &Compiler::read_text<&Rule::unique_by>},
  };
  return kReaders;
}

}  // namespace

bool Pattern::matches(const std::string& subject) const {
  try {
    Poco::RegularExpression::Match match{};
    return expression->match(subject, match) > 0;
  } catch (const Poco::Exception&) {
    return false;
  }
}

std::vector<const Rule*> rules_beside(const Rule& rule) {
  std::vector<const Rule*> beside = rule.all_of;
  beside.insert(beside.end(), rule.any_of.begin(), rule.any_of.end());
  beside.insert(beside.end(), rule.one_of.begin(), rule.one_of.end());
  for (const Rule* one : {rule.ref, rule.if_rule, rule.then_rule, rule.else_rule, rule.not_rule}) {
    if (one != nullptr) {
      beside.push_back(one);
    }
  }
  return beside;
}

std::string compile_rules(RuleSet& set) {
  return Compiler(set).run();
}

}  // namespace abv::config
