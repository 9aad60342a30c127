#pragma once

#include <string>

#include "host/account/account.hpp"
#include "host/app/configuration.hpp"

namespace abv::app {

// Why a provider, which is in the configuration, would not use an account of this kind; empty when
// it does.
std::string wrong_kind(const Configuration& configuration, const ProviderSettings& provider,
                       const std::string& kind);

// Why nobody uses an account, with its member; empty when its provider is there, is not switched
// off, and takes its kind.
std::string why_unused(const Configuration& configuration, const account::AccountFacts& account);

}  // namespace abv::app
