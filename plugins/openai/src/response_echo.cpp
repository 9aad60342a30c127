#include "response_echo.hpp"

#include <algorithm>
#include <array>

namespace abv::openai {

namespace json = sdk::json;

namespace {

struct Field {
  const char* name;
  std::string_view unsaid;  // empty: the field may be missing
};

constexpr std::array<Field, 22> kFields{{{"background", "false"},
                                         {"instructions", "null"},
                                         {"max_output_tokens", "null"},
                                         {"max_tool_calls", ""},
                                         {"metadata", "{}"},
                                         {"parallel_tool_calls", "true"},
                                         {"previous_response_id", "null"},
                                         {"prompt", ""},
                                         {"prompt_cache_key", ""},
                                         {"prompt_cache_retention", ""},
                                         {"reasoning", ""},
                                         {"safety_identifier", ""},
                                         {"service_tier", ""},
                                         {"store", ""},
                                         {"temperature", "null"},
                                         {"text", R"({"format":{"type":"text"}})"},
                                         {"tool_choice", "\"auto\""},
                                         {"tools", "[]"},
                                         {"top_logprobs", ""},
                                         {"top_p", "null"},
                                         {"truncation", "\"disabled\""},
                                         {"user", ""}}};

}  // namespace

std::string on_one_line(std::string_view json) {
  std::string line(json);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

RequestEcho::RequestEcho(const json::Value& request) {
  for (const Field& field : kFields) {
    const auto said = request[field.name];
    const bool is_told = said.exists() && !said.is_null() && said.raw().size() <= kLongest;
    const auto value = is_told ? said.raw() : field.unsaid;
    if (!value.empty()) fields_.emplace_back(field.name, on_one_line(value));
  }
}

void RequestEcho::write(json::Writer& out) const {
  for (const auto& [name, value] : fields_)
    out.key(name).raw(value);
}

}  // namespace abv::openai
