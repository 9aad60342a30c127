#include "host/lane/turn_memory.hpp"

#include "abv/sdk/event.hpp"
#include "host/lane/history.hpp"
#include "host/store/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/log_sinks.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/virtual_clock.hpp"

namespace abv::lane {
namespace {

namespace chat = sdk::chat;

struct Fixture {
  Fixture() { restart(); }

  void restart() {
    memory.reset();
    database.reset();
    database = store::Database::open(dir.path() / "turns.db").value();
    memory = std::make_unique<TurnMemory>(
        store::ExpiringStore::open(*database, "turns", {1'000'000, 100, 10'000, 10'000, 100}, clock,
                                   log)
            .value());
  }

  test::TempDir dir;
  test::NoSink sink;
  test::VirtualClock clock;
  Log log{sink, clock};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<TurnMemory> memory;
};

// Thinks, signs it, calls "c1" with a signature of its own, thinks on, calls "c2".
TurnMemory::Recorder thinking_turn() {
  TurnMemory::Recorder turn;
  const auto see = [&](std::uint32_t kind, std::uint32_t index, std::string_view text,
                       std::string_view id = {}, std::uint32_t flags = 0) {
    abv_event event = sdk::make_event(kind, index);
    event.text = sdk::str(text);
    event.id = sdk::str(id);
    event.flags = flags;
    turn.see(event);
  };
  see(ABV_EVENT_REASONING, 0, "let me ");
  see(ABV_EVENT_REASONING, 0, "see");
  see(ABV_EVENT_SIGNATURE, 0, "s0");
  see(ABV_EVENT_SIGNATURE, 1, "s1");
  see(ABV_EVENT_TOOL_START, 1, "", "c1");
  see(ABV_EVENT_SIGNATURE, 2, "hidden", {}, ABV_EVENT_REDACTED);
  see(ABV_EVENT_TOOL_START, 3, "", "c2");
  return turn;
}

chat::Part part(chat::PartKind kind, std::string id = {}) {
  chat::Part made;
  made.kind = kind;
  made.id = std::move(id);
  return made;
}

// What a client that carries no reasoning sends back.
chat::Request bare_history() {
  chat::Request request;
  chat::Message turn;
  turn.role = chat::Role::kAssistant;
  turn.parts.push_back(part(chat::PartKind::kText));
  turn.parts.push_back(part(chat::PartKind::kToolCall, "c1"));
  turn.parts.push_back(part(chat::PartKind::kToolCall, "c2"));
  request.messages.push_back(std::move(turn));
  return request;
}

std::string shape(const chat::Message& message) {
  std::string text;
  for (const chat::Part& part : message.parts) {
    text += part.kind == chat::PartKind::kReasoning    ? "R"
            : part.kind == chat::PartKind::kToolCall   ? "C"
            : part.kind == chat::PartKind::kToolResult ? "A"
                                                       : "T";
    text += part.signature + part.redacted + (part.is_error ? "!" : "") + " ";
  }
  return text;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a turn gets its reasoning and signatures back, where they stood",
                 "[lane][turns]") {
  memory->remember(thinking_turn(), "ann", "claude", "opus");
  restart();
  chat::Request request = bare_history();

  CHECK(memory->complete(request, "ann", "claude") == 1);

  CHECK(shape(request.messages[0]) == "Rs0 T Cs1 Rhidden C ");
  CHECK(request.messages[0].parts[0].text == "\"let me see\"");
  CHECK(request.messages[0].parts[0].origin == "claude");
  CHECK(request.messages[0].parts[0].origin_model == "opus");
}

TEST_CASE_METHOD(Fixture, "what a client made of the reasoning gives way to the original",
                 "[lane][turns]") {
  memory->remember(thinking_turn(), "ann", "claude", "opus");
  chat::Request request = bare_history();
  request.messages[0].parts.insert(request.messages[0].parts.begin(),
                                   part(chat::PartKind::kReasoning));

  CHECK(memory->complete(request, "ann", "claude") == 1);

  CHECK(shape(request.messages[0]) == "Rs0 T Cs1 Rhidden C ");
}

TEST_CASE_METHOD(Fixture, "a turn is for its owner and its family only", "[lane][turns]") {
  memory->remember(thinking_turn(), "ann", "claude", "opus");
  chat::Request request = bare_history();

  CHECK(memory->complete(request, "bob", "claude") == 0);
  CHECK(memory->complete(request, "ann", "gemini") == 0);
  CHECK(shape(request.messages[0]) == "T C C ");
}

TEST_CASE_METHOD(Fixture, "a turn that has its reasoning is left alone", "[lane][turns]") {
  memory->remember(thinking_turn(), "ann", "claude", "opus");
  chat::Request request = bare_history();
  chat::Part reasoning = part(chat::PartKind::kReasoning);
  reasoning.signature = "own";
  reasoning.origin = "claude";
  request.messages[0].parts.push_back(reasoning);

  CHECK(memory->complete(request, "ann", "claude") == 0);
}

TEST_CASE_METHOD(Fixture, "a turn whose ids are lost is found by the signature on its call",
                 "[lane][turns]") {
  memory->remember(thinking_turn(), "ann", "claude", "opus");
  chat::Request request = bare_history();
  request.messages[0].parts[1].id = "other_1";
  request.messages[0].parts[2].id = "other_2";
  request.messages[0].parts[1].signature = "s0";
  request.messages[0].parts[1].origin = "claude";

  CHECK(memory->complete(request, "ann", "claude") == 1);

  CHECK(shape(request.messages[0]) == "Rs0 T C Rhidden C ");
}

TEST_CASE_METHOD(Fixture, "a turn without calls or signatures is not kept", "[lane][turns]") {
  TurnMemory::Recorder unsigned_turn;
  abv_event event = sdk::make_event(ABV_EVENT_TOOL_START, 0);
  event.id = sdk::str("c1");
  unsigned_turn.see(event);
  memory->remember(unsigned_turn, "ann", "claude", "opus");
  chat::Request request = bare_history();

  CHECK(memory->complete(request, "ann", "claude") == 0);
}

TEST_CASE("a call without a result gets one that says so", "[lane][history]") {
  chat::Request request = bare_history();
  chat::Message next;
  next.parts.push_back(part(chat::PartKind::kToolResult, "c2"));
  next.parts.push_back(part(chat::PartKind::kText));
  request.messages.push_back(std::move(next));
  plugin::NoLossSink losses;

  CHECK(recover_tool_loop(request, losses) == 1);

  CHECK(shape(request.messages[1]) == "A! A T ");
  CHECK(request.messages[1].parts[0].id == "c1");
}

TEST_CASE("a result without a call is dropped, and a turn that is empty then", "[lane][history]") {
  chat::Request request = bare_history();
  chat::Message answers;
  answers.parts.push_back(part(chat::PartKind::kToolResult, "c1"));
  answers.parts.push_back(part(chat::PartKind::kToolResult, "c2"));
  answers.parts.push_back(part(chat::PartKind::kToolResult, "c3"));
  chat::Message orphan;
  orphan.parts.push_back(part(chat::PartKind::kToolResult, "c9"));
  request.messages.insert(request.messages.begin(), orphan);
  request.messages.push_back(std::move(answers));
  plugin::NoLossSink losses;

  CHECK(recover_tool_loop(request, losses) == 2);

  REQUIRE(request.messages.size() == 2);
  CHECK(shape(request.messages[0]) == "T C C ");
  CHECK(shape(request.messages[1]) == "A A ");
}

TEST_CASE("calls whose results are still to come are left alone", "[lane][history]") {
  chat::Request request = bare_history();
  plugin::NoLossSink losses;

  CHECK(recover_tool_loop(request, losses) == 0);
  CHECK(request.messages.size() == 1);
}

TEST_CASE("signatures of another model are dropped, those of an unknown one are not",
          "[lane][history]") {
  chat::Request request = bare_history();
  for (const char* model : {"opus", "haiku", ""}) {
    chat::Part reasoning = part(chat::PartKind::kReasoning);
    reasoning.signature = "s";
    reasoning.origin = "claude";
    reasoning.origin_model = model;
    request.messages[0].parts.push_back(reasoning);
  }
  plugin::NoLossSink losses;

  CHECK(drop_other_models(request, "claude", "opus", losses) == 1);

  CHECK(shape(request.messages[0]) == "T C C Rs R Rs ");
}

}  // namespace abv::lane
