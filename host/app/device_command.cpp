#include "host/app/device_command.hpp"

#include "host/account/atomic_file.hpp"
#include "host/account/device_profile.hpp"
#include "host/config/load_json.hpp"

namespace abv::app {
namespace {

using config::Value;

Result<std::string> show(const account::AccountFiles& files, const std::string& id) {
  const Result<Value> json = files.json(id);
  if (!json) {
    return json.error();
  }
  Value shown = Value::object();
  for (const char* key : {"device_profile", "device_history"}) {
    if (const Value* value = json->find(key); value != nullptr) {
      shown.set(key, *value);
    }
  }
  return shown.size() == 0 ? id + " is bound to no device\n" : shown.to_pretty_json() + "\n";
}

Result<Value> device_in(const std::string& file) {
  const Result<std::string> text = account::read_small_file(file);
  if (!text) {
    return text.error();
  }
  const Result<Value> json = config::load_json(*text, file);
  if (!json) {
    return json.error();
  }
  return account::read_device(*json, file);
}

Result<std::string> bind_to(account::AccountFiles& files, const std::string& id,
                            const Result<Value>& device, const std::string& label,
                            const Clock& clock) {
  if (!device) {
    return device.error();
  }
  std::string version;
  const Result<void> bound = files.change(id, [&](Value& json) {
    version = account::bind_device(json, *device, label, clock.unix_ms());
    return Result<void>();
  });
  if (!bound) {
    return bound.error();
  }
  return "bound " + id + " to a device, version " + version + "\n";
}

}  // namespace

Result<std::string> run_device_command(account::AccountFiles& files,
                                       const std::vector<std::string>& words, const Clock& clock) {
  const std::string& id = words[0];
  const std::string what = words.size() > 1 ? words[1] : "";
  if (what.empty()) {
    return show(files, id);
  }
  if (what == "new") {
    return bind_to(files, id, account::generated_device(), "generate", clock);
  }
  const bool is_known = what == "bind" || what == "restore" || what == "forget";
  if (!is_known || words.size() < 3) {
    return Error{Error::Code::kInvalid,
                 "accounts device ID: expected new, bind FILE, restore VERSION or forget VERSION"};
  }
  if (what == "bind") {
    return bind_to(files, id, device_in(words[2]), "capture", clock);
  }
  const bool is_restore = what == "restore";
  const Result<void> changed = files.change(id, [&](Value& json) {
    return is_restore ? account::restore_device(json, words[2])
                      : account::forget_device(json, words[2]);
  });
  if (!changed) {
    return changed.error();
  }
  return (is_restore ? "restored version " : "forgot version ") + words[2] + " of " + id + "\n";
}

}  // namespace abv::app
