#pragma once

#include <cstdint>
#include <string>

#include "host/base/result.hpp"
#include "host/config/value.hpp"

// The device that an account's programs are to be: four ids, kept in the account's file as
// Antigravity Manager does, with their history. Nothing sends them.
namespace abv::account {

// Of random ids: {"machine_id","mac_machine_id","dev_device_id","sqm_id"}.
config::Value generated_device();

// The members of `json`, which may be written in snake case or camel case, in the form above.
// kInvalid when one is missing; `place` is what the message names.
Result<config::Value> read_device(const config::Value& json, const std::string& place);

// Binds a device to the account of the file `json`: it becomes the current entry of the history,
// which keeps the latest 20. Gives its version.
std::string bind_device(config::Value& json, const config::Value& device, const std::string& label,
                        std::int64_t now_unix_ms);

// Binds the device of an entry of the history again. kNotFound names those that are there.
Result<void> restore_device(config::Value& json, const std::string& version);

// Takes an entry out of the history. kInvalid for the current one.
Result<void> forget_device(config::Value& json, const std::string& version);

}  // namespace abv::account
