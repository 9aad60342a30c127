#include "host/lane/usage_note.hpp"

#include <string>

#include "host/plugin/view.hpp"

namespace abv::lane {
namespace {

// Counts come in pieces; a later event that does not know one leaves what was known.
void take(std::int64_t& known, std::int64_t told) {
  if (told >= 0) {
    known = told;
  }
}

}  // namespace

const char* stop_name(std::int64_t stop) {
  switch (stop) {
    case ABV_STOP_END:
      return "end";
    case ABV_STOP_LENGTH:
      return "length";
    case ABV_STOP_TOOL:
      return "tool";
    case ABV_STOP_SEQUENCE:
      return "sequence";
    case ABV_STOP_REFUSAL:
      return "refusal";
    case ABV_STOP_PAUSE:
      return "pause";
    default:
      return "other";
  }
}

void note_usage(const abv_event& event, record::CallRecord& record) {
  switch (event.kind) {
    case ABV_EVENT_USAGE:
      if (event.usage != nullptr) {
        take(record.usage.input_tokens, event.usage->input_tokens);
        take(record.usage.output_tokens, event.usage->output_tokens);
        take(record.usage.cache_read_tokens, event.usage->cache_read_tokens);
        take(record.usage.cache_write_tokens, event.usage->cache_write_tokens);
        take(record.usage.reasoning_tokens, event.usage->reasoning_tokens);
      }
      return;
    case ABV_EVENT_STOP:
      record.stop_reason = stop_name(event.number);
      return;
    case ABV_EVENT_ERROR:
      record.error = plugin::text(event.text);
      return;
    default:
      return;
  }
}

}  // namespace abv::lane
