#include "host/lane/history.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace abv::lane {
namespace {

namespace chat = sdk::chat;

std::string path_of(std::size_t message, std::size_t part) {
  return "/messages/" + std::to_string(message) + "/parts/" + std::to_string(part);
}

// The messages up to the next one of the assistant answer a turn's calls.
std::size_t end_of_answers(const chat::Request& request, std::size_t turn) {
  std::size_t end = turn + 1;
  while (end < request.messages.size() && request.messages[end].role != chat::Role::kAssistant) {
    ++end;
  }
  return end;
}

chat::Part missing_result(const chat::Part& call, chat::Request& request) {
  chat::Part said;
  said.text = request.quote("The result of this call is missing.");
  chat::Part result;
  result.kind = chat::PartKind::kToolResult;
  result.id = call.id;
  result.name = call.name;
  result.is_error = true;
  result.content.push_back(std::move(said));
  return result;
}

std::size_t add_missing_results(chat::Request& request, plugin::LossSink& losses) {
  std::size_t added = 0;
  for (std::size_t turn = 0; turn < request.messages.size(); ++turn) {
    const std::size_t end = end_of_answers(request, turn);
    if (request.messages[turn].role != chat::Role::kAssistant || end == turn + 1) {
      continue;
    }
    std::unordered_set<std::string> answered;
    for (std::size_t i = turn + 1; i < end; ++i) {
      for (const chat::Part& part : request.messages[i].parts) {
        if (part.kind == chat::PartKind::kToolResult) {
          answered.insert(part.id);
        }
      }
    }
    std::vector<chat::Part> missing;
    for (std::size_t i = 0; i < request.messages[turn].parts.size(); ++i) {
      const chat::Part& part = request.messages[turn].parts[i];
      if (part.kind == chat::PartKind::kToolCall && !answered.contains(part.id)) {
        losses.lost(path_of(turn, i), "approximated",
                    "its result was missing; one that says so was added");
        missing.push_back(missing_result(part, request));
      }
    }
    added += missing.size();
    std::vector<chat::Part>& next = request.messages[turn + 1].parts;
    next.insert(next.begin(), std::make_move_iterator(missing.begin()),
                std::make_move_iterator(missing.end()));
  }
  return added;
}

std::size_t drop_orphan_results(chat::Request& request, plugin::LossSink& losses) {
  std::size_t dropped = 0;
  std::unordered_set<std::string> open;
  for (std::size_t turn = 0; turn < request.messages.size(); ++turn) {
    std::vector<chat::Part>& parts = request.messages[turn].parts;
    if (request.messages[turn].role == chat::Role::kAssistant) {
      open.clear();
      for (const chat::Part& part : parts) {
        if (part.kind == chat::PartKind::kToolCall) {
          open.insert(part.id);
        }
      }
      continue;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].kind == chat::PartKind::kToolResult && !open.contains(parts[i].id)) {
        losses.lost(path_of(turn, i), "dropped",
                    "the result of a call that is not in the turn before");
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i--));
        ++dropped;
      }
    }
  }
  std::erase_if(request.messages, [](const chat::Message& message) {
    return message.parts.empty() && message.role == chat::Role::kUser;
  });
  return dropped;
}

}  // namespace

std::size_t recover_tool_loop(chat::Request& request, plugin::LossSink& losses) {
  const std::size_t dropped = drop_orphan_results(request, losses);
  return dropped + add_missing_results(request, losses);
}

std::size_t drop_other_models(chat::Request& request, std::string_view family,
                              std::string_view model, plugin::LossSink& losses) {
  std::size_t dropped = 0;
  for (std::size_t turn = 0; turn < request.messages.size(); ++turn) {
    std::vector<chat::Part>& parts = request.messages[turn].parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      chat::Part& part = parts[i];
      if (part.origin != family || part.origin_model.empty() || part.origin_model == model) {
        continue;
      }
      losses.lost(path_of(turn, i), "dropped",
                  "its signature is of the model \"" + part.origin_model + "\"");
      part.signature.clear();
      part.redacted.clear();
      part.origin.clear();
      ++dropped;
    }
  }
  return dropped;
}

}  // namespace abv::lane
