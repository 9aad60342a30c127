#include "dialect.hpp"
#include "tests/fuzz/dialects.hpp"

const abv_component& abv::fuzz::claude_dialect() {
  return sdk::Dialect<claude::Messages>::kComponent;
}
