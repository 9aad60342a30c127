// Requests of OpenAI's clients: chat, completions, responses, and the count of input tokens.

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/request_path.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace abv::fuzz;
  const std::string_view body = view_of(data, size);
  check_request({"openai", {.body = {}, .operation = "chat", .path = "/v1/chat/completions"}},
                body);
  check_request(
      {"openai", {.body = {}, .operation = "completions", .path = "/v1/completions"}, false}, body);
  check_request({"openai", {.body = {}, .operation = "responses", .path = "/v1/responses"}}, body);
  check_request(
      {"openai", {.body = {}, .operation = "count_tokens", .path = "/v1/responses/input_tokens"}},
      body);
  return 0;
}
