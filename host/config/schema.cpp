#include "host/config/schema.hpp"

#include <utility>
#include <vector>

#include "host/config/load_json.hpp"
#include "host/config/schema_rule.hpp"
#include "host/config/validator.hpp"

namespace abv::config {
namespace {

// A default that breaks its own rule would surface at a user's start, with no place to point at.
std::string check_defaults(const RuleSet& set) {
  std::string faults;
  for (const Rule& rule : set.rules) {
    if (!rule.default_value) {
      continue;
    }
    Value copy = *rule.default_value;
    Validator validator(nullptr);
    validator.check(copy, rule, "");
    for (const Problem& problem : validator.problems()) {
      faults += (faults.empty() ? "" : "\n") + set.name + ": " + rule.pointer +
                "/default: " + (problem.path.empty() ? "" : problem.path + ": ") + problem.message;
    }
  }
  return faults;
}

}  // namespace

Result<Schema> Schema::parse(std::string_view json, const std::string& name) {
  auto document = load_json(json, name);
  if (!document) {
    return document.error();
  }
  return compile(std::move(*document), name);
}

Result<Schema> Schema::compile(Value document, const std::string& name) {
  auto set = std::make_shared<RuleSet>();
  set->document = std::move(document);
  set->name = name;
  std::string faults = compile_rules(*set);
  if (faults.empty()) {
    faults = check_defaults(*set);
  }
  if (!faults.empty()) {
    return Error{Error::Code::kInvalid, std::move(faults)};
  }
  return Schema(std::move(set));
}

const Value& Schema::document() const {
  return rules_->document;
}

const std::string& Schema::name() const {
  return rules_->name;
}

const Rule& Schema::root() const {
  return *rules_->root;
}

}  // namespace abv::config
