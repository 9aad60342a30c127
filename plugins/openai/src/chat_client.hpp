#pragma once

#include <set>
#include <string>
#include <string_view>

#include "abv/sdk/dialect.hpp"

namespace abv::openai {

// What the client's request says about the form of its answer.
struct ChatClient {
  bool wants_usage = true;  // a whole answer has counts always
  bool is_legacy = false;   // asked with `functions`, so it looks for `function_call`
  std::set<std::string, std::less<>> custom_tools;  // that take free text
};

ChatClient read_chat_client(const sdk::CodecParams& params);

// The free text in the arguments of a custom tool that the upstream was offered as a function:
// {"input":"…"}. Arguments of another shape stand for themselves.
std::string free_text(std::string_view arguments);

}  // namespace abv::openai
