#include "api_rules.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "abv/sdk/json.hpp"

namespace abv::tests {
namespace {

using sdk::json::Value;

struct Checker {
  std::vector<std::string> broken;
  std::set<std::string> ids;   // of all calls
  std::set<std::string> open;  // of the turn before
  std::size_t index = 0;

  void complain(const std::string& rule) {
    broken.push_back("messages." + std::to_string(index) + ": " + rule);
  }

  void check_block(const Value& block, const std::string& role) {
    const auto type = block["type"].as_string();
    const auto id = block[type == "tool_use" ? "id" : "tool_use_id"].as_string();
    if (type == "text" && block["text"].as_string().find_first_not_of(" \n\t") == std::string::npos)
      complain("text content blocks must be non-empty");
    if (type == "tool_use") {
      if (role != "assistant") complain("a call outside the assistant's turn");
      if (!ids.insert(id).second) complain("tool_use ids must be unique");
      if (id.empty() || id.size() > 64) complain("tool_use ids have 1 to 64 letters");
      if (!block["input"].is_object()) complain("input must be an object");
    }
    if (type == "tool_result" && role != "user") complain("a result outside the user's turn");
  }

  void check_results(const Value& content) {
    std::set<std::string> given;
    bool is_over = false;
    for (const auto& block : content.items()) {
      if (block["type"].as_string() != "tool_result") {
        is_over = true;
        continue;
      }
      const auto id = block["tool_use_id"].as_string();
      if (is_over) complain("results come first");
      if (!given.insert(id).second) complain("each call must have a single result");
      if (open.erase(id) == 0) complain("unexpected tool_use_id " + id);
    }
    if (!open.empty()) complain("calls without results in the next message");
  }

  void check(const Value& message, const std::string& before, bool is_last) {
    const auto role = message["role"].as_string();
    const auto content = message["content"];
    if (index == 0 && role != "user") complain("first message must use the user role");
    if (role == before) complain("roles must alternate");
    if (role == "system" && before != "user") complain("system must follow the user");
    if (before == "system" && role != "assistant") complain("system must precede the assistant");
    if (content.is_string() ? content.as_string().empty() : content.size() == 0)
      complain("content must not be empty");
    if (role == "user") check_results(content);
    for (const auto& block : content.items())
      check_block(block, role);
    if (role != "assistant") return;
    open.clear();
    for (const auto& block : content.items())
      if (block["type"].as_string() == "tool_use") open.insert(block["id"].as_string());
    if (is_last && !open.empty()) complain("the last message has calls without results");
  }
};

std::string random_part(std::mt19937& random, bool is_assistant) {
  const std::string id = "call" + std::to_string(random() % 4);
  switch (random() % (is_assistant ? 5 : 4)) {
    case 0:
      return R"({"type":"text","text":""})";
    case 1:
      return R"({"type":"text","text":"words \n"})";
    case 2:
      if (is_assistant) {
        return R"({"type":"tool_call","id":")" + id + R"(","name":"f","arguments":{}})";
      }
      return R"({"type":"tool_result","id":")" + id +
             R"(","content":[{"type":"text","text":"result"}]})";
    case 3:
      if (is_assistant) return R"({"type":"reasoning","text":"unsigned"})";
      return R"({"type":"image","data":"R0lGODlh"})";
    default:
      return R"({"type":"reasoning","text":"signed","origin":"claude","signature":"s"})";
  }
}

}  // namespace

std::vector<std::string> broken_rules(std::string_view body) {
  const auto request = sdk::json::parse(body);
  if (!request) return {"no JSON"};
  const auto messages = (*request)["messages"];
  if (messages.size() == 0) return {"messages: at least one message is required"};
  Checker checker;
  std::string before;
  for (const auto& message : messages.items()) {
    checker.check(message, before, checker.index + 1 == messages.size());
    before = message["role"].as_string();
    ++checker.index;
  }
  return checker.broken;
}

std::string random_messages(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string messages;
  for (auto count = 1 + random() % 12; count > 0; --count) {
    const auto choice = random() % 7;
    const bool is_assistant = choice < 3;
    const char* role = is_assistant ? "assistant" : choice < 6 ? "user" : "system";
    std::string parts;
    for (auto left = random() % 4; left > 0; --left) {
      parts += parts.empty() ? "" : ",";
      parts += choice == 6 ? R"({"type":"text","text":"rule"})" : random_part(random, is_assistant);
    }
    messages += messages.empty() ? "" : ",";
    messages += std::string(R"({"role":")") + role + R"(","parts":[)" + parts + "]}";
  }
  return "[" + messages + "]";
}

}  // namespace abv::tests
