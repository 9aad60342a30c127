#include "abv/sdk/stored.hpp"

#include "abv/sdk/dialect.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace sdk = abv::sdk;
namespace kit = abv::sdk::testkit;

struct Fixture {
  kit::FakeCall call;
  kit::FakeStoredAnswers stored;

  sdk::StoredAnswers answers() {
    call.offer(ABV_CALL_STORED_ANSWERS, stored.raw());
    return sdk::StoredAnswers(call.raw());
  }
};

TEST_CASE_METHOD(Fixture, "the halves of a kept answer are read", "[stored]") {
  stored.put("a", "asked", "told");
  const auto kept = answers();

  CHECK(static_cast<bool>(kept));
  CHECK(kept.request("a") == "asked");
  CHECK(kept.answer("a") == "told");
  CHECK(kept.answer("b") == std::nullopt);
  CHECK(kept.remove("a"));
  CHECK_FALSE(kept.remove("a"));
  CHECK(kept.answer("a") == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "who reads too much is stopped", "[stored]") {
  stored.put("a", "asked", "told");
  stored.limit_reads(1);
  const auto kept = answers();
  CHECK(kept.answer("a") == "told");

  const auto status = [&]() -> abv_status {
    try {
      (void)kept.answer("a");
      return ABV_OK;
    } catch (const sdk::Stopped& stopped) {
      return stopped.status;
    }
  }();

  CHECK(status == ABV_E_LIMIT);
}

TEST_CASE_METHOD(Fixture, "an answer is kept unless the host keeps none", "[stored]") {
  CHECK(answers().keep("asked"));
  CHECK(stored.kept_request() == "asked");

  stored.keep_nothing();

  CHECK_FALSE(answers().keep("asked"));
}

TEST_CASE_METHOD(Fixture, "whether the upstream may know an id is told", "[stored]") {
  CHECK_FALSE(answers().upstream_may_know());

  stored.let_upstream_know();

  CHECK(answers().upstream_may_know());
}

TEST_CASE("without a call, or with one that offers none, nothing is kept", "[stored]") {
  const kit::FakeCall call;
  for (const auto& kept : {sdk::StoredAnswers(nullptr), sdk::StoredAnswers(call.raw())}) {
    CHECK_FALSE(static_cast<bool>(kept));
    CHECK_FALSE(kept.upstream_may_know());
    CHECK(kept.answer("a") == std::nullopt);
    CHECK_FALSE(kept.remove("a"));
    CHECK_FALSE(kept.keep("asked"));
  }
}

TEST_CASE("an encoder gets the call that it answers, from hosts that know of it", "[stored]") {
  const kit::FakeCall call;
  abv_codec_params raw{};
  raw.size = sizeof raw;
  raw.call = call.raw();
  CHECK(sdk::CodecParams(raw).call() == call.raw());

  raw.size = offsetof(abv_codec_params, call);

  CHECK(sdk::CodecParams(raw).call() == nullptr);
}

}  // namespace
