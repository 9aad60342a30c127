// Codex: the provider codex, which is OpenAI's Responses API with a ChatGPT account, or with an API
// key. It speaks the dialect openai-chat of the plugin abv.openai. Start reading at provider.hpp.

#include "abv/sdk/plugin.hpp"
#include "provider.hpp"

ABV_PLUGIN("abv.codex", "0.1.0", abv::sdk::Provider<abv::codex::Provider>)
