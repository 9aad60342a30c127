#pragma once

#include <string_view>

namespace abv::openai {

// What a model takes, as far as its name tells. A name may have a vendor before it
// ("openai/gpt-5", "ft:gpt-4.1:…").
struct ModelTraits {
  bool is_openai = false;     // one of OpenAI's own: refuses fields that it does not know
  bool is_reasoning = false;  // o1, o3, gpt-5 and what follows: no sampling, no stop sequences
  bool is_o_series = false;
  bool is_first_gpt5 = false;  // gpt-5 itself, gpt-5-mini, …, before gpt-5.1
  bool can_search = false;     // gpt-4o-search-preview, gpt-5-search-api
  bool is_claude = false;      // takes cache marks, which its gateways pass on
  bool is_gemini = false;      // takes thought signatures in extra_content
};

ModelTraits traits_of(std::string_view model);

// The effort that is nearest to `effort` among those that the model takes.
std::string_view nearest_effort(const ModelTraits& traits, std::string_view effort);

}  // namespace abv::openai
