#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "abv/sdk/json.hpp"

namespace abv::openai {

// What kind of output item a tool call is to a client of the Responses API.
enum class CallKind : std::uint8_t { kFunction, kCustom, kLocalShell };

// A tool as the client declared it.
struct DeclaredTool {
  CallKind kind = CallKind::kFunction;
  std::string name;
  std::string space;  // the namespace that it is in
};

// The tools of a client's request that upstreams of other dialects know as plain functions.
class DeclaredTools {
 public:
  // `tools` is the array of the request.
  explicit DeclaredTools(const sdk::json::Value& tools);

  // The tool that a call of `name` is for; a function of that name where the client said no more.
  DeclaredTool find(std::string_view name) const;

 private:
  std::map<std::string, DeclaredTool, std::less<>> by_name_;
};

// The free text in the arguments of a custom tool that was offered as a function, {"input":"…"};
// the arguments as they are when they are something else.
std::string text_of_arguments(std::string_view arguments);

}  // namespace abv::openai
