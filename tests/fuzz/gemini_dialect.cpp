#include "dialect.hpp"
#include "tests/fuzz/dialects.hpp"

const abv_component& abv::fuzz::gemini_dialect() {
  return sdk::Dialect<gemini::GeminiDialect>::kComponent;
}
