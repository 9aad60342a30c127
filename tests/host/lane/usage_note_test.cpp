#include "host/lane/usage_note.hpp"

#include "host/plugin/view.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::lane::note_usage;
using abv::lane::stop_name;
using abv::plugin::view;
using abv::record::CallRecord;

abv_event event(std::uint32_t kind) {
  abv_event made{};
  made.size = sizeof made;
  made.kind = kind;
  return made;
}

void note_counts(CallRecord& record, std::int64_t input, std::int64_t output) {
  abv_usage usage{};
  usage.size = sizeof usage;
  usage.input_tokens = input;
  usage.output_tokens = output;
  usage.cache_read_tokens = -1;
  usage.cache_write_tokens = 2;
  usage.reasoning_tokens = -1;
  abv_event with_usage = event(ABV_EVENT_USAGE);
  with_usage.usage = &usage;
  note_usage(with_usage, record);
}

}  // namespace

TEST_CASE("counts come in pieces, and an unknown one leaves the known", "[lane][usage]") {
  CallRecord record;

  note_counts(record, 10, -1);
  note_counts(record, -1, 7);

  CHECK(record.usage.input_tokens == 10);
  CHECK(record.usage.output_tokens == 7);
  CHECK(record.usage.cache_write_tokens == 2);
  CHECK(record.usage.cache_read_tokens == -1);
  CHECK(record.usage.reasoning_tokens == -1);
}

TEST_CASE("the last count counts, also when it is zero", "[lane][usage]") {
  CallRecord record;

  note_counts(record, 10, 5);
  note_counts(record, 0, 9);

  CHECK(record.usage.input_tokens == 0);
  CHECK(record.usage.output_tokens == 9);
}

TEST_CASE("a usage event without counts changes nothing", "[lane][usage]") {
  CallRecord record;

  note_usage(event(ABV_EVENT_USAGE), record);

  CHECK(record.usage.input_tokens == -1);
}

TEST_CASE("an end and a failure are put into the record", "[lane][usage]") {
  CallRecord record;
  abv_event stop = event(ABV_EVENT_STOP);
  stop.number = ABV_STOP_TOOL;
  abv_event error = event(ABV_EVENT_ERROR);
  error.text = view("the model is overloaded");

  note_usage(stop, record);
  note_usage(error, record);

  CHECK(record.stop_reason == "tool");
  CHECK(record.error == "the model is overloaded");
}

TEST_CASE("content leaves the record as it is", "[lane][usage]") {
  CallRecord record;
  abv_event text = event(ABV_EVENT_TEXT);
  text.text = view("hello");

  note_usage(text, record);
  note_usage(event(999), record);

  CHECK(record.error.empty());
  CHECK(record.stop_reason.empty());
}

TEST_CASE("every way to stop has a word, and numbers to come have one too", "[lane][usage]") {
  CHECK(std::string(stop_name(ABV_STOP_END)) == "end");
  CHECK(std::string(stop_name(ABV_STOP_LENGTH)) == "length");
  CHECK(std::string(stop_name(ABV_STOP_SEQUENCE)) == "sequence");
  CHECK(std::string(stop_name(ABV_STOP_REFUSAL)) == "refusal");
  CHECK(std::string(stop_name(ABV_STOP_PAUSE)) == "pause");
  CHECK(std::string(stop_name(ABV_STOP_OTHER)) == "other");
  CHECK(std::string(stop_name(4711)) == "other");
}
