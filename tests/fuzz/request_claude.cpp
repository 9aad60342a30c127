// Requests of Anthropic's clients: messages, and the count of their tokens.

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/request_path.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace abv::fuzz;
  const std::string_view body = view_of(data, size);
  check_request({"claude", {.body = {}, .operation = "chat", .path = "/v1/messages"}}, body);
  check_request(
      {"claude", {.body = {}, .operation = "count_tokens", .path = "/v1/messages/count_tokens"}},
      body);
  return 0;
}
