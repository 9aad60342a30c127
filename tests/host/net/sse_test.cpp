#include "host/net/sse.hpp"

#include <string>
#include <vector>

#include "host/net/http1.hpp"
#include "tests/support/catch.hpp"

using abv::net::EventSplitter;
using abv::net::first_event_end;

namespace {

constexpr std::size_t kNone = std::string_view::npos;

// The data of the events in the pieces, each in brackets; then the error, if any.
std::string split(const std::vector<std::string_view>& pieces, std::size_t longest = 1000) {
  EventSplitter splitter(longest);
  std::string events;
  for (const std::string_view piece : pieces) {
    const auto fed = splitter.feed(piece, [&](std::string_view data) {
      events += "[" + std::string(data) + "]";
      return abv::Result<void>();
    });
    if (!fed) {
      return events + fed.error().message;
    }
  }
  return events;
}

// How many cuts in two, or into single bytes, give other events than the whole.
int count_differences(std::string_view text) {
  const std::string whole = split({text});
  std::vector<std::string_view> single;
  int differences = 0;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    differences += split({text.substr(0, cut), text.substr(cut)}) == whole ? 0 : 1;
    single.push_back(text.substr(cut, 1));
  }
  return differences + (split(single) == whole ? 0 : 1);
}

}  // namespace

TEST_CASE("the first event ends after its empty line, whatever ends its lines") {
  CHECK(first_event_end("data: x\n\ndata: y\n\n") == 9);
  CHECK(first_event_end("data: x\r\n\r\nrest") == 11);
  CHECK(first_event_end("data: x\r\rrest") == 9);
  CHECK(first_event_end("data: x\r\n\nrest") == 10);
  CHECK(first_event_end("data: x\n\r\nrest") == 10);
  CHECK(first_event_end("event: a\ndata:x\nid: 1\n\n") == 23);
  CHECK(first_event_end("data\n\n") == 6);
}

TEST_CASE("a byte order mark belongs to no line") {
  CHECK(first_event_end("\xEF\xBB\xBF"
                        "data: x\n\ndata: y\n\n") == 12);
  CHECK(first_event_end("\xEF\xBB\xBF"
                        ": ping\n\n") == kNone);
  CHECK(first_event_end("\xEF\xBB\xBF") == kNone);
}

TEST_CASE("events without data do not count") {
  CHECK(first_event_end(": ping\n\n") == kNone);
  CHECK(first_event_end("event: ping\n\n") == kNone);
  CHECK(first_event_end("retry: 5\n\n: c\n\ndata: x\n\n") == 24);
  CHECK(first_event_end("database: x\n\n") == kNone);
  CHECK(first_event_end("\n\n\n") == kNone);
}

TEST_CASE("an event that is cut has no end at any cut") {
  const std::string text = "event: a\r\ndata: x\r\n\r\n";
  std::string ends;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    ends += first_event_end(text.substr(0, size)) == kNone ? '-' : '+';
  }
  // The lone CR of the cut empty line ends the event too.
  CHECK(ends == "--------------------++");
}

TEST_CASE("the data of each event is handed out, whatever ends its lines and wherever it is cut") {
  const std::string text =
      "event: a\ndata: one\n\ndata:two\r\nid: 7\r\n\r\ndata: three\r\rdata:  four\n\r\n"
      ": comment\n\nretry: 5\n\ndata\n\ndata: five\ndata: and\ndata:more\n\ndatabase: no\n\n"
      "data: cut";
  CHECK(split({text}) == "[one][two][three][ four][][five\nand\nmore]");
  CHECK(count_differences(text) == 0);
}

TEST_CASE("an event that is too long is refused, in one line or in many") {
  CHECK(split({"data: 1234\n\n"}, 10) == "[1234]");
  CHECK(split({"data: 12345\n\n"}, 10) == "an event is longer than 10 bytes");
  CHECK(split({"data: ", "12345"}, 10) == "an event is longer than 10 bytes");
  CHECK(split({"data: 1\n\ndata: 2\ndata: 3\ndata: 4\ndata: 5\n\n"}, 10) ==
        "[1]an event is longer than 10 bytes");
}

TEST_CASE("what cannot be taken ends the splitting") {
  EventSplitter splitter(1000);
  int events = 0;
  const auto fed = splitter.feed("data: 1\n\ndata: 2\n\n", [&](std::string_view) {
    ++events;
    return abv::Result<void>(abv::Error{abv::Error::Code::kIo, "gone"});
  });
  CHECK(events == 1);
  CHECK(fed.error().message == "gone");
}

TEST_CASE("a body that begins with a line of an event is taken for events, JSON and text are not") {
  const auto body = GENERATE(as<std::string>{}, "event: x\n", "data: {}\n\n",
                             "\r\n\ndata:", ": ping\n", "id: 1\n", "retry: 5\n");
  CHECK(abv::net::begins_like_events(body));
  const auto other =
      GENERATE(as<std::string>{}, "", "\n", "{\"data\":1}", "[1]", "database", "events", "<html>");
  CHECK_FALSE(abv::net::begins_like_events(other));
}
