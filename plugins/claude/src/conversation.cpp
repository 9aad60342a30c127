#include "conversation.hpp"

#include <algorithm>
#include <utility>

#include "json_text.hpp"
#include "media_writer.hpp"
#include "words.hpp"

namespace abv::claude {

using chat::Part;
using chat::PartKind;
using chat::Role;

namespace {

constexpr std::size_t kLongestId = 64;

bool begins_with_thinking(const Turn& turn) {
  if (turn.parts.empty()) return false;
  const Placed& first = turn.parts.front();
  return first.part->kind == PartKind::kReasoning || first.brings_thinking;
}

}  // namespace

std::string_view why_not(const Part& part, Role role) {
  const bool is_words = part.kind == PartKind::kText || part.kind == PartKind::kRefusal ||
                        part.kind == PartKind::kOpaque;
  const bool is_prompt = role == Role::kSystem || role == Role::kDeveloper;
  if (is_prompt && !is_words) return "a system prompt holds text alone";
  switch (part.kind) {
    case PartKind::kReasoning:
      if (part.origin == kFamily && !(part.signature.empty() && part.redacted.empty())) return {};
      return "Anthropic takes back its own signed thinking alone";
    case PartKind::kOpaque:
      return part.dialect == kDialect ? std::string_view()
                                      : "only another dialect has a form for it";
    case PartKind::kToolCall:
      return role == Role::kAssistant ? std::string_view() : "only the assistant calls tools";
    case PartKind::kToolResult:
      return role == Role::kAssistant ? "results of tools are the user's" : std::string_view();
    case PartKind::kImage:
    case PartKind::kAudio:
    case PartKind::kFile:
      if (role == Role::kAssistant) return "the assistant's turns hold no media";
      return why_no_media(part);
    default:
      return {};
  }
}

bool is_blank(const Part& part) {
  const bool is_text = part.kind == PartKind::kText || part.kind == PartKind::kRefusal;
  return is_text && is_blank_text(part.text);
}

std::string path_of_message(std::size_t message) {
  return "/messages/" + std::to_string(message);
}

std::string path_of(const Placed& placed) {
  std::string path;
  path.reserve(40);
  path.append("/messages/").append(std::to_string(placed.message));
  path.append("/parts/").append(std::to_string(placed.index));
  return path;
}

Conversation::Conversation(const chat::Request& request, const ModelTraits& traits,
                           sdk::LossSink& losses)
    : request_(request), traits_(traits), losses_(losses) {
  turns_.reserve(request.messages.size());
  for (std::size_t message = 0; message < request.messages.size(); ++message)
    add(message);
  place_waiting();
  answer_open_calls();
  begin_with_user();
}

bool Conversation::is_prefilled() const {
  return turns_.back().role == Role::kAssistant;
}

bool Conversation::calls_without_thinking() const {
  // From the last turn back over all rounds of tools: they are one turn to the API, and it wants
  // thinking at the start of that or of its last part.
  const Turn* last = nullptr;
  const Turn* first = nullptr;
  for (auto turn = turns_.rbegin(); turn != turns_.rend(); ++turn) {
    if (turn->role == Role::kUser && turn->results.empty()) break;
    if (turn->role != Role::kAssistant) continue;
    first = &*turn;
    if (last == nullptr) last = first;
  }
  if (first == nullptr || is_prefilled()) return false;
  return !begins_with_thinking(*first) && !begins_with_thinking(*last);
}

void Conversation::add(std::size_t message) {
  const chat::Message& source = request_.messages[message];
  if (!source.name.empty()) {
    losses_.dropped(path_of_message(message) + "/name", "speakers have no names here");
  }
  if (!source.extras.empty()) {
    chat::report_foreign(source.extras, kDialect, path_of_message(message), losses_);
  }
  switch (source.role) {
    case Role::kUser:
      return add_user(message);
    case Role::kAssistant:
      return add_assistant(message);
    default:
      return add_system(message);
  }
}

void Conversation::add_system(std::size_t message) {
  if (!has_begun_) {
    auto parts = admit(message);
    std::move(parts.begin(), parts.end(), std::back_inserter(system_));
  } else if (traits_.takes_system_messages) {
    waiting_.push_back({message});
  } else {
    lift(message);
  }
}

void Conversation::add_user(std::size_t message) {
  has_begun_ = true;
  for (Placed& placed : admit(message)) {
    if (placed.part->kind == PartKind::kToolResult) {
      add_result(std::move(placed));
    } else {
      turn_of(Role::kUser, message).parts.push_back(std::move(placed));
    }
  }
  for (Waiting& system : waiting_)
    system.has_moved = true;
}

void Conversation::add_assistant(std::size_t message) {
  has_begun_ = true;
  auto parts = admit(message);
  if (parts.empty()) return;
  place_waiting();
  for (Placed& placed : parts) {
    Turn& turn = turn_of(Role::kAssistant, message);
    if (placed.part->kind == PartKind::kToolCall) {
      placed.id = sent_id(placed.part->id);
      open_calls_[placed.part->id].push_back({turns_.size() - 1, placed.id});
      unanswered_.insert(placed.id);
    }
    turn.parts.push_back(std::move(placed));
  }
}

void Conversation::add_result(Placed placed) {
  const auto found = open_calls_.find(placed.part->id);
  if (found == open_calls_.end() || found->second.empty()) {
    const auto& content = placed.part->content;
    const auto says_something = [](const Part& part) {
      return !is_blank(part) && why_not(part, Role::kUser).empty();
    };
    if (std::none_of(content.begin(), content.end(), says_something)) {
      return losses_.dropped(path_of(placed), "a result without a call and without content");
    }
    // The API refuses a result without its call; what it says is still worth reading.
    losses_.approximated(path_of(placed), "a result without a call is sent as text");
    turn_of(Role::kUser, placed.message).parts.push_back(std::move(placed));
    return;
  }
  const OpenCall call = std::move(found->second.front());
  found->second.pop_front();
  unanswered_.erase(call.id);
  placed.id = call.id;
  // Behind a turn with an open call there is nothing, or the user's turn.
  if (call.turn + 1 == turns_.size()) turns_.emplace_back().messages.push_back(placed.message);
  Turn& answer = turns_[call.turn + 1];
  if (&answer != &turns_.back()) {
    losses_.approximated(path_of(placed), "a result stands in the turn after its call");
  }
  answer.results.push_back(std::move(placed));
}

// Puts system prompts behind the user's turn that is now over.
void Conversation::place_waiting() {
  if (waiting_.empty()) return;
  const auto is_call = [](const Placed& placed) {
    return placed.part->kind == PartKind::kToolCall;
  };
  const auto ends_in_server_tool = [&](const Turn& turn) {
    return turn.role == Role::kAssistant && turn.parts.back().part->kind == PartKind::kOpaque &&
           std::none_of(turn.parts.begin(), turn.parts.end(), is_call);
  };
  const bool can_stay =
      !turns_.empty() && (turns_.back().role == Role::kUser || ends_in_server_tool(turns_.back()));
  if (can_stay) {
    Turn turn;
    turn.role = Role::kSystem;
    for (const Waiting& system : waiting_) {
      if (system.has_moved) {
        losses_.approximated(path_of_message(system.message),
                             "a system prompt stands at the end of the user's turn");
      }
      auto parts = admit(system.message);
      std::move(parts.begin(), parts.end(), std::back_inserter(turn.parts));
      turn.messages.push_back(system.message);
    }
    const auto& first = request_.messages[waiting_.front().message];
    if (!turn.parts.empty() || !first.extras.empty()) turns_.push_back(std::move(turn));
  } else {
    for (const Waiting& system : waiting_)
      lift(system.message);
  }
  waiting_.clear();
}

void Conversation::lift(std::size_t message) {
  auto parts = admit(message);
  if (!parts.empty()) {
    losses_.approximated(path_of_message(message), "the system prompt stands first");
  }
  for (const chat::Extra& extra : request_.messages[message].extras) {
    if (extra.dialect != kDialect) continue;
    losses_.dropped(path_of_message(message) + "/" + extra.key, "the system prompt stands first");
  }
  std::move(parts.begin(), parts.end(), std::back_inserter(system_));
}

// A call that was never answered (interrupted, or cut out of the history) is refused by the API.
void Conversation::answer_open_calls() {
  if (unanswered_.empty()) return;
  std::vector<Turn> turns;
  turns.reserve(turns_.size() + 1);
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    turns.push_back(std::move(turns_[i]));
    if (turns.back().role != Role::kAssistant) continue;
    std::vector<Placed> invented;
    for (const Placed& placed : turns.back().parts) {
      if (placed.part->kind != PartKind::kToolCall) continue;
      if (!unanswered_.contains(placed.id)) continue;
      losses_.defaulted(path_of(placed), "a call without a result gets one that says so");
      invented.push_back({nullptr, placed.message, placed.index, placed.id});
    }
    if (invented.empty()) continue;
    if (i + 1 == turns_.size() || turns_[i + 1].role != Role::kUser) {
      turns.emplace_back().results = std::move(invented);
    } else {
      std::move(invented.begin(), invented.end(), std::back_inserter(turns_[i + 1].results));
    }
  }
  turns_ = std::move(turns);
}

void Conversation::begin_with_user() {
  if (!turns_.empty() && turns_.front().role == Role::kUser) return;
  losses_.defaulted("/messages", "the API wants a message of the user first");
  Turn turn;
  turn.messages = {};
  turns_.insert(turns_.begin(), std::move(turn));
}

Turn& Conversation::turn_of(Role role, std::size_t message) {
  if (turns_.empty() || turns_.back().role != role) turns_.emplace_back().role = role;
  Turn& turn = turns_.back();
  if (turn.messages.empty() || turn.messages.back() != message) turn.messages.push_back(message);
  return turn;
}

// The parts of a message that can be sent; reports the others.
std::vector<Placed> Conversation::admit(std::size_t message) {
  const auto& parts = request_.messages[message].parts;
  const Role role = request_.messages[message].role;
  std::vector<Placed> admitted;
  admitted.reserve(parts.size());
  bool has_thinking = false;
  for (std::size_t index = 0; index < parts.size(); ++index) {
    const Placed placed{&parts[index], message, index};
    if (is_blank(parts[index])) {
      // The API refuses it, and it says nothing; but a cache mark is something.
      if (parts[index].cache.empty()) continue;
      losses_.dropped(path_of(placed) + "/cache", "an empty text holds no cache mark");
    } else if (const auto reason = why_not(parts[index], role); !reason.empty()) {
      losses_.dropped(path_of(placed), reason);
    } else {
      admitted.push_back(placed);
      const bool is_signed = !parts[index].signature.empty() && parts[index].origin == kFamily;
      const bool is_call = parts[index].kind == PartKind::kToolCall && role == Role::kAssistant;
      admitted.back().brings_thinking = is_call && is_signed && !has_thinking;
      has_thinking = has_thinking || parts[index].kind == PartKind::kReasoning ||
                     admitted.back().brings_thinking;
    }
  }
  return admitted;
}

// The id of a call in Anthropic's letters, different from that of every other call.
std::string Conversation::sent_id(const std::string& id) {
  std::string sent = chat::tool_id(id, kLongestId);
  if (sent_ids_.insert(sent).second) return sent;
  // Where the last one of this id ended, for histories in which all have the same.
  std::size_t& n = repeats_.try_emplace(id, 2).first->second;
  do {
    sent = chat::tool_id(id + "_" + std::to_string(n++), kLongestId);
  } while (!sent_ids_.insert(sent).second);
  return sent;
}

}  // namespace abv::claude
