#pragma once

#include <string>
#include <vector>

#include "tests/cases/json_tree.hpp"
#include "tests/cases/shapes.hpp"
#include "tests/cases/vendor.hpp"

namespace abv::cases {

// Why the real vendor would refuse this request with a 400: fields that it does not know (from the
// shapes), and the rules that its documentation and its error messages tell.
std::vector<std::string> request_faults(const Vendor& vendor, const std::string& model,
                                        const Json& request, const Shapes& shapes);

void check_chat_rules(const std::string& model, const Json& request,
                      std::vector<std::string>& faults);
void check_responses_rules(const std::string& model, const Json& request,
                           std::vector<std::string>& faults);
void check_claude_rules(const std::string& model, const Json& request,
                        std::vector<std::string>& faults);
void check_gemini_rules(const std::string& model, const Json& request,
                        std::vector<std::string>& faults);
void check_gemini_schemas(const Json& request, const Shapes& shapes,
                          std::vector<std::string>& faults);

// OpenAI's models that think: they refuse what shapes sampling, and max_tokens.
bool is_openai_reasoning(const std::string& model);

// Every object of a strict schema names its properties, all of them, and allows no more.
void check_strict_schema(const Json& schema, const std::string& place, bool needs_all,
                         std::vector<std::string>& faults);

// Names a-z, A-Z, 0-9, _ and -, so many at most.
bool is_tool_name(const std::string& name, std::size_t longest);

}  // namespace abv::cases
