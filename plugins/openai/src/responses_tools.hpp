#pragma once

#include "abv/sdk/chat.hpp"
#include "abv/sdk/dialect.hpp"
#include "abv/sdk/json.hpp"
#include "chat_request_fields.hpp"

// The tools of a Responses request. A namespace becomes functions called "<namespace>__<tool>"; the
// first of them has the namespace's own fields as an extra, with the number of its tools. The tool
// local_shell becomes a function with parameters that are known by heart. Hosted tools that no
// other dialect has become opaque.
namespace abv::openai {

void read_response_tools(sdk::chat::Request& request, const sdk::json::Value& tools,
                         const Place& place);
void read_response_tool_choice(sdk::chat::Request& request, const sdk::json::Value& choice,
                               const Place& place);

// Writes the member "tools" of the object that is open; false when there are none to write.
bool write_response_tools(const sdk::chat::Request& request, sdk::json::Writer& out,
                          sdk::LossSink& losses);

// Writes the member "tool_choice", if the request says which.
void write_response_tool_choice(const sdk::chat::Request& request, sdk::json::Writer& out);

// What a model is told of local_shell where it is offered as a function. Its arguments are the
// `action` of a local_shell_call.
inline constexpr std::string_view kLocalShellDescription =
    R"("Runs a command on the user's machine and returns what it prints.")";
inline constexpr std::string_view kLocalShellParameters =
    R"({"type":"object","properties":{"command":{"type":"array","items":{"type":"string"},)"
    R"("description":"The program and its arguments."},"working_directory":{"type":"string"},)"
    R"("timeout_ms":{"type":"integer"},"env":{"type":"object","additionalProperties":)"
    R"({"type":"string"}}},"required":["command"]})";

}  // namespace abv::openai
