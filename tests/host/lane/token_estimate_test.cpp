#include "host/lane/token_estimate.hpp"

#include "host/store/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_sinks.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::lane {
namespace {

namespace chat = sdk::chat;

chat::Request saying(std::string_view text, std::size_t times = 1) {
  chat::Request request;
  for (std::size_t i = 0; i < times; ++i) {
    chat::Part part;
    part.text = request.quote(text);
    chat::Message message;
    message.parts.push_back(std::move(part));
    request.messages.push_back(std::move(message));
  }
  return request;
}

}  // namespace

TEST_CASE("a longer request is more tokens", "[lane][tokens]") {
  const std::int64_t once = estimate_tokens(saying("The quick brown fox jumps over the lazy dog."));

  CHECK(once >= 10);
  CHECK(once <= 25);
  CHECK(estimate_tokens(saying("The quick brown fox jumps over the lazy dog.", 100)) >= once * 90);
}

TEST_CASE("tools, their results and pictures count", "[lane][tokens]") {
  chat::Request request = saying("x");
  const std::int64_t bare = estimate_tokens(request);
  chat::Tool tool;
  tool.parameters = request.keep(std::string(400, ' '));
  request.tools.push_back(tool);
  const std::int64_t with_tool = estimate_tokens(request);
  chat::Part result;
  result.kind = chat::PartKind::kToolResult;
  chat::Part image;
  image.kind = chat::PartKind::kImage;
  result.content.push_back(image);
  request.messages[0].parts.push_back(result);

  CHECK(with_tool >= bare + 100);
  CHECK(estimate_tokens(request) >= with_tool + 1000);
}

TEST_CASE("an estimate is corrected by what was counted for the same model", "[lane][tokens]") {
  TokenCalibration calibration;
  calibration.observe("a", 100, 150);

  CHECK(calibration.correct("a", 1000) == 1500);
  CHECK(calibration.correct("b", 1000) == 1000);
}

TEST_CASE("a single odd count does not spoil the calibration", "[lane][tokens]") {
  TokenCalibration calibration;
  calibration.observe("a", 100, 100);
  calibration.observe("a", 100, 1'000'000);
  calibration.observe("a", 0, 10);

  CHECK(calibration.correct("a", 100) == 200);
}

TEST_CASE("what was learnt of a model outlives the process", "[lane][tokens]") {
  test::TempDir dir;
  test::VirtualClock clock;
  test::NoSink sink;
  Log log(sink, clock);
  const auto open = [&](store::Database& database) {
    return std::move(store::ExpiringStore::open(database, "factors",
                                                {3'600'000, 100, 64, 10'000, 100}, clock, log)
                         .value());
  };
  {
    auto database = store::Database::open(dir.path() / "a.db").value();
    TokenCalibration calibration(open(*database));
    calibration.observe("a", 100, 150);
  }
  auto database = store::Database::open(dir.path() / "a.db").value();
  TokenCalibration calibration(open(*database));
  CHECK(calibration.correct("b", 1000) == 1000);
  CHECK(calibration.correct("a", 1000) == 1500);
  calibration.observe("a", 100, 300);  // counts for a third beside what was known
  CHECK(calibration.correct("a", 1000) == 2000);
}

}  // namespace abv::lane
