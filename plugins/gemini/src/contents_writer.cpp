#include "contents_writer.hpp"

#include <algorithm>
#include <utility>

#include "abv/sdk/chat_json.hpp"
#include "names.hpp"

namespace abv::gemini {

namespace json = sdk::json;
namespace chat = sdk::chat;
using chat::Message;
using chat::Part;
using chat::PartKind;
using chat::Role;

namespace {

bool is_own(const chat::Extra& extra) {
  return extra.dialect == kDialect;
}

bool has_own_extras(const Message& message) {
  return std::any_of(message.extras.begin(), message.extras.end(), is_own);
}

}  // namespace

ContentsWriter::ContentsWriter(const chat::Request& request, const ModelTraits& model,
                               sdk::LossSink& losses)
    : losses_(losses), parts_(model, losses) {
  parts_.reserve(chat::size_hint(request));
  turns_.reserve(request.messages.size());
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const Message& message = request.messages[i];
    if (!message.extras.empty() || !message.name.empty()) report(message, i);
    const bool is_system = message.role == Role::kSystem || message.role == Role::kDeveloper;
    is_system ? add_system(message, i) : add_message(message, i);
  }
  answer_all();
  lead_with_user();
}

void ContentsWriter::report(const Message& message, std::size_t number) {
  const std::string place = "/messages/" + std::to_string(number);
  chat::report_foreign(message.extras, kDialect, place, losses_);
  if (!message.name.empty()) losses_.dropped(place + "/name", "the upstream has no such name");
}

void ContentsWriter::add_system(const Message& message, std::size_t number) {
  if (last_ != nullptr) {
    losses_.approximated("/messages/" + std::to_string(number),
                         "it stands with the system prompt, before all turns");
  }
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    parts_.set_place(number, i);
    if (part.kind != PartKind::kText) {
      losses_.dropped(parts_.place(), "the system prompt takes text only");
      continue;
    }
    if (const Span span = parts_.write(part); !span.is_empty()) system_.push_back(span);
  }
}

void ContentsWriter::add_message(const Message& message, std::size_t number) {
  last_ = &message;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    parts_.set_place(number, i);
    add_part(message, i);
  }
}

void ContentsWriter::add_part(const Message& message, std::size_t index) {
  const Part& part = message.parts[index];
  if (part.kind == PartKind::kToolResult) {
    turn(message);
    return add_result(part);
  }
  if (part.kind == PartKind::kToolCall) {
    // Clients of other dialects carry a call's signature in a part of reasoning before it.
    const auto carries = [](const Part& before) {
      return before.kind == PartKind::kReasoning && chat::is_blank(before.text) &&
             before.origin == "gemini";
    };
    const bool is_carried =
        index > 0 && part.signature.empty() && carries(message.parts[index - 1]);
    Turn& model = turn(message);
    const auto signature = parts_.own_signature(is_carried ? message.parts[index - 1] : part);
    const Span span = parts_.write_call(part, signature, model.calls.empty());
    model.parts.push_back(span);
    model.calls.push_back(calls_.size());
    open_[part.id] = calls_.size();
    calls_.push_back({part.id, part.name, parts_.place(), turns_.size() - 1, {}, {}, false});
    return;
  }
  const bool is_next_signed = index + 1 < message.parts.size() &&
                              message.parts[index + 1].kind == PartKind::kToolCall &&
                              message.parts[index + 1].signature.empty();
  const bool goes_to_call = part.kind == PartKind::kReasoning && chat::is_blank(part.text) &&
                            part.origin == "gemini" && is_next_signed;
  if (goes_to_call) return;
  if (const Span span = parts_.write(part); !span.is_empty()) turn(message).parts.push_back(span);
}

void ContentsWriter::add_result(const Part& part) {
  const auto found = open_.find(part.id);
  if (found == open_.end()) {
    const Span span = parts_.write_stray_result(part);
    if (!span.is_empty()) turns_.back().parts.push_back(span);
    return;
  }
  Call& call = calls_[found->second];
  open_.erase(found);
  if (call.turn + 2 != turns_.size()) {
    losses_.approximated(parts_.place(), "it stands right after its call");
  }
  call.is_answered = true;
  call.response = parts_.write_result(part, call.name, call.media);
}

// The turn that a part of `message` goes to: the last one, or a new one.
ContentsWriter::Turn& ContentsWriter::turn(const Message& message) {
  const bool is_model = message.role == Role::kAssistant;
  const bool is_apart = has_own_extras(message);
  if (!turns_.empty()) {
    Turn& open = turns_.back();
    const bool goes_on = is_apart ? open.message == &message : open.message == nullptr;
    if (open.is_model == is_model && goes_on) return open;
  }
  turns_.push_back({is_model, is_apart ? &message : nullptr, {}, {}});
  return turns_.back();
}

// Every call needs a response, the last ones as well.
void ContentsWriter::answer_all() {
  for (Call& call : calls_) {
    if (call.is_answered) continue;
    losses_.defaulted(call.path, "the upstream wants a result of every call");
    call.response = parts_.write_unanswered(call.id, call.name);
  }
}

// A conversation begins with the user.
void ContentsWriter::lead_with_user() {
  if (turns_.empty()) {
    losses_.approximated("/messages", "the system prompt stands as the user's turn");
    turns_.push_back({false, nullptr, std::exchange(system_, {}), {}});
    if (turns_.back().parts.empty()) turns_.back().parts.push_back(parts_.write_text(" "));
  } else if (!turns_.front().calls.empty()) {
    losses_.defaulted("/messages", "the upstream wants a user's turn before a call");
    turns_.insert(turns_.begin(), {false, nullptr, {parts_.write_text(" ")}, {}});
  }
}

void ContentsWriter::write_system(json::Writer& out) const {
  out.begin_object().member("role", "user").key("parts").begin_array();
  for (const Span& span : system_)
    out.raw(parts_.text_of(span));
  out.end_array().end_object();
}

void ContentsWriter::write_contents(json::Writer& out) const {
  out.begin_array();
  const Turn* calling = nullptr;  // the turn before, when it has calls
  for (const Turn& turn : turns_) {
    if (calling != nullptr && turn.is_model) write_turn({}, calling, out);
    write_turn(turn, turn.is_model ? nullptr : calling, out);
    calling = turn.calls.empty() ? nullptr : &turn;
  }
  if (calling != nullptr) write_turn({}, calling, out);
  out.end_array();
}

// Responses to the calls of `calling` come first.
void ContentsWriter::write_turn(const Turn& turn, const Turn* calling, json::Writer& out) const {
  if (turn.parts.empty() && calling == nullptr) return;
  out.begin_object();
  write_role(turn, out);
  out.key("parts").begin_array();
  if (calling != nullptr) write_responses(*calling, out);
  for (const Span& span : turn.parts)
    out.raw(parts_.text_of(span));
  out.end_array().end_object();
}

void ContentsWriter::write_role(const Turn& turn, json::Writer& out) const {
  bool has_role = false;
  if (turn.message != nullptr) {
    for (const chat::Extra& extra : turn.message->extras) {
      if (!is_own(extra)) continue;
      has_role = has_role || extra.key == "role";
      out.key(extra.key).raw(extra.value);
    }
  }
  if (!has_role) out.member("role", turn.is_model ? "model" : "user");
}

void ContentsWriter::write_responses(const Turn& turn, json::Writer& out) const {
  for (const std::size_t call : turn.calls)
    out.raw(parts_.text_of(calls_[call].response));
  for (const std::size_t call : turn.calls) {
    for (const Span& span : calls_[call].media)
      out.raw(parts_.text_of(span));
  }
}

}  // namespace abv::gemini
