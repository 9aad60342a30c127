// Answers of Anthropic's messages.

#include "tests/fuzz/answer_path.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  abv::fuzz::check_answer(abv::cases::vendor("claude-messages"), abv::fuzz::view_of(data, size));
  return 0;
}
