#pragma once

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "host/account/evidence.hpp"
#include "tests/support/catch.hpp"

namespace abv::account {

// 2026-09-11T14:45:20Z, when the answers of these tests arrive.
constexpr std::int64_t kNow = 1'789'137'920'000;

inline Evidence read(int status, std::initializer_list<net::Header> headers,
                     std::string_view body = {}, std::int64_t now = kNow) {
  return read_evidence(status, std::vector<net::Header>(headers), body, now);
}

// What a refusal asks for, as one line: "quota account 9000s", with "-" for an unknown wait.
inline std::string meaning(const Evidence& evidence) {
  constexpr const char* kScopes[] = {"", "request", "model", "account", "provider"};
  const auto wait = wait_of(evidence);
  const auto ms = wait ? wait->time.count() : 0;
  const std::string time =
      ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
  return std::string(kind_name(evidence.kind)) + " " +
         kScopes[static_cast<int>(scope_of(evidence))] + " " + (wait ? time : "-");
}

// The source of the statement that is waited for; "" when there is no wait.
inline std::string waits_for(const Evidence& evidence) {
  const auto wait = wait_of(evidence);
  return wait ? evidence.statements.at(wait->statement).source : "";
}

// The only statement of that source. Not to be asked for one that is not there.
inline const Statement& said(const Evidence& evidence, std::string_view source) {
  const Statement* found = nullptr;
  for (const Statement& statement : evidence.statements) {
    found = statement.source == source ? &statement : found;
  }
  INFO("no statement with the source " << source);
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace abv::account
