#include "host/lane/call_answers.hpp"

#include "abv/sdk/event.hpp"
#include "abv/sdk/stored.hpp"
#include "tests/host/lane/answers_fixture.hpp"
#include "tests/host/lane/given_call.hpp"
#include "tests/support/catch.hpp"

namespace abv::lane {
namespace {

struct Fixture : test::AnswersFixture {
  test::GivenCall call;

  // What a plugin reads with a call that may read so much.
  std::pair<abv_status, std::string> find(CallAnswers& reader, std::string_view id,
                                          std::int32_t half = ABV_STORED_ANSWER) {
    const sdk::StringWriter out;
    const abv_status status =
        reader.table()->find(reader.table()->ctx, sdk::str(id), half, out.raw());
    return {status, out.text()};
  }
};

using Found = std::pair<abv_status, std::string>;

}  // namespace

TEST_CASE_METHOD(Fixture, "a dialect reads the halves of its principal's answers",
                 "[lane][stored]") {
  answers->put("", "a", "asked", "told");
  answers->put("other", "b", "asked", "told");
  CallAnswers reader(answers.get(), *call, 100);

  CHECK(find(reader, "a", ABV_STORED_REQUEST) == Found{ABV_OK, "asked"});
  CHECK(find(reader, "a", ABV_STORED_ANSWER) == Found{ABV_OK, "told"});
  CHECK(find(reader, "b") == Found{ABV_E_NOT_FOUND, ""});
  CHECK(find(reader, "a", 3) == Found{ABV_E_INVALID, ""});
}

TEST_CASE_METHOD(Fixture, "the principal is the one that a middleware has named",
                 "[lane][stored]") {
  answers->put("other", "b", "asked", "told");
  CHECK(call->set("principal", "other") == ABV_OK);
  CallAnswers reader(answers.get(), *call, 100);

  CHECK(find(reader, "b") == Found{ABV_OK, "told"});
  CHECK(reader.table()->remove(reader.table()->ctx, sdk::str("b")) == ABV_OK);
  CHECK(reader.table()->remove(reader.table()->ctx, sdk::str("b")) == ABV_E_NOT_FOUND);
}

TEST_CASE_METHOD(Fixture, "a call reads no more bytes than it may", "[lane][stored]") {
  answers->put("", "a", "asked", "12345");
  CallAnswers reader(answers.get(), *call, 11);

  CHECK(find(reader, "a").first == ABV_OK);
  CHECK(find(reader, "a").first == ABV_OK);
  CHECK(find(reader, "a") == Found{ABV_E_LIMIT, ""});
  CHECK(find(reader, "unknown").first == ABV_E_NOT_FOUND);
}

TEST_CASE_METHOD(Fixture, "a call reads no more answers than it may", "[lane][stored]") {
  answers->put("", "a", "asked", "");
  CallAnswers reader(answers.get(), *call, 100);
  for (std::size_t i = 0; i < CallAnswers::kMostReads; ++i) {
    REQUIRE(find(reader, "a").first == ABV_OK);
  }

  CHECK(find(reader, "a").first == ABV_E_LIMIT);
}

TEST_CASE_METHOD(Fixture, "a host without a store finds and keeps nothing", "[lane][stored]") {
  CallAnswers reader(nullptr, *call, 100);

  CHECK(find(reader, "a") == Found{ABV_E_NOT_FOUND, ""});
  CHECK(reader.table()->remove(reader.table()->ctx, sdk::str("a")) == ABV_E_NOT_FOUND);
  CHECK(reader.table()->keep(reader.table()->ctx, sdk::str("asked")) == ABV_E_UNSUPPORTED);
  CHECK_FALSE(reader.is_keeping());
  CHECK(call->answer_id() == call->id());
}

TEST_CASE_METHOD(Fixture, "an answer that is kept is told with the id that it is kept under",
                 "[lane][stored]") {
  CallAnswers keeper(answers.get(), *call, 100);

  CHECK(keeper.table()->keep(keeper.table()->ctx, sdk::str("asked")) == ABV_OK);

  CHECK(keeper.is_keeping());
  CHECK(call->answer_id().starts_with(sdk::kStoredBegin));
  CHECK(call->id() == "req_1");
  keeper.keep();  // nothing was answered
  CHECK(find(keeper, call->answer_id()).first == ABV_E_NOT_FOUND);
}

TEST_CASE_METHOD(Fixture, "whether the upstream may know an id is told by a flag",
                 "[lane][stored]") {
  CallAnswers reader(answers.get(), *call, 100);
  CHECK(reader.table()->flags == 0);

  reader.let_upstream_know();

  CHECK(reader.table()->flags == ABV_STORED_UPSTREAM);
}

TEST_CASE_METHOD(Fixture, "an extension is there as long as it is offered", "[lane][stored]") {
  const CallAnswers reader(answers.get(), *call, 100);
  const auto extension = [&](std::string_view id) {
    return call->table().get_extension(call->table().ctx, sdk::str(id));
  };
  CHECK(extension(ABV_CALL_STORED_ANSWERS) == nullptr);

  call->offer(ABV_CALL_STORED_ANSWERS, reader.table());
  CHECK(extension(ABV_CALL_STORED_ANSWERS) == reader.table());
  CHECK(extension("abv.call.other/1") == nullptr);

  call->offer(ABV_CALL_STORED_ANSWERS, nullptr);
  CHECK(extension(ABV_CALL_STORED_ANSWERS) == nullptr);
}

}  // namespace abv::lane
