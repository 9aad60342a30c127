// Events, as they are read, made and passed on.
#pragma once

#include <cstdint>
#include <new>
#include <string>
#include <string_view>

#include "abv/abi/event.h"
#include "abv/sdk/failure.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {

enum class StopReason : std::int64_t {
  kEnd = ABV_STOP_END,
  kLength = ABV_STOP_LENGTH,
  kTool = ABV_STOP_TOOL,
  kSequence = ABV_STOP_SEQUENCE,
  kRefusal = ABV_STOP_REFUSAL,
  kPause = ABV_STOP_PAUSE,
  kOther = ABV_STOP_OTHER,
};

// One event that was received; valid as long as the hook that received it runs.
class Event {
 public:
  explicit Event(const abv_event& raw) : raw_(&raw) {}

  std::uint32_t kind() const { return raw_->kind; }  // ABV_EVENT_*
  std::uint32_t index() const { return raw_->index; }
  std::uint32_t choice() const { return raw_->choice; }
  bool is_redacted() const { return (raw_->flags & ABV_EVENT_REDACTED) != 0; }
  bool is_custom() const { return (raw_->flags & ABV_EVENT_CUSTOM) != 0; }
  bool is_summary() const { return (raw_->flags & ABV_EVENT_SUMMARY) != 0; }
  bool is_partial() const { return (raw_->flags & ABV_EVENT_PARTIAL) != 0; }
  bool is_revised() const { return (raw_->flags & ABV_EVENT_REVISED) != 0; }
  bool is_words() const { return (raw_->flags & ABV_EVENT_WORDS) != 0; }
  std::int64_t number() const { return raw_->number; }
  std::string_view text() const { return view(raw_->text); }
  std::string_view id() const { return view(raw_->id); }
  std::string_view name() const { return view(raw_->name); }
  std::string_view raw_json() const { return view(raw_->raw_json); }
  const abv_usage* usage() const { return raw_->usage; }
  const abv_event& raw() const { return *raw_; }

 private:
  const abv_event* raw_;
};

inline abv_event make_event(std::uint32_t kind, std::uint32_t index = 0) noexcept {
  abv_event event{};
  event.size = sizeof event;
  event.kind = kind;
  event.index = index;
  return event;
}

// A usage record in which nothing is known yet.
inline abv_usage make_usage(std::int64_t input = -1, std::int64_t output = -1) noexcept {
  abv_usage usage{};
  usage.size = sizeof usage;
  usage.input_tokens = input;
  usage.output_tokens = output;
  usage.cache_read_tokens = -1;
  usage.cache_write_tokens = -1;
  usage.reasoning_tokens = -1;
  return usage;
}

// Short words for sending events, over `Derived::emit(const abv_event&)`, which throws Stopped when
// the receiver takes no more. `raw` is the upstream's own form of the event.
template <class Derived>
class EventWords {
 public:
  void start(std::string_view id, std::string_view model, std::string_view raw = {}) {
    auto event = make_event(ABV_EVENT_START);
    event.id = str(id);
    event.name = str(model);
    send(event, raw);
  }
  void text(std::string_view piece, std::uint32_t index = 0, std::string_view raw = {}) {
    send_text(ABV_EVENT_TEXT, piece, index, raw);
  }
  void reasoning(std::string_view piece, std::uint32_t index, std::string_view raw = {}) {
    send_text(ABV_EVENT_REASONING, piece, index, raw);
  }
  void signature(std::string_view value, std::uint32_t index, std::string_view raw = {}) {
    send_text(ABV_EVENT_SIGNATURE, value, index, raw);
  }
  void tool_start(std::string_view id, std::string_view name, std::uint32_t index,
                  std::string_view raw = {}) {
    auto event = make_event(ABV_EVENT_TOOL_START, index);
    event.id = str(id);
    event.name = str(name);
    send(event, raw);
  }
  void tool_arguments(std::string_view piece, std::uint32_t index, std::string_view raw = {}) {
    send_text(ABV_EVENT_TOOL_ARGUMENTS, piece, index, raw);
  }
  void tool_end(std::uint32_t index, std::string_view raw = {}) {
    send(make_event(ABV_EVENT_TOOL_END, index), raw);
  }
  void image(std::string_view media_type, std::string_view base64, std::uint32_t index,
             std::string_view raw = {}) {
    auto event = make_event(ABV_EVENT_IMAGE, index);
    event.name = str(media_type);
    event.text = str(base64);
    send(event, raw);
  }
  // Reasoning that may be sent back but not read.
  void redacted(std::string_view value, std::uint32_t index, std::string_view raw = {}) {
    auto event = make_event(ABV_EVENT_SIGNATURE, index);
    event.flags = ABV_EVENT_REDACTED;
    event.text = str(value);
    send(event, raw);
  }
  // `raw` is the upstream's own form, with what has no place here.
  void citation(std::string_view url, std::string_view title, std::string_view cited,
                std::uint32_t index, std::string_view raw) {
    auto event = make_event(ABV_EVENT_CITATION, index);
    event.id = str(url);
    event.name = str(title);
    event.text = str(cited);
    send(event, raw);
  }
  void refusal(std::string_view piece, std::uint32_t index, std::string_view raw = {}) {
    send_text(ABV_EVENT_REFUSAL, piece, index, raw);
  }
  void logprobs(std::string_view entries, std::uint32_t index) {
    send(make_event(ABV_EVENT_LOGPROBS, index), entries);
  }
  void usage(const abv_usage& counts, std::string_view raw = {}) {
    auto event = make_event(ABV_EVENT_USAGE);
    event.usage = &counts;
    send(event, raw);
  }
  // The prompt that the image of the next part was made from.
  void revised_prompt(std::string_view prompt, std::uint32_t index) {
    auto event = make_event(ABV_EVENT_TEXT, index);
    event.flags = ABV_EVENT_REVISED;
    event.text = str(prompt);
    send(event, {});
  }
  // `numbers` is a JSON array; `index` is that of the input.
  void embedding(std::string_view numbers, std::uint32_t index) {
    send(make_event(ABV_EVENT_EMBEDDING, index), numbers);
  }
  // `entries` is a JSON array, see ABV_EVENT_SEGMENTS.
  void segments(std::string_view entries, std::uint32_t index, std::string_view language = {},
                std::int64_t audio_ms = 0, bool is_words = false) {
    auto event = make_event(ABV_EVENT_SEGMENTS, index);
    event.flags = is_words ? ABV_EVENT_WORDS : 0;
    event.name = str(language);
    event.number = audio_ms;
    send(event, entries);
  }
  // `word` is the upstream's own name of the reason; `sequence` the stop sequence that was met.
  void stop(StopReason reason, std::string_view word = {}, std::string_view sequence = {},
            std::string_view raw = {}) {
    auto event = make_event(ABV_EVENT_STOP);
    event.number = static_cast<std::int64_t>(reason);
    event.name = str(word);
    event.text = str(sequence);
    send(event, raw);
  }
  void error(int http_status, std::string_view type, std::string_view message,
             std::string_view raw = {}) {
    auto event = make_event(ABV_EVENT_ERROR);
    event.number = http_status;
    event.name = str(type);
    event.text = str(message);
    send(event, raw);
  }
  void ping(std::string_view raw = {}) { send(make_event(ABV_EVENT_PING), raw); }
  void opaque(std::string_view raw, std::uint32_t index = 0) {
    send(make_event(ABV_EVENT_OPAQUE, index), raw);
  }

 private:
  void send_text(std::uint32_t kind, std::string_view piece, std::uint32_t index,
                 std::string_view raw) {
    auto event = make_event(kind, index);
    event.text = str(piece);
    send(event, raw);
  }
  void send(abv_event event, std::string_view raw) {
    event.raw_json = str(raw);
    static_cast<Derived*>(this)->emit(event);
  }
};

// Where decoders and middlewares put events. Throws Stopped when the receiver refuses one.
class EventSink : public EventWords<EventSink> {
 public:
  explicit EventSink(const abv_event_sink* raw) : raw_(raw) {}

  void emit(const abv_event& event) {
    if (raw_ != nullptr) throw_unless_ok(raw_->emit(raw_->ctx, &event));
  }
  void emit(const Event& event) { emit(event.raw()); }

 private:
  const abv_event_sink* raw_;
};

// Where bytes go that a hook makes. Throws Stopped when the host's limit is reached.
class Writer {
 public:
  explicit Writer(const abv_writer* raw) : raw_(raw) {}

  void write(std::string_view bytes) {
    if (raw_ != nullptr) throw_unless_ok(raw_->write(raw_->ctx, str(bytes)));
  }

 private:
  const abv_writer* raw_;
};

// Collects what the host writes into a string; give `raw()` to a function of the host.
class StringWriter {
 public:
  StringWriter() = default;
  StringWriter(const StringWriter&) = delete;
  StringWriter& operator=(const StringWriter&) = delete;

  const abv_writer* raw() const { return &raw_; }
  const std::string& text() const { return text_; }

 private:
  static abv_status write(void* ctx, abv_str bytes) noexcept {
    try {
      static_cast<std::string*>(ctx)->append(view(bytes));
      return ABV_OK;
    } catch (const std::bad_alloc&) {
      return ABV_E_NO_MEMORY;
    }
  }

  std::string text_;
  abv_writer raw_{sizeof(abv_writer), 0, &text_, &write};
};

}  // namespace v1
}  // namespace abv::sdk
