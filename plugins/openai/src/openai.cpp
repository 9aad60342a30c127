// OpenAI: the dialect openai-chat, which is the wire format of OpenAI's API, and the provider
// openai, which is the service itself or any server compatible with it. Start reading at
// dialect.hpp and provider.hpp.

#include "abv/sdk/plugin.hpp"
#include "dialect.hpp"
#include "provider.hpp"

ABV_PLUGIN("abv.openai", "0.1.0", abv::sdk::Dialect<abv::openai::OpenAiDialect>,
           abv::sdk::Provider<abv::openai::Provider>)
