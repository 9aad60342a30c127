// The checks of the golden conversations themselves: that they find what they are for.

#include <algorithm>

#include "tests/cases/bindings.hpp"
#include "tests/cases/client_streams.hpp"
#include "tests/cases/conversation.hpp"
#include "tests/cases/request_rules.hpp"
#include "tests/cases/vendor_streams.hpp"
#include "tests/support/catch.hpp"

namespace abv::cases {
namespace {

Shapes shapes_of(const Vendor& vendor) {
  return Shapes(ABV_CASES_DIR "/shapes/" + std::string(vendor.name) + ".json");
}

struct Refused {
  std::string vendor, words;
  Json request;
};

std::vector<Refused> refused() {
  std::vector<Refused> found;
  const Json all = read_json(ABV_CASES_DIR "/refused.json");
  for (const Json& one : all.list())
    found.push_back({one["vendor"].text(), one["words"].text(), one["request"]});
  return found;
}

std::string faults_of(const Refused& refused) {
  const Vendor& its = vendor(refused.vendor);
  const std::string named = refused.request["model"].text();
  const std::string model = named.empty() ? "gemini-2.5-flash" : named;
  std::string all;
  for (const std::string& fault : request_faults(its, model, refused.request, shapes_of(its)))
    all += fault + "\n";
  return all;
}

// A vendor's stream of a call behind a text, and what else it may do without.
struct Streamed {
  std::string vendor;
  std::vector<std::string> dispensable;  // words in frames that say nothing
};

struct Told {
  std::vector<std::string> frames;
  Json request, whole;
};

Told told(const Streamed& streamed) {
  const Conversation conversation(ABV_CASES_DIR "/conversations/parallel_tools.json",
                                  read_json(ABV_CASES_DIR "/vendors.json"));
  const Vendor& its = vendor(streamed.vendor);
  const Json answer = conversation.upstream_names({its, its}).fill(conversation.answer(0, its));
  Told told{sse_of(its, frames_of(its, answer)), conversation.request(0, its, true), {}};
  std::string bytes;
  for (const std::string& frame : told.frames)
    bytes += frame;
  told.whole = assemble(its, bytes, shapes_of(its), told.request).whole;
  return told;
}

// The frames whose loss the check does not notice.
std::vector<std::string> unnoticed(const Streamed& streamed) {
  const Told all = told(streamed);
  const Vendor& its = vendor(streamed.vendor);
  const Shapes shapes = shapes_of(its);
  std::vector<std::string> found;
  for (std::size_t lost = 0; lost < all.frames.size(); ++lost) {
    std::string bytes;
    for (std::size_t i = 0; i < all.frames.size(); ++i)
      bytes += i == lost ? "" : all.frames[i];
    const Assembled assembled = assemble(its, bytes, shapes, all.request);
    const bool is_dispensable = std::any_of(
        streamed.dispensable.begin(), streamed.dispensable.end(),
        [&](const std::string& word) { return all.frames[lost].find(word) != std::string::npos; });
    if (!is_dispensable && assembled.faults.empty() && assembled.whole == all.whole) {
      found.push_back(all.frames[lost]);
    }
  }
  return found;
}

}  // namespace

TEST_CASE("a request that a vendor refuses is found out", "[cases][checks]") {
  const auto one = GENERATE_REF(from_range(refused()));
  DYNAMIC_SECTION(one.vendor << " " << one.words) {
    CHECK_THAT(faults_of(one), ContainsSubstring(one.words));
  }
}

TEST_CASE("a stream that lacks a frame is found out", "[cases][checks]") {
  const std::vector<std::string> none;
  CHECK(unnoticed({"openai-chat", {}}) == none);
  CHECK(unnoticed({"openai-responses", {}}) == none);
  CHECK(unnoticed({"claude-messages", {"event: ping", R"("partial_json":"")"}}) == none);
  CHECK(unnoticed({"gemini", {}}) == none);
}

TEST_CASE("a difference is told with its place", "[cases][checks]") {
  Bindings names;
  names.bind("known", "k1");
  const Json expected = Json::parse(
      R"({"a":[1,{"b":"<$known>"}],"c":"<$new>","d":"<$new>","e":"<absent>","f":"<maybe>"})");

  CHECK(names.differences(expected, Json::parse(R"({"a":[1.0,{"b":"k1"}],"c":"x","d":"x"})"))
            .empty());
  CHECK(names.differences(expected, Json::parse(R"({"a":[1,{"b":"k2"}],"c":"x","d":"y","e":1})")) ==
        std::vector<std::string>{R"(/a/1/b: expected "<$known>", got "k2")",
                                 R"(/d: expected "<$new>", got "y")",
                                 R"(/e: expected "<absent>", got 1)"});
}

}  // namespace abv::cases
