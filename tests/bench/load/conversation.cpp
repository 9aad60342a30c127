#include "tests/bench/load/conversation.hpp"

#include <array>

namespace abv::bench {
namespace {

constexpr std::string_view kAgentPrompt =
    "You are a coding agent that works in the user's repository.\\n\\n# Rules\\n- Read a file "
    "before you change it; quote paths that contain spaces (\\\"my file.txt\\\").\\n- Prefer small "
    "changes, and run the tests after each: `ctest --output-on-failure`.\\n- Never write secrets "
    "into files or logs.\\n- Say what you did and what you did not do.\\n\\n# Environment\\n"
    "\\tOS: Linux\\n\\tShell: /bin/bash\\n\\tDirectory: /home/dev/project\\n\\n# Tone\\nShort and "
    "exact \\u2014 no praise, no emoji. Answer in the user's language.\\n";

constexpr std::string_view kQuestion =
    "The test \\\"keeps the tail\\\" fails since yesterday:\\n\\n```\\nwriter_test.cpp:88: "
    "FAILED:\\n  CHECK( read_all(path) == \\\"a\\\\nb\\\\n\\\" )\\nwith expansion:\\n  "
    "\\\"a\\\\n\\\" == \\\"a\\\\nb\\\\n\\\"\\n```\\n\\nPlease find out why \\u2013 I only changed "
    "the buffer size.";

constexpr std::string_view kFile =
    "     1\\t#include \\\"store/writer.hpp\\\"\\n     2\\t\\n     3\\t#include <algorithm>\\n"
    "     4\\t#include <system_error>\\n     5\\t\\n     6\\tnamespace store {\\n     7\\t\\n"
    "     8\\t// Blocks are written whole; the tail waits in `block_` until flush().\\n"
    "     9\\tstd::error_code Writer::append(std::string_view bytes) {\\n"
    "    10\\t  while (!bytes.empty()) {\\n"
    "    11\\t    const auto room = std::min(bytes.size(), kBlockSize - block_.size());\\n"
    "    12\\t    block_.append(bytes.substr(0, room));\\n"
    "    13\\t    bytes.remove_prefix(room);\\n"
    "    14\\t    if (block_.size() == kBlockSize) {\\n"
    "    15\\t      if (auto error = write_block()) return error;\\n    16\\t    }\\n"
    "    17\\t  }\\n    18\\t  return {};\\n    19\\t}\\n    20\\t\\n"
    "    21\\tstd::error_code Writer::flush() {\\n"
    "    22\\t  if (block_.empty()) return {};\\n"
    "    23\\t  log_.debug(\\\"flush {} bytes to \\\\\\\"{}\\\\\\\"\\\", block_.size(), path_);\\n"
    "    24\\t  return file_.sync();\\n    25\\t}\\n    26\\t\\n    27\\t}  // namespace store\\n";

constexpr std::string_view kAnswer =
    "`flush()` syncs the file but never writes `block_`, so the tail is lost when it is smaller "
    "than a block.\\n\\n1. Call `write_block()` before `sync()`.\\n2. Add a test for a tail of "
    "one byte.\\n\\nWith the old size the test's text filled a block exactly; that hid it.";

constexpr std::array<std::string_view, 4> kToolNames = {"read_file", "run_command", "edit_file",
                                                        "search"};

std::string message(std::string_view before, std::string_view text, std::string_view after) {
  std::string json(before);
  json += text;
  json += after;
  return json;
}

std::string openai_turn(const std::string& id, std::string_view path) {
  return message(R"({"role":"user","content":")", kQuestion, R"("},)") +
         message(
             R"({"role":"assistant","content":null,"tool_calls":[{"id":")", id,
             R"(","type":"function","function":{"name":"read_file","arguments":"{\"path\":\")") +
         message("", path, R"(\",\"limit\":200}"}}]},)") +
         message(R"({"role":"tool","tool_call_id":")", id, R"(","content":")") +
         message("", kFile, R"("},)") +
         message(R"({"role":"assistant","content":")", kAnswer, R"("},)");
}

std::string claude_turn(const std::string& id, std::string_view path) {
  return message(R"({"role":"user","content":[{"type":"text","text":")", kQuestion, R"("}]},)") +
         message(R"({"role":"assistant","content":[{"type":"tool_use","id":")", id,
                 R"(","name":"read_file","input":{"path":")") +
         message("", path, R"(","limit":200}}]},)") +
         message(R"({"role":"user","content":[{"type":"tool_result","tool_use_id":")", id,
                 R"(","content":")") +
         message("", kFile, R"("}]},)") +
         message(R"({"role":"assistant","content":[{"type":"text","text":")", kAnswer, R"("}]},)");
}

std::string gemini_turn(const std::string& id, std::string_view path) {
  return message(R"({"role":"user","parts":[{"text":")", kQuestion, R"("}]},)") +
         message(R"({"role":"model","parts":[{"functionCall":{"id":")", id,
                 R"(","name":"read_file","args":{"path":")") +
         message("", path, R"(","limit":200}}}]},)") +
         message(R"({"role":"user","parts":[{"functionResponse":{"id":")", id,
                 R"(","name":"read_file","response":{"output":")") +
         message("", kFile, R"("}}}]},)") +
         message(R"({"role":"model","parts":[{"text":")", kAnswer, R"("}]},)");
}

}  // namespace

std::string_view agent_prompt() {
  return kAgentPrompt;
}

std::string tool_json(Dialect dialect, std::size_t index) {
  std::string name(kToolNames[index % kToolNames.size()]);
  if (index >= kToolNames.size()) name += '_' + std::to_string(index);
  const std::string described =
      R"("name":")" + name +
      R"(","description":"Works on one file of the project.\nGive the \"path\" from the root.",)";
  const std::string schema =
      R"({"type":"object","properties":{"path":{"type":"string","description":"A path"},)"
      R"("limit":{"type":"integer","minimum":1}},"required":["path"]})";
  if (dialect == Dialect::kOpenai) {
    return R"({"type":"function","function":{)" + described + R"("parameters":)" + schema + "}}";
  }
  if (dialect == Dialect::kClaude) return "{" + described + R"("input_schema":)" + schema + "}";
  return "{" + described + R"("parametersJsonSchema":)" + schema + "}";
}

std::string turn_json(Dialect dialect, std::size_t turn) {
  const std::string number = std::to_string(1'000'000 + turn);
  const std::string path = "src/store/writer_" + std::to_string(turn) + ".cpp";
  if (dialect == Dialect::kOpenai) return openai_turn("call_" + number, path);
  if (dialect == Dialect::kClaude) return claude_turn("toolu_" + number, path);
  return gemini_turn("fc_" + number, path);
}

LastMessage last_message(Dialect dialect) {
  if (dialect == Dialect::kOpenai) {
    return {R"({"role":"user","content":"Apply it, then run the tests. )", R"("}]})"};
  }
  if (dialect == Dialect::kClaude) {
    return {R"({"role":"user","content":[{"type":"text","text":"Apply it, then run the tests. )",
            R"(","cache_control":{"type":"ephemeral"}}]}]})"};
  }
  return {R"({"role":"user","parts":[{"text":"Apply it, then run the tests. )", R"("}]}]})"};
}

std::string filler(std::size_t bytes) {
  constexpr std::string_view kWords = "and keep the change as small as it can be ";
  std::string text;
  text.reserve(bytes + kWords.size());
  while (text.size() < bytes)
    text += kWords;
  text.resize(bytes);
  return text;
}

}  // namespace abv::bench
