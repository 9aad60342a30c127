#include <string>

#include "host/net/http1.hpp"
#include "tests/support/catch.hpp"

using abv::net::first_event_end;

namespace {

constexpr std::size_t kNone = std::string_view::npos;

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
