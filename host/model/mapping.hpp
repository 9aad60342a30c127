#pragma once

#include <Poco/RegularExpression.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace abv::model {

// Whom a model is asked from, as far as mapping cares.
struct Asker {
  std::string_view dialect;  // of the client: "openai-chat"
  std::string_view key;      // the client's name, as its middleware told ("principal"), or empty
};

// One line of `models.rules`: what another name is put in the place of.
class MapRule {
 public:
  // The condition on the name: one of them.
  static MapRule of_glob(std::string glob, std::string to);

  // A regular expression (PCRE) that has to match the whole name; in `to`, $1 … $9 stand for its
  // groups and $0 for the name. kInvalid with the library's words when it is none.
  static Result<MapRule> of_regex(const std::string& regex, std::string to);

  // Further conditions; without them the rule is for all.
  void only_for_dialects(std::vector<std::string> dialects) { dialects_ = std::move(dialects); }
  void only_for_keys(std::vector<std::string> globs) { keys_ = std::move(globs); }

  // What `name` becomes; nothing when the rule is not for it.
  std::optional<std::string> map(std::string_view name, const Asker& asker) const;

  // As it stands in the YAML: "gpt-*".
  const std::string& match() const { return match_; }

 private:
  bool is_for(const Asker& asker) const;

  std::string match_;
  std::shared_ptr<const Poco::RegularExpression> regex_;
  std::string to_;
  std::vector<std::string> dialects_;
  std::vector<std::string> keys_;
};

struct Mapped {
  std::string name;
  const MapRule* rule = nullptr;  // null: no rule is for it, and the name is as it was
  std::size_t number = 0;         // of the rule, from 0
};

// The rules in their order. The first that is for a name decides; what comes out is not mapped
// again. Immutable, so for any thread.
class Mapping {
 public:
  Mapping() = default;
  explicit Mapping(std::vector<MapRule> rules) : rules_(std::move(rules)) {}

  Mapped map(std::string_view name, const Asker& asker) const;

  const std::vector<MapRule>& rules() const { return rules_; }

 private:
  std::vector<MapRule> rules_;
};

}  // namespace abv::model
