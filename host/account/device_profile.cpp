#include "host/account/device_profile.hpp"

#include <array>
#include <random>
#include <utility>
#include <vector>

namespace abv::account {
namespace {

using config::Value;

constexpr std::size_t kMostVersions = 20;
constexpr const char* kProfile = "device_profile";
constexpr const char* kHistory = "device_history";

struct Field {
  const char* name;
  const char* camel;
};
constexpr std::array<Field, 4> kFields{{{"machine_id", "machineId"},
                                        {"mac_machine_id", "macMachineId"},
                                        {"dev_device_id", "devDeviceId"},
                                        {"sqm_id", "sqmId"}}};

std::string random_text(std::string_view letters, std::size_t length) {
  std::random_device random;
  std::uniform_int_distribution<std::size_t> any(0, letters.size() - 1);
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    text.push_back(letters[any(random)]);
  }
  return text;
}

// A UUID of version 4.
std::string random_uuid(std::string_view digits) {
  std::string hex = random_text(digits, 32);
  hex[12] = '4';
  hex[16] = random_text(digits.substr(8, 4), 1)[0];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

Value& history_of(Value& json) {
  Value* history = json.find(kHistory);
  return history != nullptr && history->is_array() ? *history : json.set(kHistory, Value::array());
}

std::string version_of(const Value& entry) {
  const Value* id = entry.find("id");
  return id != nullptr && id->is_string() ? id->text() : std::string();
}

bool is_current(const Value& entry) {
  const Value* flag = entry.find("is_current");
  return flag != nullptr && flag->as_bool();
}

Error no_such(const Value& history, const std::string& version) {
  std::string known;
  for (const Value& entry : history.items()) {
    known += (known.empty() ? "" : ", ") + version_of(entry);
  }
  return Error{Error::Code::kNotFound, "no version \"" + version + "\" of its device" +
                                           (known.empty() ? "" : "; there are " + known)};
}

const Value* find_version(const Value& history, const std::string& version) {
  for (const Value& entry : history.items()) {
    if (!version.empty() && version_of(entry) == version) {
      return &entry;
    }
  }
  return nullptr;
}

// The history anew, with `current` as the one that is bound. Entries of others keep what they have.
Value with_current(const Value& history, const std::string& current) {
  Value changed = Value::array();
  for (Value entry : history.items()) {
    entry.set("is_current", Value::boolean(version_of(entry) == current));
    changed.push(std::move(entry));
  }
  return changed;
}

}  // namespace

Value generated_device() {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kUpper = "0123456789ABCDEF";
  Value device = Value::object();
  device.set("machine_id", Value::string("auth0|user_" +
                                         random_text("abcdefghijklmnopqrstuvwxyz0123456789", 32)));
  device.set("mac_machine_id", Value::string(random_uuid(kHex)));
  device.set("dev_device_id", Value::string(random_uuid(kHex)));
  device.set("sqm_id", Value::string("{" + random_uuid(kUpper) + "}"));
  return device;
}

Result<Value> read_device(const Value& json, const std::string& place) {
  const Value* nested = json.is_object() ? json.find("telemetry") : nullptr;
  const Value& from = nested != nullptr && nested->is_object() ? *nested : json;
  Value device = Value::object();
  for (const Field& field : kFields) {
    const Value* value = from.is_object() ? from.find(field.name) : nullptr;
    if (value == nullptr && from.is_object()) {
      value = from.find(field.camel);
    }
    if (value == nullptr && from.is_object()) {
      value = from.find(std::string("telemetry.") + field.camel);
    }
    if (value == nullptr || !value->is_string() || value->text().empty()) {
      return Error{Error::Code::kInvalid, place + ": " + field.name + ": expected a text"};
    }
    device.set(field.name, Value::string(value->text()));
  }
  return device;
}

std::string bind_device(Value& json, const Value& device, const std::string& label,
                        std::int64_t now_unix_ms) {
  const std::string version = random_uuid("0123456789abcdef");
  Value history = with_current(history_of(json), version);
  Value entry = Value::object();
  entry.set("id", Value::string(version));
  entry.set("created_at", Value::integer(now_unix_ms / 1000));
  entry.set("label", Value::string(label));
  entry.set("profile", device);
  entry.set("is_current", Value::boolean(true));
  history.push(std::move(entry));
  Value kept = Value::array();
  const std::vector<Value>& all = history.items();
  for (std::size_t i = all.size() > kMostVersions ? all.size() - kMostVersions : 0; i < all.size();
       ++i) {
    kept.push(all[i]);
  }
  json.set(kHistory, std::move(kept));
  json.set(kProfile, device);
  return version;
}

Result<void> restore_device(Value& json, const std::string& version) {
  const Value& history = history_of(json);
  const Value* entry = find_version(history, version);
  if (entry == nullptr) {
    return no_such(history, version);
  }
  const Value* profile = entry->find("profile");
  if (profile == nullptr || !profile->is_object()) {
    return Error{Error::Code::kInvalid, "version \"" + version + "\" holds no device"};
  }
  Value device = *profile;
  Value changed = with_current(history, version);
  json.set(kHistory, std::move(changed));
  json.set(kProfile, std::move(device));
  return {};
}

Result<void> forget_device(Value& json, const std::string& version) {
  const Value& history = history_of(json);
  const Value* entry = find_version(history, version);
  if (entry == nullptr) {
    return no_such(history, version);
  }
  if (is_current(*entry)) {
    return Error{Error::Code::kInvalid,
                 "version \"" + version + "\" is the current one, which stays"};
  }
  Value kept = Value::array();
  for (const Value& one : history.items()) {
    if (version_of(one) != version) {
      kept.push(one);
    }
  }
  json.set(kHistory, std::move(kept));
  return {};
}

}  // namespace abv::account
