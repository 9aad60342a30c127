#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/lane/call_error.hpp"
#include "host/lane/site.hpp"

namespace abv::lane {

// Who may answer a call, and by which name the model goes there.
struct Candidate {
  const Target* target = nullptr;
  std::string model;

  bool operator==(const Candidate&) const = default;
};

// What became of a model's name.
struct ModelChoice {
  std::vector<Candidate> candidates;  // in the order in which they are tried; may be empty
  std::string trace;                  // for people: "alias smart -> claude/opus, openai/gpt-5"
};

// What a client's name for a model becomes by `models.rules`. `trace` gets the rule's words.
std::string map_model(const Site& site, const model::Asker& asker, std::string_view asked,
                      std::string& trace);

// Who answers `name` at `endpoint`, aliases followed. Candidates that cannot answer there are left
// out. `share` says where to begin among providers that share calls out: calls with the same number
// begin with the same one. It is asked only where calls are shared out.
ModelChoice choose_model(const Site& site, const Route& route, const plugin::Endpoint& endpoint,
                         std::string_view name, const std::function<std::uint64_t()>& share);

// The refusal of a call that nobody answers. `name` is what the client's `asked` became.
CallError unserved(const Site& site, const Route& route, const plugin::Endpoint& endpoint,
                   const std::string& asked, const std::string& name);

}  // namespace abv::lane
