#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "host/lane/call.hpp"
#include "host/lane/call_error.hpp"
#include "host/lane/model_choice.hpp"

namespace abv::lane {

// By which a client says which account it wants, by id or label. It is never passed on.
inline constexpr std::string_view kAccountHeader = "x-abv-account";

// The call's fact that holds the id of the account that was asked for.
inline constexpr const char* kAccountFact = "account.asked";

// What becomes of the candidates when the client asks for an account: those stay that have it. What
// comes back is why it cannot be had: the client may not ask (403), nobody has it (404), or several
// have it (400). Nothing happens when the client does not ask.
std::optional<CallError> choose_named_account(Call& call, const Site& site, std::string_view asked,
                                              std::vector<Candidate>& candidates);

}  // namespace abv::lane
