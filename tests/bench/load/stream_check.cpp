#include "tests/bench/load/stream_check.hpp"

namespace abv::bench {
namespace {

std::string_view closing_mark(Dialect dialect) {
  if (dialect == Dialect::kOpenai) return "[DONE]";
  if (dialect == Dialect::kClaude) return "\"message_stop\"";
  return "\"finishReason\"";
}

}  // namespace

void StreamCheck::restart(Dialect dialect) {
  dialect_ = dialect;
  events_ = 0;
  is_final_ = false;
  line_.clear();
}

void StreamCheck::feed(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    if (end == std::string_view::npos) {
      line_ += piece;
      return;
    }
    if (line_.empty()) {
      take_line(piece.substr(0, end));
    } else {
      line_ += piece.substr(0, end);
      take_line(line_);
      line_.clear();
    }
    piece.remove_prefix(end + 1);
  }
}

void StreamCheck::take_line(std::string_view line) {
  constexpr std::string_view kData = "data:";
  if (line.substr(0, kData.size()) != kData) return;
  ++events_;
  is_final_ = line.find(closing_mark(dialect_)) != std::string_view::npos;
}

}  // namespace abv::bench
