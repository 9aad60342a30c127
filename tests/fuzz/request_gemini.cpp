// Requests of Google's clients: generateContent, whole and streamed, and countTokens.

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/request_path.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace abv::fuzz;
  const std::string_view body = view_of(data, size);
  check_request({"gemini",
                 {.body = {},
                  .operation = "chat",
                  .path = "/v1beta/models/gemini-3-pro:generateContent",
                  .model = "gemini-3-pro"}},
                body);
  check_request({"gemini",
                 {.body = {},
                  .operation = "chat",
                  .path = "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
                  .query = "alt=sse",
                  .model = "gemini-2.5-flash",
                  .is_stream = true}},
                body);
  check_request({"gemini",
                 {.body = {},
                  .operation = "count_tokens",
                  .path = "/v1beta/models/gemini-2.5-pro:countTokens",
                  .model = "gemini-2.5-pro"}},
                body);
  return 0;
}
