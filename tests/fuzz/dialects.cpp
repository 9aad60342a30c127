#include "tests/fuzz/dialects.hpp"

namespace abv::fuzz {
namespace {

Dialect make(const abv_component& component) {
  return {tests::DialectProbe(component), tests::RequestProbe(component)};
}

}  // namespace

const Dialect& dialect(std::string_view plugin) {
  static const Dialect claude = make(claude_dialect());
  static const Dialect gemini = make(gemini_dialect());
  static const Dialect openai = make(openai_dialect());
  return plugin == "claude" ? claude : plugin == "gemini" ? gemini : openai;
}

bool is_refusal(abv_status status) {
  return status == ABV_E_INVALID || status == ABV_E_UNSUPPORTED;
}

}  // namespace abv::fuzz
