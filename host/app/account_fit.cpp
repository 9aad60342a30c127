#include "host/app/account_fit.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "host/config/suggest.hpp"

namespace abv::app {

std::string wrong_kind(const Configuration& configuration, const ProviderSettings& provider,
                       const std::string& kind) {
  const auto component = configuration.component(
      provider.place, provider.plugin, provider.component, {ABV_KIND_PROVIDER, ABV_KIND_HANDLER});
  if (!component) {
    return component.error().message;
  }
  std::vector<std::string> kinds;
  if ((*component)->kind == ABV_KIND_PROVIDER) {
    auto abilities = provider_abilities(provider, **component);
    if (!abilities) {
      return abilities.error().message;
    }
    kinds = std::move(abilities->credentials);
  }
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) {
    return {};
  }
  std::string taken;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    taken += (i == 0 ? "" : i + 1 == kinds.size() ? " or " : ", ") + kinds[i];
  }
  return "provider \"" + provider.name + "\" takes " +
         (kinds.empty() ? "no accounts" : "accounts of the kind " + taken) + ", got \"" + kind +
         "\"";
}

std::string why_unused(const Configuration& configuration, const account::AccountFacts& account) {
  const std::vector<ProviderSettings>& providers = configuration.settings().providers;
  const auto provider =
      std::find_if(providers.begin(), providers.end(),
                   [&](const ProviderSettings& one) { return one.name == account.provider; });
  if (provider == providers.end()) {
    std::vector<std::string> names;
    for (const ProviderSettings& one : providers) {
      names.push_back(one.name);
    }
    return "provider: no provider \"" + account.provider + "\" in the configuration" +
           config::did_you_mean(account.provider, names);
  }
  if (provider->enabled == Enabled::kNo) {
    return "provider: \"" + account.provider + "\" is switched off in the configuration";
  }
  const std::string wrong = wrong_kind(configuration, *provider, account.kind);
  return wrong.empty() ? wrong : "kind: " + wrong;
}

}  // namespace abv::app
