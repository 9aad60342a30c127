#pragma once

#include <string>
#include <string_view>

#include "tests/plugins/request_probe.hpp"

#include "dialect.hpp"

namespace abv::tests {

// The model whose rules are those of today, and one with those of 2025.
inline constexpr const char* kNewModel = "claude-opus-5-5";
inline constexpr const char* kOldModel = "claude-sonnet-4-5-20250929";

struct ClaudeRequests {
  RequestProbe dialect{sdk::Dialect<claude::Messages>::kComponent};

  // The canonical form of a request, sorted.
  std::string canonical(std::string_view body) const {
    return sorted_json(dialect.read(body).canonical);
  }

  // What becomes of a canonical request with these messages and other members, sorted.
  WrittenRequest write(const std::string& messages, const std::string& others = {},
                       const std::string& model = kNewModel) const {
    WrittenRequest written = dialect.write(
        R"({"abv":"chat/1","model":"m","messages":)" + messages + others + "}", {.model = model});
    written.body = sorted_json(written.body);
    return written;
  }

  // One member of that, when the rest does not matter: the user says "Hi".
  std::string member(const char* name, const std::string& others,
                     const std::string& model = kNewModel) const {
    const auto body = sdk::json::parse(write(kHi, others, model).body);
    return std::string((*body)[name].raw());
  }
  std::vector<std::string> losses(const std::string& others,
                                  const std::string& model = kNewModel) const {
    return write(kHi, R"(,"max_tokens":9000)" + others, model).losses;
  }

  static constexpr const char* kHi = R"([{"role":"user","parts":[{"type":"text","text":"Hi"}]}])";
};

}  // namespace abv::tests
