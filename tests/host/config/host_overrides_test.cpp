#include "host/config/host_overrides.hpp"

#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

Value overridden(const MapEnvironment& environment) {
  Value value = yaml(
      "listen: {host: 10.0.0.1, port: 1}\n"
      "middlewares:\n"
      "  - {name: id, plugin: abv.request-id}\n"
      "  - {name: auth, plugin: abv.auth, mode: auto}\n");
  const auto report = apply_overrides(value, host_overrides(), environment);
  REQUIRE(report.problems.empty());
  REQUIRE(report.unused.empty());
  return value;
}

std::string text_at(const Value& value, const std::string& path) {
  const Value* const found = value.lookup(path);
  REQUIRE(found != nullptr);
  return found->text();
}

TEST_CASE("each variable of the host sets its setting") {
  const Value value = overridden(MapEnvironment{{"ABV_HOST", "0.0.0.0"},
                                                {"ABV_PORT", "9000"},
                                                {"ABV_MAX_BODY_SIZE", "1048576"},
                                                {"ABV_LOG_LEVEL", "debug"},
                                                {"ABV_DATA_DIR", "/d"},
                                                {"ABV_API_KEY", "k"},
                                                {"ABV_AUTH_MODE", "strict"}});
  CHECK(text_at(value, "listen.host") == "0.0.0.0");
  CHECK(value.lookup("listen.port")->as_int() == 9000);
  CHECK(text_at(value, "limits.body") == "1048576");
  CHECK(text_at(value, "log.level") == "debug");
  CHECK(text_at(value, "data_dir") == "/d");
  CHECK(text_at(value, "middlewares[plugin=abv.auth].api_key") == "k");
  CHECK(text_at(value, "middlewares[plugin=abv.auth].mode") == "strict");
  CHECK(value.lookup("middlewares[0].mode") == nullptr);
}

TEST_CASE("the short names count when the long ones are not set") {
  const Value value =
      overridden(MapEnvironment{{"PORT", "9001"}, {"API_KEY", "k2"}, {"AUTH_MODE", "off"}});
  CHECK(value.lookup("listen.port")->as_int() == 9001);
  CHECK(text_at(value, "middlewares[1].api_key") == "k2");
  CHECK(text_at(value, "middlewares[1].mode") == "off");
}

TEST_CASE("binding to this machine only wins over any host") {
  CHECK(text_at(overridden(MapEnvironment{{"ABV_BIND_LOCAL_ONLY", "1"}}), "listen.host") ==
        "127.0.0.1");
  CHECK(text_at(overridden(MapEnvironment{{"ABV_BIND_LOCAL_ONLY", "yes"}, {"ABV_HOST", "0.0.0.0"}}),
                "listen.host") == "127.0.0.1");
  CHECK(text_at(overridden(MapEnvironment{{"ABV_BIND_LOCAL_ONLY", "false"}}), "listen.host") ==
        "10.0.0.1");
}

TEST_CASE("an API key without an auth middleware is reported as unused") {
  Value value = yaml("listen: {}\n");
  const auto report =
      apply_overrides(value, host_overrides(), MapEnvironment{{"ABV_API_KEY", "k"}});
  CHECK(report.unused == std::vector<std::string>{"ABV_API_KEY"});
}

}  // namespace
}  // namespace abv::config
