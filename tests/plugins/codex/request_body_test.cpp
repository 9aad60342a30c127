#include "request_body.hpp"

#include "tests/support/catch.hpp"

namespace abv::tests {
namespace {

std::string written(std::string_view body) {
  return codex::chatgpt_body(body, "gpt-x", "Help.");
}

}  // namespace

TEST_CASE("ChatGPT's backend gets a stream that is not stored, with instructions", "[codex]") {
  CHECK(written(R"({"model":"other","stream":false,"store":true,"input":[],"include":[]})") ==
        R"({"model":"gpt-x","instructions":"Help.","input":[],"include":[],)"
        R"("store":false,"stream":true})");
}

TEST_CASE("instructions of the client's own stay", "[codex]") {
  CHECK(written(R"({"instructions":"Be \"brief\".","include":[]})") ==
        R"({"model":"gpt-x","instructions":"Be \"brief\".","include":[],)"
        R"("store":false,"stream":true})");
  CHECK(written(R"({"instructions":"","include":[]})") ==
        R"({"model":"gpt-x","instructions":"Help.","include":[],"store":false,"stream":true})");
}

TEST_CASE("options that only tune an answer are kept from ChatGPT's backend", "[codex]") {
  const auto name = GENERATE(
      as<std::string>{}, "max_output_tokens", "max_completion_tokens", "temperature", "top_p",
      "top_logprobs", "metadata", "user", "truncation", "safety_identifier", "stream_options",
      "prompt_cache_retention", "frequency_penalty", "presence_penalty", "max_tool_calls");
  CHECK(written("{\"" + name + "\":1,\"include\":[]}") ==
        R"({"model":"gpt-x","instructions":"Help.","include":[],"store":false,"stream":true})");
}

TEST_CASE("options that change what is asked for reach ChatGPT's backend, which may refuse them",
          "[codex]") {
  CHECK(written(R"({"previous_response_id":"resp_1","background":true,"include":[]})") ==
        R"({"model":"gpt-x","instructions":"Help.","previous_response_id":"resp_1",)"
        R"("background":true,"include":[],"store":false,"stream":true})");
}

TEST_CASE("of the tiers ChatGPT's backend is told the one that it knows", "[codex]") {
  CHECK_THAT(written(R"({"service_tier":"priority"})"),
             ContainsSubstring(R"("service_tier":"priority")"));
  CHECK_THAT(written(R"({"service_tier":"auto"})"), !ContainsSubstring("service_tier"));
}

TEST_CASE("encrypted reasoning is asked for, because nothing is stored", "[codex]") {
  CHECK_THAT(written("{}"), ContainsSubstring(R"("include":["reasoning.encrypted_content"])"));
}

TEST_CASE("text as input becomes a list for ChatGPT's backend", "[codex]") {
  CHECK_THAT(written(R"({"input":"hi \"you\""})"),
             ContainsSubstring(R"("input":[{"type":"message","role":"user","content":[)"
                               R"({"type":"input_text","text":"hi \"you\""}]}])"));
}

TEST_CASE("system messages are the developer's for ChatGPT's backend", "[codex]") {
  CHECK_THAT(
      written(R"({"input":[{"type":"message","role":"system","content":"a"},)"
              R"({"role":"user","content":"system"}, {"type":"reasoning","id":"rs_1"}]})"),
      ContainsSubstring(R"("input":[{"type":"message","role":"developer","content":"a"},)"
                        R"({"role":"user","content":"system"},{"type":"reasoning","id":"rs_1"}])"));
}

TEST_CASE("what is no JSON object is left for ChatGPT's backend to refuse", "[codex]") {
  CHECK(written("[1,") == "[1,");
  CHECK(written("[]") == "[]");
}

}  // namespace abv::tests
