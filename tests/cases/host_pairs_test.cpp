// Pairs of clients and upstreams through a whole host, over sockets: what clients see of answers
// that fail, before they began and in their middle.

#include <numeric>
#include <stdexcept>

#include "tests/cases/client_streams.hpp"
#include "tests/cases/dialects.hpp"
#include "tests/cases/host_bridge.hpp"
#include "tests/cases/normal.hpp"
#include "tests/cases/vendor_errors.hpp"
#include "tests/cases/vendor_streams.hpp"
#include "tests/support/catch.hpp"

namespace abv::cases {
namespace {

using Faults = std::vector<std::string>;

const Faults kNone;
constexpr const char* kWords = "something of the upstream's own";

const Conversation& plain() {
  static const Conversation conversation(ABV_CASES_DIR "/conversations/plain.json",
                                         read_json(ABV_CASES_DIR "/vendors.json"));
  return conversation;
}

std::vector<std::string> frames_of_plain(const Vendor& upstream) {
  const Json answer = plain().answer(0, upstream);
  return sse_of(upstream, plain().frames(0, upstream, answer));
}

// Up to the first words of the answer.
std::string begin_of_stream(const Vendor& upstream) {
  const std::vector<std::string> frames = frames_of_plain(upstream);
  const std::size_t count = upstream.name == "gemini"            ? 1
                            : upstream.name == "openai-chat"     ? 2
                            : upstream.name == "claude-messages" ? 4
                                                                 : 5;
  return std::accumulate(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(count),
                         std::string());
}

std::string good_answer(const Vendor& upstream, bool is_stream) {
  if (!is_stream) return test::json_answer(plain().answer(0, upstream).dump());
  std::string bytes = test::sse_head();
  for (const std::string& frame : frames_of_plain(upstream))
    bytes += test::chunk(frame);
  return bytes + test::last_chunk();
}

// A refusal as the vendor words it; one for too many requests says when to come back.
std::string refusal(const Vendor& upstream, int status) {
  const std::string body = error_body(upstream, status, kWords).dump();
  return "HTTP/1.1 " + std::to_string(status) + " No\r\ncontent-type: application/json\r\n" +
         (status == 429 ? "retry-after: 7\r\n" : "") +
         "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Json json_of(const std::string& body) {
  try {
    return Json::parse(body);
  } catch (const std::runtime_error&) {
    return {};
  }
}

Faults judge_refusal(const Pair& pair, const test::Answer& answer, int status) {
  Faults faults = faults_of_error(pair.client, status, json_of(answer.body), kWords);
  if (answer.status != status) faults.push_back("status " + std::to_string(answer.status));
  if (!answer.is_complete) faults.emplace_back("the answer is cut");
  if (answer.header("content-type").compare(0, 16, "application/json") != 0) {
    faults.push_back("content type " + answer.header("content-type"));
  }
  if (answer.header("retry-after") != (status == 429 ? "7" : "")) {
    faults.push_back("retry-after \"" + answer.header("retry-after") + "\"");
  }
  return faults;
}

Faults judge_error_in_stream(const Pair& pair, const test::Answer& answer) {
  Faults faults;
  const std::vector<Json> errors = errors_in_stream(pair.client, answer.body);
  if (answer.status != 200) faults.push_back("status " + std::to_string(answer.status));
  if (has_good_end(pair.client, answer.body)) faults.emplace_back("a good end");
  if (errors.size() != 1) {
    faults.push_back(std::to_string(errors.size()) +
                     " errors in the client's form: " + answer.body);
  } else if (errors[0].dump().find(kWords) == std::string::npos) {
    faults.push_back("the error lacks the upstream's words: " + errors[0].dump());
  }
  return faults;
}

// A client that was told nothing must at least see that the connection was cut.
Faults judge_broken_stream(const Pair& pair, const test::Answer& answer) {
  Faults faults;
  if (has_good_end(pair.client, answer.body)) faults.emplace_back("a good end: " + answer.body);
  const bool is_told = !errors_in_stream(pair.client, answer.body).empty();
  if (!is_told && answer.is_complete) faults.push_back("a clean end: " + answer.body);
  return faults;
}

Faults judge_broken_answer(const Pair& /*pair*/, const test::Answer& answer) {
  if (answer.status == 200 && !answer.is_complete) return {};
  if (answer.status < 500) return {"status " + std::to_string(answer.status) + ": " + answer.body};
  const Json error = json_of(answer.body)["error"];
  return error["message"].text().empty() ? Faults{"no error: " + answer.body} : Faults{};
}

Faults judge_plain(const Pair& pair, const test::Answer& answer, bool is_stream) {
  if (answer.status != 200 || !answer.is_complete) return {"failed: " + answer.body};
  static const Dialects dialects(ABV_CASES_PLUGIN_DIR, ABV_CASES_DIR "/shapes");
  Json whole = json_of(answer.body);
  Faults faults;
  if (is_stream) {
    const Json request = plain().request(0, pair.client, true);
    const Assembled assembled =
        assemble(pair.client, answer.body, dialects.shapes(pair.client), request);
    whole = assembled.whole;
    faults = assembled.faults;
  }
  Json expected = normal_reply(pair.client, plain().expected_reply(0, pair));
  expected.field(pair.client.name == "gemini" ? "modelVersion" : "model") = "<string>";
  const Faults more = Bindings().differences(expected, normal_reply(pair.client, whole));
  faults.insert(faults.end(), more.begin(), more.end());
  return faults;
}

}  // namespace

TEST_CASE("a plain answer reaches every client of every upstream", "[cases][host]") {
  const bool is_stream = GENERATE(false, true);
  CAPTURE(is_stream);
  HostBridge bridge(plain());
  bridge.answer_with([&](const Vendor& upstream) { return good_answer(upstream, is_stream); });

  const Faults faults =
      faults_of_all_pairs(bridge, is_stream, [&](const Pair& pair, const test::Answer& answer) {
        Faults found = judge_plain(pair, answer, is_stream);
        if (bridge.asked_path() != plain().expected_path(pair.upstream, is_stream)) {
          found.push_back("asked for " + bridge.asked_path());
        }
        return found;
      });

  CHECK(faults == kNone);
}

TEST_CASE("a refusal before the answer reaches every client in its own words", "[cases][host]") {
  const int status = GENERATE(400, 401, 429, 500, 529);
  const bool is_stream = GENERATE(false, true);
  CAPTURE(status, is_stream);
  HostBridge bridge(plain());
  bridge.answer_with([&](const Vendor& upstream) { return refusal(upstream, status); });

  CHECK(faults_of_all_pairs(bridge, is_stream, [&](const Pair& pair, const test::Answer& answer) {
          return judge_refusal(pair, answer, status);
        }) == kNone);
}

TEST_CASE("an error in the middle of a stream reaches every client in its own words",
          "[cases][host]") {
  HostBridge bridge(plain());
  bridge.answer_with([](const Vendor& upstream) {
    return test::sse_head() + test::chunk(begin_of_stream(upstream)) +
           test::chunk(error_frame(upstream, kWords)) + test::last_chunk();
  });

  CHECK(faults_of_all_pairs(bridge, true, judge_error_in_stream) == kNone);
}

TEST_CASE("a stream that the upstream cuts never ends well for a client", "[cases][host]") {
  HostBridge bridge(plain());
  bridge.answer_with(
      [](const Vendor& upstream) {
        return test::sse_head() + test::chunk(begin_of_stream(upstream));
      },
      true);

  CHECK(faults_of_all_pairs(bridge, true, judge_broken_stream) == kNone);
}

TEST_CASE("a stream that ends too early, but cleanly, never ends well for a client",
          "[cases][host]") {
  HostBridge bridge(plain());
  bridge.answer_with([](const Vendor& upstream) {
    return test::sse_head() + test::chunk(begin_of_stream(upstream)) + test::last_chunk();
  });

  // Of one dialect on both sides the bytes go through as they are, and so does the missing end.
  CHECK(faults_of_all_pairs(bridge, true, [](const Pair& pair, const test::Answer& answer) {
          return pair.client.name == pair.upstream.name ? Faults{}
                                                        : judge_broken_stream(pair, answer);
        }) == kNone);
}

TEST_CASE("a whole answer that the upstream cuts is an error or cut for a client",
          "[cases][host]") {
  HostBridge bridge(plain());
  bridge.answer_with(
      [](const Vendor& upstream) {
        const std::string answer = good_answer(upstream, false);
        return answer.substr(0, answer.size() - 20);
      },
      true);

  CHECK(faults_of_all_pairs(bridge, false, judge_broken_answer) == kNone);
}

}  // namespace abv::cases
