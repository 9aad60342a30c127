// The rules that combine others: allOf, anyOf, oneOf, not, if/then/else.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "host/config/validator.hpp"

namespace abv::config {
namespace {

// True when the problems show that the alternative is for another kind of value altogether, so that
// its other complaints would only mislead.
bool is_for_another_kind(const std::vector<Problem>& problems, const std::string& path) {
  return std::any_of(problems.begin(), problems.end(), [&](const Problem& problem) {
    return problem.rule == "const" ||
           (problem.path == path && (problem.rule == "type" || problem.rule == "enum"));
  });
}

// True when the value has nothing of what tells the alternative from others, so that "x is
// required" would hide that there was a choice.
bool is_without_a_sign(const std::vector<Problem>& problems, const Value& value, const Rule& rule) {
  const bool is_only_missing =
      std::all_of(problems.begin(), problems.end(),
                  [](const Problem& problem) { return problem.rule == "required"; });
  return is_only_missing &&
         std::none_of(rule.required.begin(), rule.required.end(),
                      [&](const std::string& name) { return value.find(name) != nullptr; });
}

}  // namespace

void Validator::check_choices(Value& value, const Rule& rule, const std::string& path) {
  for (const Rule* one : rule.all_of) {
    check(value, *one, path);
  }
  if (!rule.any_of.empty()) {
    check_any_of(value, rule, path);
  }
  if (!rule.one_of.empty()) {
    check_one_of(value, rule, path);
  }
  if (rule.not_rule != nullptr && attempt(value, *rule.not_rule, path).problems.empty()) {
    const std::string wrong =
        rule.expected.empty() ? "is not allowed" : "expected " + rule.expected;
    report(value, path, "not", wrong + ", " + got(value));
  }
  if (rule.if_rule != nullptr) {
    const bool holds = attempt(value, *rule.if_rule, path).problems.empty();
    if (const Rule* next = holds ? rule.then_rule : rule.else_rule) {
      check(value, *next, path);
    }
  }
}

void Validator::check_any_of(Value& value, const Rule& rule, const std::string& path) {
  std::vector<Attempt> attempts;
  for (const Rule* one : rule.any_of) {
    attempts.push_back(attempt(value, *one, path));
    if (attempts.back().problems.empty()) {
      value = std::move(attempts.back().value);
      return;
    }
  }
  report_best(value, rule, path, attempts);
}

void Validator::check_one_of(Value& value, const Rule& rule, const std::string& path) {
  std::vector<Attempt> attempts;
  std::vector<std::size_t> passed;
  for (const Rule* one : rule.one_of) {
    attempts.push_back(attempt(value, *one, path));
    if (attempts.back().problems.empty()) {
      passed.push_back(attempts.size() - 1);
    }
  }
  if (passed.size() == 1) {
    value = std::move(attempts[passed.front()].value);
    return;
  }
  if (passed.empty()) {
    report_best(value, rule, path, attempts);
    return;
  }
  const std::string wanted = rule.expected.empty() ? "exactly one of the forms" : rule.expected;
  report(value, path, "oneOf", "expected " + wanted + ", got what fits several");
}

Validator::Attempt Validator::attempt(const Value& value, const Rule& rule,
                                      const std::string& path) const {
  Validator inner(root_);
  inner.here_ = here_;
  inner.depth_ = depth_;
  Attempt made{value, {}, &rule};
  inner.check(made.value, rule, path);
  made.problems = inner.take_problems();
  return made;
}

// One alternative that fits the kind of value and comes nearest speaks for all. When none stands
// out, the message lists what was possible.
void Validator::report_best(const Value& value, const Rule& rule, const std::string& path,
                            const std::vector<Attempt>& attempts) {
  const Attempt* best = nullptr;
  bool is_tie = false;
  for (const Attempt& one : attempts) {
    if (is_for_another_kind(one.problems, path)) {
      continue;
    }
    if (best == nullptr || one.problems.size() < best->problems.size()) {
      best = &one;
      is_tie = false;
    } else if (one.problems.size() == best->problems.size()) {
      is_tie = true;
    }
  }
  if (best != nullptr && !is_tie && !is_without_a_sign(best->problems, value, *best->rule)) {
    problems_.insert(problems_.end(), best->problems.begin(), best->problems.end());
    return;
  }
  std::string wanted = rule.expected;
  if (wanted.empty()) {
    for (const Attempt& one : attempts) {
      const std::string form = describe(*one.rule);
      if (wanted.find(form) == std::string::npos) {
        wanted += (wanted.empty() ? "" : " or ") + form;
      }
    }
  }
  report(value, path, rule.one_of.empty() ? "anyOf" : "oneOf",
         "expected " + wanted + ", " + got(value));
}

}  // namespace abv::config
