#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace abv::config {

// The environment variables that a configuration may read.
class Environment {
 public:
  virtual ~Environment() = default;

  // Nothing when the variable is not set; an empty text when it is set and empty.
  virtual std::optional<std::string> get(const std::string& name) const = 0;
};

// The variables of this process. Nobody may change them while a configuration is read.
class ProcessEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const std::string& name) const override;
};

// Variables from a table.
class MapEnvironment final : public Environment {
 public:
  MapEnvironment() = default;
  MapEnvironment(std::initializer_list<std::pair<const std::string, std::string>> variables)
      : variables_(variables) {}

  std::optional<std::string> get(const std::string& name) const override;

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace abv::config
