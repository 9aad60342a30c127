#include <string>

#include "abv/sdk/plugin.hpp"
#include "abv/sdk/testkit.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace kit = abv::sdk::testkit;

struct Ids {
  std::string request;          // what the host was asked to use; empty when its own id stays
  std::string x_request_id;     // of the answer
  std::string anthropic_style;  // the answer's request-id
  std::string upstream;         // the answer's x-upstream-request-id
};

// Sends one call, whose host-made id is "own-1", through the middleware.
Ids pass(const std::string& config, const kit::HeaderList& headers,
         const std::string& dialect = "openai-chat",
         const kit::HeaderList& answered = {{"x-request-id", "from-upstream"}}) {
  static const kit::Library kLibrary(ABV_TEST_PLUGIN_DIR "/request-id.so");
  kit::FakeHost host;
  kit::Instance instance(host, kLibrary.component(ABV_KIND_MIDDLEWARE), config);
  const auto& table = instance.table<abv_middleware>();
  kit::FakeCall call({.id = "own-1", .dialect = dialect, .headers = headers});
  kit::RecordingReply reply;
  kit::RecordingEdit request(headers);
  kit::RecordingEdit answer(answered, 200);
  void* state = nullptr;
  REQUIRE(table.open(instance.self(), call.raw(), &state) == ABV_OK);
  REQUIRE(table.on_head(instance.self(), state, call.raw(), request.raw(), reply.raw()) == ABV_OK);
  REQUIRE(table.on_reply_head(instance.self(), state, call.raw(), answer.raw()) == ABV_OK);
  const abv_outcome outcome{sizeof(abv_outcome), 200, ABV_OK, 0, 0, 0, 0, nullptr};
  table.close(instance.self(), state, &outcome);
  return {request.request_id(), answer.header("x-request-id"), answer.header("request-id"),
          answer.header("x-upstream-request-id")};
}

TEST_CASE("a client's well-formed id is kept and shown in the answer") {
  const std::string id = GENERATE(std::string("a"), std::string("Az09._-"), std::string(128, 'x'));
  const Ids ids = pass("{}", {{"X-Request-Id", id}});
  CHECK(ids.request == id);
  CHECK(ids.x_request_id == id);
}

TEST_CASE("a client's malformed id is replaced by the host's own") {
  const std::string id = GENERATE(std::string(""), std::string(129, 'x'), std::string("a b"),
                                  std::string("a/b"), std::string("a\"b"), std::string("\xC3\xA9"));
  const Ids ids = pass("{}", {{"x-request-id", id}});
  CHECK(ids.request.empty());
  CHECK(ids.x_request_id == "own-1");
}

TEST_CASE("without a client's id the host's own is shown, over the upstream's") {
  CHECK(pass("{}", {}).x_request_id == "own-1");
}

TEST_CASE("the upstream's own id is kept under another name") {
  CHECK(pass("{}", {}).upstream == "from-upstream");
  CHECK(pass("{}", {}, "openai-chat", {}).upstream.empty());
}

TEST_CASE("Anthropic's own request-id is left as it is") {
  CHECK(pass("{}", {}, "claude-messages", {{"request-id", "req_1"}}).anthropic_style == "req_1");
}

TEST_CASE("a client that is not trusted cannot choose the id") {
  const Ids ids = pass(R"({"trust_client":false})", {{"x-request-id", "mine"}});
  CHECK(ids.request.empty());
  CHECK(ids.x_request_id == "own-1");
}

TEST_CASE("clients of the Claude dialect also get request-id, others do not") {
  CHECK(pass("{}", {}, "claude-messages").anthropic_style == "own-1");
  CHECK(pass("{}", {{"x-request-id", "mine"}}, "claude-messages").anthropic_style == "mine");
  CHECK(pass("{}", {}, "openai-chat").anthropic_style.empty());
}

}  // namespace
