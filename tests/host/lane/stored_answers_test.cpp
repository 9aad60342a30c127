#include "host/lane/stored_answers.hpp"

#include <set>

#include "abv/sdk/stored.hpp"
#include "tests/host/lane/answers_fixture.hpp"
#include "tests/support/catch.hpp"

namespace abv::lane {
namespace {

using Half = StoredAnswers::Half;

struct Fixture : test::AnswersFixture {
  std::string found(std::string_view owner, std::string_view id) {
    return answers->find(owner, id, Half::kRequest).value_or("-") + " " +
           answers->find(owner, id, Half::kAnswer).value_or("-");
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an answer is there at once, and after a restart", "[lane][stored]") {
  CHECK(answers->put("me", "a", "asked", "told"));

  CHECK(found("me", "a") == "asked told");
  restart();
  CHECK(found("me", "a") == "asked told");
}

TEST_CASE_METHOD(Fixture, "an answer is there for its owner alone", "[lane][stored]") {
  answers->put("me", "a", "asked", "told");

  CHECK(found("you", "a") == "- -");
  CHECK(found("m", "ea") == "- -");
  CHECK_FALSE(answers->remove("you", "a"));
  CHECK(found("me", "a") == "asked told");
}

TEST_CASE_METHOD(Fixture, "an answer that was removed is gone with both halves", "[lane][stored]") {
  answers->put("me", "a", "asked", "told");

  CHECK(answers->remove("me", "a"));

  CHECK(found("me", "a") == "- -");
  CHECK_FALSE(answers->remove("me", "a"));
  restart();
  CHECK(found("me", "a") == "- -");
}

TEST_CASE_METHOD(Fixture, "an answer is forgotten when its time is over", "[lane][stored]") {
  answers->put("me", "a", "asked", "told");
  clock.advance(std::chrono::milliseconds(kLifetimeMs - 1));
  CHECK(found("me", "a") == "asked told");

  clock.advance(std::chrono::milliseconds(1));

  CHECK(found("me", "a") == "- -");
  CHECK_FALSE(answers->remove("me", "a"));
}

TEST_CASE_METHOD(Fixture, "of an answer that is too large nothing is kept", "[lane][stored]") {
  CHECK_FALSE(answers->put("me", "a", "asked", std::string(kMostBytes + 1, 'x')));
  CHECK_FALSE(answers->put("me", "b", std::string(kMostBytes + 1, 'x'), "told"));

  CHECK(found("me", "a") == "- -");
  CHECK(found("me", "b") == "- -");
}

TEST_CASE("ids of answers tell this host's work, and no two are the same", "[lane][stored]") {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    ids.insert(StoredAnswers::new_id());
  }

  CHECK(ids.size() == 1000);
  CHECK(ids.begin()->starts_with(sdk::kStoredBegin));
  CHECK(ids.rbegin()->starts_with(sdk::kStoredBegin));
  CHECK(ids.begin()->find('_') == std::string::npos);
}

}  // namespace abv::lane
