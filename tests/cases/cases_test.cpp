// Golden conversations, for every pair of a client's and an upstream's dialect.

#include <algorithm>
#include <set>

#include "tests/cases/client_streams.hpp"
#include "tests/cases/conversation.hpp"
#include "tests/cases/dialects.hpp"
#include "tests/cases/normal.hpp"
#include "tests/cases/pair_run.hpp"
#include "tests/cases/request_rules.hpp"
#include "tests/cases/vendor_streams.hpp"
#include "tests/support/catch.hpp"

namespace abv::cases {
namespace {

const std::vector<std::string> kNone;

const Dialects& dialects() {
  static const Dialects all(ABV_CASES_PLUGIN_DIR, ABV_CASES_DIR "/shapes");
  return all;
}

const std::vector<Conversation>& conversations() {
  static const std::vector<Conversation> all = read_conversations(ABV_CASES_DIR);
  return all;
}

// A conversation between two, or of one vendor with itself.
struct Talk {
  const Conversation* conversation;
  Pair pair;

  std::string name() const { return conversation->name() + ": " + pair.name(); }
};

std::vector<Talk> talks(bool of_one_vendor) {
  std::vector<Talk> found;
  for (const Conversation& conversation : conversations()) {
    for (const Pair& pair : all_pairs()) {
      const bool is_one = pair.client.name == pair.upstream.name;
      if ((is_one || !of_one_vendor) && conversation.takes(pair)) {
        found.push_back({&conversation, pair});
      }
    }
  }
  return found;
}

// Pieces of so many bytes, the first of `first` bytes.
std::vector<std::string_view> cut(std::string_view bytes, std::size_t first, std::size_t length) {
  std::vector<std::string_view> pieces{bytes.substr(0, first)};
  for (std::size_t at = first; at < bytes.size(); at += length)
    pieces.push_back(bytes.substr(at, length));
  return pieces;
}

std::vector<std::string> lines_of(const tests::Decoded& decoded) {
  std::vector<std::string> lines = decoded.joined_lines();
  lines.push_back("status " + std::to_string(decoded.status));
  return lines;
}

// What comes out when the stream of a turn is cut at every byte, and when it comes a byte at a
// time. Each of the runs cuts at every 64th byte, each from another one on.
std::set<std::vector<std::string>> outcomes_of_cuts(const Talk& talk, std::size_t turn) {
  constexpr std::size_t kStep = 64;
  const Vendor& vendor = talk.pair.upstream;
  const Conversation& conversation = *talk.conversation;
  const std::string bytes = answer_bytes(
      conversation, turn, vendor, conversation.upstream_names(talk.pair), sdk::Form::kStream);
  tests::Params params;
  params.operation = vendor.operation;
  params.model = conversation.model(vendor);
  const tests::DialectProbe& codec = dialects().codec(vendor);
  std::set<std::vector<std::string>> outcomes{
      lines_of(codec.decode(bytes, params)),
      lines_of(codec.decode_pieces(cut(bytes, 1, 1), params))};
  for (std::size_t first = 1; first <= kStep; ++first)
    outcomes.insert(lines_of(codec.decode_pieces(cut(bytes, first, kStep), params)));
  return outcomes;
}

// Whether the conversation is what its vendor takes and gives, and the stream makes the answer.
std::vector<std::string> faults_of_golden(const Talk& talk, std::size_t turn) {
  const Conversation& conversation = *talk.conversation;
  const Vendor& vendor = talk.pair.upstream;
  const Shapes& shapes = dialects().shapes(vendor);
  const Bindings names = conversation.upstream_names(talk.pair);
  const Json request = names.fill(conversation.request(turn, vendor, true));
  std::vector<std::string> faults =
      request_faults(vendor, conversation.model(vendor), request, shapes);
  const Json answer = names.fill(conversation.answer(turn, vendor));
  const auto add = [&](const std::vector<std::string>& more) {
    faults.insert(faults.end(), more.begin(), more.end());
  };
  add(shapes.faults("Answer", answer));
  const std::string bytes = answer_bytes(conversation, turn, vendor, names, sdk::Form::kStream);
  const Assembled assembled = assemble(vendor, bytes, shapes, request);
  add(assembled.faults);
  add(Bindings().differences(normal_reply(vendor, answer), normal_reply(vendor, assembled.whole)));
  return faults;
}

}  // namespace

TEST_CASE("golden conversations are what their vendors take and give", "[cases]") {
  const auto talk = GENERATE_REF(from_range(talks(true)));
  DYNAMIC_SECTION(talk.name()) {
    CHECK(faults_of_golden(talk, 0) == kNone);
    CHECK(faults_of_golden(talk, talk.conversation->turns() - 1) == kNone);
  }
}

TEST_CASE("a whole answer converts as the golden conversation has it", "[cases]") {
  const auto talk = GENERATE_REF(from_range(talks(false)));
  DYNAMIC_SECTION(talk.name()) {
    CHECK(PairRun(dialects(), *talk.conversation, talk.pair, sdk::Form::kWhole).faults() == kNone);
  }
}

TEST_CASE("a streamed answer converts as the golden conversation has it", "[cases]") {
  const auto talk = GENERATE_REF(from_range(talks(false)));
  DYNAMIC_SECTION(talk.name()) {
    CHECK(PairRun(dialects(), *talk.conversation, talk.pair, sdk::Form::kStream).faults() == kNone);
  }
}

TEST_CASE("a stream gives the same events however it is cut", "[cases][cuts]") {
  const auto talk = GENERATE_REF(from_range(talks(true)));
  DYNAMIC_SECTION(talk.name()) {
    CHECK(outcomes_of_cuts(talk, 0).size() == 1);
    CHECK(outcomes_of_cuts(talk, talk.conversation->turns() - 1).size() == 1);
  }
}

}  // namespace abv::cases
