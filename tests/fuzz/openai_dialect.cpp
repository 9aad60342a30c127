#include "dialect.hpp"
#include "tests/fuzz/dialects.hpp"

const abv_component& abv::fuzz::openai_dialect() {
  return sdk::Dialect<openai::OpenAiDialect>::kComponent;
}
