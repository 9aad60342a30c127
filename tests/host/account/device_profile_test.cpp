#include "host/account/device_profile.hpp"

#include <regex>

#include "host/config/load_json.hpp"
#include "tests/support/catch.hpp"

using namespace abv::account;
using abv::config::Value;

namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

std::string text(const Value& json, const char* path) {
  const Value* found = json.lookup(path);
  return found == nullptr ? "(none)" : found->text();
}

Value parsed(const char* json) {
  return abv::config::load_json(json, "x.json").value();
}

bool is_current(const Value& json, std::size_t entry) {
  return json.find("device_history")->items().at(entry).find("is_current")->as_bool();
}

}  // namespace

TEST_CASE("a device that is made up has ids of the known forms", "[account][device]") {
  const Value device = generated_device();
  const std::string uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  CHECK(std::regex_match(text(device, "machine_id"), std::regex("auth0\\|user_[a-z0-9]{32}")));
  CHECK(std::regex_match(text(device, "mac_machine_id"), std::regex(uuid)));
  CHECK(std::regex_match(text(device, "dev_device_id"), std::regex(uuid)));
  CHECK(std::regex_match(text(device, "sqm_id"),
                         std::regex("\\{[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-"
                                    "[0-9A-F]{12}\\}")));
  CHECK_FALSE(device.equals(generated_device()));
}

TEST_CASE("a device is read as this program writes it and as editors do", "[account][device]") {
  const char* json = GENERATE(
      R"({"machine_id":"a","mac_machine_id":"b","dev_device_id":"c","sqm_id":"d"})",
      R"({"machineId":"a","macMachineId":"b","devDeviceId":"c","sqmId":"d"})",
      R"({"telemetry":{"machineId":"a","macMachineId":"b","devDeviceId":"c","sqmId":"d"}})",
      R"({"telemetry.machineId":"a","telemetry.macMachineId":"b","telemetry.devDeviceId":"c",
          "telemetry.sqmId":"d"})");
  CHECK(read_device(parsed(json), "x.json")->to_json() ==
        R"({"machine_id":"a","mac_machine_id":"b","dev_device_id":"c","sqm_id":"d"})");
  const auto broken = read_device(parsed(R"({"machine_id":"a"})"), "x.json");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message == "x.json: mac_machine_id: expected a text");
}

TEST_CASE("what was bound before can be bound again, and everything else in the file stays",
          "[account][device]") {
  Value json = parsed(R"({"provider":"p","secrets":{"api_key":"k"}})");
  const Value one = generated_device();
  const std::string first = bind_device(json, one, "capture", kNow);
  bind_device(json, generated_device(), "generate", kNow);
  CHECK_FALSE(json.find("device_profile")->equals(one));
  CHECK_FALSE(is_current(json, 0));
  CHECK(is_current(json, 1));

  REQUIRE(restore_device(json, first));

  CHECK(json.find("device_profile")->equals(one));
  CHECK(is_current(json, 0));
  CHECK_FALSE(is_current(json, 1));
  CHECK(json.find("device_history")->size() == 2);
  CHECK(text(json, "device_history[0].label") == "capture");
  CHECK(text(json, "secrets.api_key") == "k");
}

TEST_CASE("an old device is forgotten, the current one is not", "[account][device]") {
  Value json = Value::object();
  const std::string first = bind_device(json, generated_device(), "", kNow);
  const std::string second = bind_device(json, generated_device(), "", kNow);

  CHECK(forget_device(json, first).ok());
  CHECK_FALSE(forget_device(json, second).ok());
  CHECK_FALSE(restore_device(json, first).ok());
  CHECK(json.find("device_history")->size() == 1);
}

TEST_CASE("the history of devices does not grow without end", "[account][device]") {
  Value json = Value::object();
  std::string last;
  for (int i = 0; i < 30; ++i) {
    last = bind_device(json, generated_device(), "", kNow);
  }
  CHECK(json.find("device_history")->size() == 20);
  CHECK(text(json, "device_history[19].id") == last);
}

TEST_CASE("a version that is not there is told with those that are", "[account][device]") {
  Value json = Value::object();
  const std::string version = bind_device(json, generated_device(), "", kNow);
  const auto restored = restore_device(json, "x");
  REQUIRE_FALSE(restored);
  CHECK(restored.error().message == "no version \"x\" of its device; there are " + version);
}
