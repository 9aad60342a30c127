// z.ai: the provider zai, which is the GLM models' service in either of its protocols. It speaks
// the dialect claude-messages of the plugin abv.claude or openai-chat of abv.openai. Start reading
// at provider.hpp.

#include "abv/sdk/plugin.hpp"
#include "provider.hpp"

ABV_PLUGIN("abv.zai", "0.1.0", abv::sdk::Provider<abv::zai::Provider>)
