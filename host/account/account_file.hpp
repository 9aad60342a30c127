#pragma once

#include <memory>
#include <string>

#include "host/account/account.hpp"
#include "host/base/result.hpp"
#include "host/config/value.hpp"

// The JSON of one account's file (docs/guide/accounts.md). Members that are not known here are kept
// as they are, whoever wrote them.
namespace abv::account {

// Errors name the file and the member. `id` is the file's name without ".json".
Result<std::shared_ptr<Account>> account_of(const config::Value& json, const std::string& id,
                                            const std::string& place);

// Sets secrets, attributes and expiry in `json`; members that the account does not have stay.
void put_credential(config::Value& json, const Account& account);

// The file of a new account.
config::Value account_json(const Account& account);

// Account files of other programs, turned into this one's form: those of Antigravity Manager
// (a "token" with a refresh_token) and Codex CLI's auth.json. Everything that has no place of its
// own is kept under its own name. `provider` is what it becomes an account of; empty: "gemini" for
// the first, "codex" for the second. kInvalid when it is neither.
struct Imported {
  std::string id;  // proposed
  config::Value json;
};
Result<Imported> import_account(const config::Value& foreign, const std::string& provider,
                                const std::string& place);

}  // namespace abv::account
