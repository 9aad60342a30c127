// Google: the dialect gemini, which is the Gemini API's wire format, and the provider gemini, which
// is the service itself. Start reading at dialect.hpp and provider.hpp.

#include "abv/sdk/plugin.hpp"
#include "dialect.hpp"
#include "provider.hpp"

ABV_PLUGIN("abv.gemini", "0.1.0", abv::sdk::Dialect<abv::gemini::GeminiDialect>,
           abv::sdk::Provider<abv::gemini::Provider>)
