#include "host/app/settings.hpp"

#include <string>

#include "host/config/host_schema.hpp"
#include "tests/host/config/given.hpp"

namespace abv::app {
namespace {

// The rules of the provider "p", with those that every provider has behind them.
std::vector<account::Rule> rules_of(const std::string& yaml) {
  config::Value document =
      config::yaml("providers: {p: {plugin: abv.echo, status_rules: " + yaml + "}}\n");
  const auto schema = config::merged_schema({{"abv.echo", "abv.provider/1", "echo", ""}});
  REQUIRE(schema.ok());
  REQUIRE(config::problems_text(config::validate(document, *schema)).empty());
  return read_settings(document).providers.at(0).status_rules;
}

}  // namespace

TEST_CASE("every setting of a status rule is read", "[app][settings]") {
  const account::Rule rule = rules_of(
      "[{status: 429, kind: quota, contains: \"come back\", action: rotate, scope: account, "
      "cool_down: 90s, max_retries: 3}]")[0];

  REQUIRE(rule.statuses.size() == 1);
  CHECK(rule.statuses[0].from == 429);
  CHECK(rule.statuses[0].to == 429);
  CHECK(rule.kind == account::Kind::kQuota);
  CHECK(rule.contains == "come back");
  CHECK(rule.action == plugin::Action::kRotate);
  CHECK(rule.scope == plugin::Scope::kAccount);
  CHECK(rule.cool_down == std::chrono::seconds(90));
  CHECK(rule.max_retries == 3);
}

TEST_CASE("what a status rule leaves out is open", "[app][settings]") {
  const account::Rule rule = rules_of("[{contains: x, action: dead}]")[0];

  CHECK(rule.statuses.empty());
  CHECK_FALSE(rule.kind.has_value());
  CHECK(rule.action == plugin::Action::kDead);
  CHECK_FALSE(rule.scope.has_value());
  CHECK_FALSE(rule.cool_down.has_value());
  CHECK(rule.max_retries == 1);
}

TEST_CASE("a status rule takes a class of statuses or several, and no cool-down at all",
          "[app][settings]") {
  const auto rules = rules_of(
      "[{status: 5xx, action: pass, cool_down: none}, {status: [502, 504], action: retry}]");

  CHECK(rules[0].statuses[0].from == 500);
  CHECK(rules[0].statuses[0].to == 599);
  CHECK(rules[0].cool_down == account::Millis(0));
  REQUIRE(rules[1].statuses.size() == 2);
  CHECK(rules[1].statuses[1].from == 504);
}

TEST_CASE("the host's own rules follow those of the operator", "[app][settings]") {
  const std::size_t built_in = account::built_in_rules().size();

  CHECK(rules_of("[]").size() == built_in);
  CHECK(rules_of("[{status: 4xx, action: pass}]").size() == built_in + 1);
}

}  // namespace abv::app
