#include <sstream>
#include <vector>

#include "host/base/json_text.hpp"
#include "host/base/log.hpp"
#include "host/base/secret.hpp"
#include "host/base/text.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::json_string;
using abv::Log;
using abv::LogLevel;
using abv::Secret;

class FixedClock final : public abv::Clock {
 public:
  abv::Nanos now() const override { return abv::Nanos{0}; }
  std::int64_t unix_ms() const override { return 1'700'000'000'123; }
};

class Lines final : public abv::LogSink {
 public:
  void write(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

}  // namespace

TEST_CASE("a secret prints as stars", "[base][secret]") {
  std::ostringstream out;

  out << Secret("sk-123") << Secret();

  CHECK(out.str() == "***");
}

TEST_CASE("only equal texts compare as equal in constant time", "[base][secret]") {
  CHECK(abv::constant_time_equal("abc", "abc"));
  CHECK_FALSE(abv::constant_time_equal("abd", "abc"));
  CHECK_FALSE(abv::constant_time_equal("ab", "abc"));
  CHECK_FALSE(abv::constant_time_equal("abcd", "abc"));
  CHECK_FALSE(abv::constant_time_equal("", "abc"));
}

TEST_CASE("text becomes a JSON string whatever bytes it holds", "[base][json]") {
  CHECK(json_string("a\"b\\c\n\t\x01") == "\"a\\\"b\\\\c\\n\\t\\u0001\"");
  CHECK(json_string("é€😀") == "\"é€😀\"");
  CHECK(json_string("\xff\xc0\xaf") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK(json_string("\xed\xa0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("a log line is an event with its fields", "[base][log]") {
  Lines sink;
  FixedClock clock;
  Log log(sink, clock);

  log.info("call", {{"model", "gpt 5"}, {"status", 200}, {"ok", true}, {"ms", 1.5}});

  REQUIRE(sink.lines.size() == 1);
  CHECK(sink.lines[0] ==
        "2023-11-14T22:13:20.123Z info call model=\"gpt 5\" status=200 ok=true ms=1.500\n");
}

TEST_CASE("a log line in JSON is one object", "[base][log]") {
  Lines sink;
  FixedClock clock;
  Log log(sink, clock);
  log.set_format(Log::Format::kJson);

  log.warn("x.y", {{"text", "a\nb"}});

  REQUIRE(sink.lines.size() == 1);
  CHECK(sink.lines[0] ==
        "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warn\","
        "\"event\":\"x.y\",\"text\":\"a\\nb\"}\n");
}

TEST_CASE("a client cannot forge a second log line", "[base][log]") {
  Lines sink;
  FixedClock clock;
  Log log(sink, clock);

  log.info("call", {{"model", "a\n2023 info call status=200"}});

  CHECK(sink.lines[0].find('\n') == sink.lines[0].size() - 1);
}

TEST_CASE("lines below the level are not written", "[base][log]") {
  Lines sink;
  FixedClock clock;
  Log log(sink, clock);
  log.set_level(LogLevel::kWarn);

  log.info("call", {});

  CHECK(sink.lines.empty());
}

TEST_CASE("a time for people is in UTC to the second", "[base][text]") {
  CHECK(abv::time_text(1'700'000'000'123) == "2023-11-14T22:13:20Z");
}

TEST_CASE("a cell of a table ends with a space, however long its text is", "[base][text]") {
  CHECK(abv::padded("id", 4) == "id  ");
  CHECK(abv::padded("identity", 4) == "identity ");
}

TEST_CASE("only letters of ASCII become lower case", "[base][text]") {
  CHECK(abv::lower("GPT-4 \xC3\x84") == "gpt-4 \xC3\x84");
}
