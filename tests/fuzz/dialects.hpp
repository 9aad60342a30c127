#pragma once

#include <string_view>

#include "abv/abi/component.h"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/request_probe.hpp"

namespace abv::fuzz {

// The dialects of the plugins, compiled into this program so that their code is instrumented.
const abv_component& claude_dialect();
const abv_component& gemini_dialect();
const abv_component& openai_dialect();

// One dialect, driven through its C table as the host would. `plugin` is "claude", "gemini" or
// "openai".
struct Dialect {
  tests::DialectProbe codec;
  tests::RequestProbe requests;
};
const Dialect& dialect(std::string_view plugin);

// Is it how a dialect says that what it was given is not what it should be? Everything else that is
// not ABV_OK is a fault of its own.
bool is_refusal(abv_status status);

}  // namespace abv::fuzz
