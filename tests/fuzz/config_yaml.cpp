// The YAML configuration: reading, environment variables in it, the schema, and printing it again.

#include <algorithm>

#include "abv/sdk/json.hpp"
#include "host/app/settings.hpp"
#include "host/config/host_overrides.hpp"
#include "host/config/host_schema.hpp"
#include "host/config/load_json.hpp"
#include "host/config/load_yaml.hpp"
#include "host/config/overrides.hpp"
#include "host/config/show.hpp"
#include "host/config/validate.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

using config::Value;

const config::Schema& schema() {
  static const auto parsed = config::Schema::parse(config::host_schema_text(), "host schema");
  return *parsed;
}

const config::MapEnvironment& environment() {
  static const config::MapEnvironment variables{
      {"ABV_PORT", "8046"}, {"ABV_LOG_LEVEL", "debug"},    {"KEY", "sk-1"},
      {"NUMBER", "12"},     {"ODD", "a: [b, ${KEY}] # c"}, {"EMPTY", ""}};
  return variables;
}

// What is printed as *** does not read back as it was, and neither does a password in a URL.
bool is_hidden(const Value& value) {
  if (value.is_secret()) return true;
  if (value.is_string()) return config::without_password(value.text()) != value.text();
  return std::any_of(value.items().begin(), value.items().end(), is_hidden) ||
         std::any_of(value.members().begin(), value.members().end(),
                     [](const config::Member& member) { return is_hidden(member.value); });
}

void check_printed(const Value& value) {
  const std::string printed = config::show(value);
  // It may be larger than what it came from: aliases are written out.
  config::YamlLimits limits;
  limits.file_bytes = limits.text_bytes = std::size_t{1} << 30U;
  const auto again = config::load_yaml(printed, "shown", config::MapEnvironment(), limits);
  if (!again) {
    found("what is shown is YAML", {value.to_json(), printed, again.error().message});
  }
  if (!is_hidden(value)) {
    require_equal(value.to_json(), again->to_json(), "what is shown reads back as it was");
  }
}

void check_json(const Value& value) {
  if (!sdk::json::parse(value.to_json())) found("a document can be JSON", {value.to_json()});
  // It takes no integer of more than 64 bits.
  const auto again = config::load_json(value.to_json(), "json");
  if (again) require(again->equals(value), "a document survives as JSON");
}

void check_document(std::string_view text) {
  auto document = config::load_yaml(text, "abv.yaml", environment());
  if (!document) {
    require(!document.error().message.empty(), "a fault says what it is");
    return;
  }
  check_json(*document);
  check_printed(*document);
  (void)config::apply_overrides(*document, config::host_overrides(), environment());
  const auto problems = config::validate(*document, schema());
  for (const config::Problem& problem : problems) {
    require(!problem.message.empty() && !problem.rule.empty(), "a problem says what it is");
  }
  (void)config::problems_text(problems);
  check_printed(*document);
  if (!problems.empty()) return;
  (void)app::read_settings(*document);
  (void)app::read_plugin_dirs(*document);
  (void)app::read_allow_list(*document);
  Value twice = *document;
  require(config::validate(twice, schema()).empty(), "a valid document stays valid");
  require_equal(document->to_json(), twice.to_json(), "a valid document is complete");
}

}  // namespace
}  // namespace abv::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  abv::fuzz::check_document(abv::fuzz::Exactly(abv::fuzz::view_of(data, size)).view());
  return 0;
}
