#include "host/lane/event_guard.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace abv::lane {
namespace {

class Seen final : public plugin::EventSink {
 public:
  abv_status emit(const abv_event& event) override {
    words.push_back(std::string(event_name(event.kind)) +
                    (event.choice == 0 ? "" : "/" + std::to_string(event.choice)) + ":" +
                    std::to_string(event.index));
    return answer;
  }

  std::vector<std::string> words;
  abv_status answer = ABV_OK;
};

struct Fixture {
  abv_status pass(std::uint32_t kind, std::uint32_t index = 0, std::uint32_t choice = 0) {
    abv_event event{};
    event.size = sizeof event;
    event.kind = kind;
    event.index = index;
    event.choice = choice;
    return guard.pass(event, seen);
  }

  EventGuard guard;
  Seen seen;
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "an answer in order passes as it is", "[lane][guard]") {
  for (const std::uint32_t kind : {ABV_EVENT_START, ABV_EVENT_REASONING, ABV_EVENT_SIGNATURE}) {
    REQUIRE(pass(kind) == ABV_OK);
  }
  CHECK(pass(ABV_EVENT_SIGNATURE, 1) == ABV_OK);
  CHECK(pass(ABV_EVENT_TOOL_START, 1) == ABV_OK);
  CHECK(pass(ABV_EVENT_TOOL_ARGUMENTS, 1) == ABV_OK);
  CHECK(pass(ABV_EVENT_PING) == ABV_OK);
  CHECK(pass(ABV_EVENT_TOOL_END, 1) == ABV_OK);
  CHECK_FALSE(guard.is_complete());
  CHECK(pass(ABV_EVENT_STOP) == ABV_OK);
  CHECK(pass(ABV_EVENT_USAGE) == ABV_OK);

  CHECK(guard.is_complete());
  CHECK(seen.words == Words{"start:0", "reasoning:0", "signature:0", "signature:1", "tool_start:1",
                            "tool_arguments:1", "ping:0", "tool_end:1", "stop:0", "usage:0"});
}

TEST_CASE_METHOD(Fixture, "embeddings, drafts and times pass as they are", "[lane][guard]") {
  CHECK(pass(ABV_EVENT_EMBEDDING, 0) == ABV_OK);
  CHECK(pass(ABV_EVENT_EMBEDDING, 1) == ABV_OK);
  CHECK(pass(ABV_EVENT_IMAGE, 2) == ABV_OK);
  CHECK(pass(ABV_EVENT_TEXT, 3) == ABV_OK);
  CHECK(pass(ABV_EVENT_SEGMENTS, 3) == ABV_OK);
  CHECK(pass(ABV_EVENT_SEGMENTS, 2) == ABV_E_INVALID);
  CHECK(guard.fault() == "segments of part 2: the part was begun as another kind");

  CHECK(seen.words ==
        Words{"start:0", "embedding:0", "embedding:1", "image:2", "text:3", "segments:3"});
}

TEST_CASE_METHOD(Fixture, "a start that is missing is put in", "[lane][guard]") {
  CHECK(pass(ABV_EVENT_TEXT) == ABV_OK);

  CHECK(seen.words == Words{"start:0", "text:0"});
}

TEST_CASE_METHOD(Fixture, "calls that are open at the stop are ended before it", "[lane][guard]") {
  pass(ABV_EVENT_TOOL_START, 3);
  pass(ABV_EVENT_TOOL_START, 4);
  pass(ABV_EVENT_TOOL_END, 3);

  CHECK(pass(ABV_EVENT_STOP) == ABV_OK);

  CHECK(seen.words ==
        Words{"start:0", "tool_start:3", "tool_start:4", "tool_end:3", "tool_end:4", "stop:0"});
}

TEST_CASE_METHOD(Fixture, "an answer starts once", "[lane][guard]") {
  pass(ABV_EVENT_START);

  CHECK(pass(ABV_EVENT_START) == ABV_E_INVALID);
  CHECK(guard.fault() == "start of part 0: the answer has started already");
}

TEST_CASE_METHOD(Fixture, "nothing is said after the stop", "[lane][guard]") {
  pass(ABV_EVENT_STOP);

  CHECK(pass(ABV_EVENT_TEXT) == ABV_E_INVALID);
  CHECK(pass(ABV_EVENT_STOP) == ABV_E_INVALID);
  CHECK(seen.words == Words{"start:0", "stop:0"});
}

TEST_CASE_METHOD(Fixture, "nothing follows an error, which is an end too", "[lane][guard]") {
  pass(ABV_EVENT_ERROR);

  CHECK(guard.is_complete());
  CHECK(pass(ABV_EVENT_USAGE) == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "arguments belong to a call that is open", "[lane][guard]") {
  pass(ABV_EVENT_TOOL_START, 1);

  CHECK(pass(ABV_EVENT_TOOL_ARGUMENTS, 2) == ABV_E_INVALID);
  CHECK(guard.fault() == "tool_arguments of part 2: no call is open there");
  CHECK(pass(ABV_EVENT_TOOL_START, 1) == ABV_E_INVALID);
  CHECK(pass(ABV_EVENT_TOOL_END, 1) == ABV_OK);
  CHECK(pass(ABV_EVENT_TOOL_ARGUMENTS, 1) == ABV_E_INVALID);
  CHECK(pass(ABV_EVENT_TOOL_END, 1) == ABV_E_INVALID);
  CHECK(pass(ABV_EVENT_TOOL_START, 1) == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "a part is of one kind", "[lane][guard]") {
  pass(ABV_EVENT_TEXT, 0);
  pass(ABV_EVENT_REASONING, 1);

  CHECK(pass(ABV_EVENT_REASONING, 0) == ABV_E_INVALID);
  CHECK(pass(ABV_EVENT_TEXT, 1) == ABV_E_INVALID);
  CHECK(pass(ABV_EVENT_TOOL_START, 0) == ABV_E_INVALID);
  CHECK(pass(ABV_EVENT_CITATION, 0) == ABV_OK);
  CHECK(pass(60, 0) == ABV_OK);
}

TEST_CASE_METHOD(Fixture, "each choice has parts and an end of its own", "[lane][guard]") {
  pass(ABV_EVENT_TEXT, 0, 0);
  pass(ABV_EVENT_TOOL_START, 0, 1);
  pass(ABV_EVENT_STOP, 0, 0);

  CHECK_FALSE(guard.is_complete());
  CHECK(pass(ABV_EVENT_STOP, 0, 1) == ABV_OK);
  CHECK(guard.is_complete());
  CHECK(seen.words ==
        Words{"start:0", "text:0", "tool_start/1:0", "stop:0", "tool_end/1:0", "stop/1:0"});
  CHECK(pass(ABV_EVENT_TEXT, 0, 4'000'000'000) == ABV_E_INVALID);
}

TEST_CASE_METHOD(Fixture, "what the receiver says comes back", "[lane][guard]") {
  seen.answer = ABV_E_CANCELLED;

  CHECK(pass(ABV_EVENT_TEXT) == ABV_E_CANCELLED);
  CHECK(seen.words == Words{"start:0"});
}

}  // namespace abv::lane
