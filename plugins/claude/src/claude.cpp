// Anthropic: the dialect claude-messages, which is the Messages API's wire format, and the provider
// claude, which is the service itself. Start reading at dialect.hpp and provider.hpp.

#include "abv/sdk/plugin.hpp"
#include "dialect.hpp"
#include "provider.hpp"

ABV_PLUGIN("abv.claude", "0.1.0", abv::sdk::Dialect<abv::claude::Messages>,
           abv::sdk::Provider<abv::claude::Provider>)
