#include "script.hpp"

#include <charconv>
#include <optional>

#include "abv/sdk/failure.hpp"
#include "abv/sdk/json.hpp"

namespace echo {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::int64_t kMostPieces = 100'000;

// What follows `word` at the start of `text`, or nothing.
std::optional<std::string_view> after(std::string_view text, std::string_view word) {
  if (text.substr(0, word.size()) != word) return std::nullopt;
  return text.substr(word.size());
}

std::string_view without_space(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

CallTool read_call(std::string_view rest) {
  const auto name_end = rest.find_first_of(kSpace);
  const auto name = rest.substr(0, name_end);
  const auto arguments = name_end == std::string_view::npos ? std::string_view()
                                                            : without_space(rest.substr(name_end));
  if (arguments.empty()) return {std::string(name), "{}"};
  const auto parsed = abv::sdk::json::parse(arguments);
  if (!parsed || !parsed->is_object()) {
    throw abv::sdk::Failure{400, "invalid_request_error",
                            "call:" + std::string(name) + ": the arguments are not a JSON object"};
  }
  return {std::string(name), std::string(arguments)};
}

std::optional<FailWith> read_fail(std::string_view rest) {
  const auto status_end = rest.find_first_of(kSpace);
  const auto status = whole_number(rest.substr(0, status_end));
  if (!status || *status < 400 || *status > 599) return std::nullopt;
  std::string message = "echo was asked to fail with " + std::to_string(*status);
  if (status_end != std::string_view::npos && !without_space(rest.substr(status_end)).empty()) {
    message = without_space(rest.substr(status_end));
  }
  return FailWith{static_cast<int>(*status), message};
}

}  // namespace

Script read_script(const Prompt& prompt) {
  if (prompt.ends_with_tool_result) return Say{prompt.tool_result};
  const std::string_view text = without_space(prompt.text);
  if (const auto rest = after(text, "call:"); rest && prompt.has_tools) {
    if (rest->find_first_of(kSpace) != 0 && !rest->empty()) return read_call(*rest);
  }
  if (const auto rest = after(text, "fail:")) {
    if (const auto fail = read_fail(*rest)) return *fail;
  }
  if (const auto rest = after(text, "cut:")) {
    const auto pieces = whole_number(rest->substr(0, rest->find_first_of(kSpace)));
    if (pieces && *pieces >= 0 && *pieces <= kMostPieces) return CutAfter{*pieces};
  }
  return Say{prompt.text};
}

std::vector<std::string_view> split_pieces(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const auto word_start = text.find_first_not_of(kSpace);
    const auto word_end = text.find_first_of(kSpace, word_start);
    const auto next = text.find_first_not_of(kSpace, word_end);
    pieces.push_back(text.substr(0, next));
    if (next == std::string_view::npos) break;
    text.remove_prefix(next);
  }
  return pieces;
}

}  // namespace echo
