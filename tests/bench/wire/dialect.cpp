#include "tests/bench/wire/dialect.hpp"

namespace abv::bench {

std::optional<Dialect> parse_dialect(std::string_view name) {
  for (const Dialect dialect : {Dialect::kOpenai, Dialect::kClaude, Dialect::kGemini}) {
    if (dialect_name(dialect) == name) return dialect;
  }
  return std::nullopt;
}

std::string_view dialect_name(Dialect dialect) {
  if (dialect == Dialect::kClaude) return "claude";
  if (dialect == Dialect::kGemini) return "gemini";
  return "openai";
}

std::string_view chat_target(Dialect dialect, bool is_stream) {
  if (dialect == Dialect::kOpenai) return "/v1/chat/completions";
  if (dialect == Dialect::kClaude) return "/v1/messages";
  if (is_stream) return "/v1beta/models/bench-1:streamGenerateContent?alt=sse";
  return "/v1beta/models/bench-1:generateContent";
}

}  // namespace abv::bench
