#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "abv/ext/provider.h"
#include "host/base/secret.hpp"

namespace abv::plugin {

// The request that goes upstream, as a provider or a dialect shapes it. Lane code implements it.
// What is thrown is caught at the border and becomes ABV_E_INTERNAL.
class OutgoingRequest {
 public:
  virtual abv_status set_method(std::string_view method) = 0;
  virtual abv_status set_url(std::string_view url) = 0;
  virtual abv_status set_header(std::string_view name, std::string_view value) = 0;
  virtual abv_status remove_header(std::string_view name) = 0;
  virtual abv_status set_credential(std::string_view header, std::string_view prefix,
                                    std::string_view field) = 0;
  virtual abv_status splice(std::size_t offset, std::size_t length,
                            std::string_view replacement) = 0;
  virtual abv_status set_body(std::string_view body) = 0;

  // Why a dialect will not make the request. Copy what is kept.
  virtual void fail(const abv_error& /*error*/) {}

 protected:
  ~OutgoingRequest() = default;
};

abv_outgoing outgoing_table(OutgoingRequest& request) noexcept;

// Gives a plugin the secret fields of an account.
class AccountSecrets {
 public:
  // Null when the account has no such field. Each use is the implementation's to count.
  virtual const Secret* find(std::string_view field) = 0;

 protected:
  ~AccountSecrets() = default;
};

// A credential, as a plugin sees it. All are views.
struct Account {
  std::string_view id;
  std::string_view kind;
  std::string_view label;
  std::string_view attributes_json;
  AccountSecrets* secrets = nullptr;  // null when it has none
};

// One try to have a call answered. All are views; see abv_attempt for what each field means.
struct Attempt {
  bool stream = false;
  std::uint32_t number = 1;
  std::uint32_t step = 0;
  std::string_view operation;
  std::string_view dialect;
  std::string_view model;
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view body;
  std::span<const abv_header> headers;
  const Account* account = nullptr;
};

// The C form of an attempt and its account; neither can be copied, since one points into the other.
class AttemptTable {
 public:
  explicit AttemptTable(const Attempt& attempt) noexcept;
  AttemptTable(const AttemptTable&) = delete;
  AttemptTable& operator=(const AttemptTable&) = delete;

  const abv_attempt* table() const noexcept { return &table_; }

 private:
  abv_account account_;
  abv_attempt table_;
};

}  // namespace abv::plugin
