#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/event.hpp"
#include "abv/sdk/json.hpp"

namespace abv::openai {

// Reads one choice of a chat answer or of the older completions into events.
class ChatChoiceReader {
 public:
  // `call_prefix` begins the ids of calls that come without.
  ChatChoiceReader(std::uint32_t number, std::uint64_t wanted, std::string_view call_prefix)
      : number_(number), wanted_(wanted), call_prefix_(call_prefix) {}

  // A piece of the choice, or all of it; `message` is its delta or its message.
  void read(const sdk::json::Value& choice, const sdk::json::Value& message, sdk::EventSink& sink);

  std::uint32_t number() const { return number_; }
  bool is_finished() const { return finish_reason_.has_value(); }

  // The answer is over: gives what was held back, and the ends of the calls, which may be sent
  // interleaved.
  void end_calls(sdk::EventSink& sink);
  // STOP.
  void stop(sdk::EventSink& sink);

 private:
  enum class Run : std::uint8_t { kNone, kText, kReasoning, kRefusal };

  struct ToolCall {
    std::int64_t wire_number = 0;
    std::string wire_id;  // empty as long as none came
    std::string name;
    std::string signature;
    std::string arguments;  // held back until it starts; all of them when it has no id
    std::uint32_t part = 0;
    bool is_custom = false;
    bool is_started = false;
  };

  void read_content(const sdk::json::Value& content, sdk::EventSink& sink);
  void read_run(Run run, const sdk::json::Value& text, sdk::EventSink& sink);
  void read_logprobs(const sdk::json::Value& logprobs, sdk::EventSink& sink);
  void read_audio(const sdk::json::Value& audio, sdk::EventSink& sink);
  void read_image(const sdk::json::Value& image, sdk::EventSink& sink);
  void read_annotation(const sdk::json::Value& annotation, sdk::EventSink& sink);
  void read_call(std::int64_t wire_number, const sdk::json::Value& call, sdk::EventSink& sink);
  void add_to_call(ToolCall& call, const sdk::json::Value& body, std::string_view arguments,
                   sdk::EventSink& sink);
  ToolCall& call_of(std::int64_t wire_number, const std::string& id, const std::string& name);
  void start_call(ToolCall& call, sdk::EventSink& sink);

  bool wants(std::uint32_t kind) const { return (wanted_ & ABV_EVENT_BIT(kind)) != 0; }
  void give(std::uint32_t kind, std::uint32_t part, std::string_view text, sdk::EventSink& sink);
  void give_raw(std::uint32_t kind, std::uint32_t part, std::string_view raw, sdk::EventSink& sink);
  void emit(abv_event event, sdk::EventSink& sink);

  const std::uint32_t number_;
  const std::uint64_t wanted_;
  const std::string call_prefix_;
  Run run_ = Run::kNone;  // text and reasoning that follow each other are parts of their own
  std::uint32_t next_part_ = 0;
  // The last of their kinds.
  std::optional<std::uint32_t> text_part_, refusal_part_, audio_part_;
  std::vector<ToolCall> calls_;
  std::optional<std::string> finish_reason_;
  std::string scratch_;
};

}  // namespace abv::openai
