#include <map>
#include <set>

#include "tests/cases/client_streams.hpp"

namespace abv::cases {
namespace {

void append(Json& text, const Json& piece) {
  if (piece.is_text()) text = text.text() + piece.text();
}

// Chunks of chat completions, and those of the older completions, which have `text` instead of
// `delta`.
class ChatStream {
 public:
  ChatStream(const Shapes& shapes, bool wants_usage, bool is_old)
      : shapes_(shapes), wants_usage_(wants_usage), is_old_(is_old) {
    whole_.field("object") = is_old ? "text_completion" : "chat.completion";
    whole_.field("choices") = Json::List();
  }

  Assembled read(const std::vector<Frame>& frames) {
    if (frames.empty() || frames.back().data != "[DONE]") fault("the last frame is not [DONE]");
    for (const Frame& frame : frames) {
      if (!frame.event.empty()) fault("an event line: " + frame.event);
      if (frame.data == "[DONE]") {
        if (&frame != &frames.back()) fault("[DONE] before the end");
        continue;
      }
      take(Json::parse(frame.data));
    }
    if (finished_.size() != whole_["choices"].size()) fault("a choice without finish_reason");
    if (whole_["choices"].size() == 0) fault("no choice at all");
    if (wants_usage_ != whole_.has("usage")) fault("usage is sent when it is asked for, else not");
    return {whole_, faults_};
  }

 private:
  void fault(const std::string& text) { faults_.push_back(text); }

  void take(const Json& chunk) {
    for (const std::string& one : shapes_.faults(is_old_ ? "CompletionFrame" : "Frame", chunk))
      fault(one);
    for (const char* name : {"id", "created", "model"}) {
      if (whole_.has(name) && whole_[name] != chunk[name]) fault(std::string(name) + " changes");
      whole_.field(name) = chunk[name];
    }
    if (whole_.has("usage")) fault("a chunk after the one with usage");
    if (chunk["usage"].is_object()) {
      if (chunk["choices"].size() > 0) fault("usage in a chunk with choices");
      if (finished_.size() != whole_["choices"].size()) fault("usage before the end of a choice");
      whole_.field("usage") = chunk["usage"];
      return;
    }
    if (chunk["choices"].size() == 0) fault("a chunk without choices or usage");
    for (const Json& choice : chunk["choices"].list())
      take_choice(choice);
  }

  Json& choice_of(const Json& index) {
    const auto place = static_cast<std::size_t>(index.number());
    Json& choices = whole_.field("choices");
    if (place > choices.size()) fault("a choice is left out");
    if (place >= choices.size()) {
      choices.items().resize(place + 1);
      choices.items()[place] = Json::Members{{"index", index}};
    }
    return choices.items()[place];
  }

  void take_choice(const Json& choice) {
    Json& whole = choice_of(choice["index"]);
    const int index = static_cast<int>(choice["index"].number());
    if (finished_.count(index) > 0) fault("a choice goes on after its finish_reason");
    if (is_old_) {
      append(whole.field("text"), choice["text"]);
    } else {
      take_delta(index, choice["delta"], whole.field("message"));
    }
    for (const char* name : {"content", "refusal"}) {
      for (const Json& token : choice["logprobs"][name].list())
        whole.field("logprobs").field(name).add(token);
    }
    if (is_old_) take_old_logprobs(choice["logprobs"], whole.field("logprobs"));
    if (!choice["finish_reason"].is_text()) return;
    finished_.insert(index);
    whole.field("finish_reason") = choice["finish_reason"];
  }

  // Lists beside each other, one entry a token.
  static void take_old_logprobs(const Json& logprobs, Json& whole) {
    for (const auto& [name, list] : logprobs.members()) {
      for (const Json& entry : list.list())
        whole.field(name).add(entry);
    }
  }

  void take_delta(int index, const Json& delta, Json& message) {
    const bool is_first = begun_.insert(index).second;
    if (is_first && delta["role"].text() != "assistant") fault("the first delta has no role");
    if (!is_first && delta.has("role")) fault("a role in a later delta");
    if (is_first) {
      message.field("role") = "assistant";
      message.field("content") = Json();
    }
    for (const char* name : {"content", "refusal", "reasoning_content"}) {
      if (delta[name].is_text()) append(message.field(name), delta[name]);
    }
    if (message["content"] == Json("") && message.has("tool_calls")) {
      message.field("content") = Json();
    }
    for (const char* name : {"annotations", "images"}) {
      for (const Json& item : delta[name].list())
        message.field(name).add(item);
    }
    for (const auto& [name, value] : delta["audio"].members()) {
      const bool is_piece = name == "data" || name == "transcript";
      Json& whole = message.field("audio").field(name);
      is_piece ? append(whole, value) : whole.merge(value);
    }
    for (const Json& call : delta["tool_calls"].list())
      take_call(call, message);
  }

  void take_call(const Json& delta, Json& message) {
    Json& calls = message.field("tool_calls");
    const auto place = static_cast<std::size_t>(delta["index"].number());
    const bool is_new = place >= calls.size();
    if (place > calls.size()) fault("an index of tool_calls is left out");
    const std::string kind = is_new ? delta["type"].text() : calls[place]["type"].text();
    if (is_new && (delta["id"].text().empty() || delta[kind]["name"].text().empty())) {
      fault("a tool call begins without id, type or name");
    }
    if (!is_new && (delta.has("id") || delta[kind].has("name"))) {
      fault("a tool call is named twice");
    }
    if (is_new) {
      calls.items().resize(place + 1);
      calls.items()[place] = delta;
      calls.items()[place].remove("index");
      return;
    }
    const char* long_field = kind == "custom" ? "input" : "arguments";
    append(calls.items()[place].field(kind).field(long_field), delta[kind][long_field]);
  }

  const Shapes& shapes_;
  const bool wants_usage_;
  const bool is_old_;
  Json whole_;
  std::set<int> begun_, finished_;
  std::vector<std::string> faults_;
};

}  // namespace

Assembled assemble_chat(const std::vector<Frame>& frames, const Shapes& shapes, bool wants_usage) {
  return ChatStream(shapes, wants_usage, false).read(frames);
}

Assembled assemble_completions(const std::vector<Frame>& frames, const Shapes& shapes,
                               bool wants_usage) {
  return ChatStream(shapes, wants_usage, true).read(frames);
}

}  // namespace abv::cases
