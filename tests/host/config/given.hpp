#pragma once

#include <string>
#include <utility>

#include "host/config/environment.hpp"
#include "host/config/load_yaml.hpp"
#include "host/config/schema.hpp"
#include "host/config/validate.hpp"
#include "host/config/value.hpp"
#include "tests/support/catch.hpp"

namespace abv::config {

// The document of a file "a.yaml". A fault in it fails the test.
inline Value yaml(const std::string& text, const MapEnvironment& environment = {}) {
  auto loaded = load_yaml(text, "a.yaml", environment);
  INFO((loaded ? std::string() : loaded.error().message));
  REQUIRE(loaded.ok());
  return std::move(*loaded);
}

// The message of the error that loading gives.
inline std::string yaml_error(const std::string& text, const MapEnvironment& environment = {},
                              const YamlLimits& limits = {}) {
  const auto loaded = load_yaml(text, "a.yaml", environment, limits);
  REQUIRE_FALSE(loaded.ok());
  return loaded.error().message;
}

inline Schema schema(const std::string& json) {
  auto parsed = Schema::parse(json, "s.json");
  INFO((parsed ? std::string() : parsed.error().message));
  REQUIRE(parsed.ok());
  return std::move(*parsed);
}

inline std::string schema_error(const std::string& json) {
  const auto parsed = Schema::parse(json, "s.json");
  REQUIRE_FALSE(parsed.ok());
  return parsed.error().message;
}

// All problems of the document, one a line; empty when there are none.
inline std::string faults(const std::string& schema_json, const std::string& yaml_text,
                          const MapEnvironment& environment = {}) {
  Value value = yaml(yaml_text, environment);
  return problems_text(validate(value, schema(schema_json)));
}

// The document as JSON after a validation without problems.
inline std::string completed(const std::string& schema_json, const std::string& yaml_text,
                             const MapEnvironment& environment = {}) {
  Value value = yaml(yaml_text, environment);
  const std::string problems = problems_text(validate(value, schema(schema_json)));
  INFO(problems);
  REQUIRE(problems.empty());
  return value.to_json();
}

}  // namespace abv::config
