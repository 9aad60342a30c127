// That the run of the fields tells what becomes of them (field_run.hpp, json_changes.hpp).

#include "tests/cases/field_page.hpp"
#include "tests/cases/field_run.hpp"
#include "tests/cases/json_changes.hpp"
#include "tests/support/catch.hpp"

namespace abv::cases {
namespace {

using Names = std::vector<std::string>;

Names names_of_changes(const char* before, const char* after) {
  Names names;
  for (const Change& change : changes(Json::parse(before), Json::parse(after)))
    names.push_back((change.kind == Change::Kind::kRemoved ? "−" : "") + change.name);
  return names;
}

FieldRow row(const char* with, const char* without) {
  FieldRow row;
  row.name = "top_k";
  row.pointer = "/top_k";
  row.with = Json::parse(with);
  row.without = Json::parse(without);
  return row;
}

Outcome outcome(const char* document, std::vector<std::string> losses = {}) {
  return {Json::parse(document), std::move(losses), {}, {}};
}

const FieldRow kTopK = row(R"({"top_k":3})", "{}");

}  // namespace

TEST_CASE("a change is named by the highest place that only one document has", "[fields]") {
  CHECK(names_of_changes(R"({"a":1})", R"({"a":1})") == Names{});
  CHECK(names_of_changes(R"({})", R"({"config":{"limit":{"tokens":3}}})") ==
        Names{"config.limit.tokens"});
  CHECK(names_of_changes(R"({"a":{"b":1}})", R"({"a":{"b":2,"c":3}})") == Names{"a.b", "a.c"});
  CHECK(names_of_changes(R"({"a":1})", "{}") == Names{"−a"});
}

TEST_CASE("an item of a list is named by its type and moves no other", "[fields]") {
  CHECK(names_of_changes(R"({"c":[{"type":"text"},{"type":"file"}]})",
                         R"({"c":[{"type":"text"},{"type":"image","url":"u"},{"type":"file"}]})") ==
        Names{"c[image]"});
  CHECK(names_of_changes(R"({"c":[]})", R"({"c":[{"inlineData":{"data":"a","mimeType":"b"}}]})") ==
        Names{"c[].inlineData"});
}

TEST_CASE("a field that stands where it stood is the same", "[fields]") {
  CHECK(cell_of(fate_of(kTopK, outcome(R"({"top_k":3})"), outcome("{}")), "a") == "=");
}

TEST_CASE("a field is told by where it went and what was reported of it alone", "[fields]") {
  const Fate fate =
      fate_of(kTopK, outcome(R"({"topK":2})", {"dropped /a: why", "approximated /k: least 2"}),
              outcome("{}", {"dropped /a: why"}));

  CHECK(cell_of(fate, "a") == "`topK`; ≈ least 2");
}

TEST_CASE("a field without a trace or a word is lost in silence", "[fields]") {
  Fate fate = fate_of(kTopK, outcome("{}"), outcome("{}"));
  demand_word(fate, kTopK, "gemini", nullptr);
  Fate told = fate_of(kTopK, outcome("{}", {"dropped /top_k: only a knows it"}), outcome("{}"));
  demand_word(told, kTopK, "gemini", nullptr);

  CHECK(fate.fault == "lost in silence");
  CHECK(told.fault.empty());
  CHECK(cell_of(told, "a") == "—");
}

TEST_CASE("a field that makes an upstream refuse the request says why", "[fields]") {
  const Outcome refused{{}, {}, "not written", "400 unsupported_operation: give no top_k"};
  Fate fate = fate_of(kTopK, refused, outcome("{}"));
  demand_word(fate, kTopK, "gemini", nullptr);

  CHECK(cell_of(fate, "a") == "✗ give no top_k");
  CHECK(fate_of(kTopK, outcome("{}"), refused).fault == "not written");
  CHECK(fate_of(kTopK, refused, refused).fault == "not written");
}

TEST_CASE("what goes with its element need not be told again", "[fields]") {
  const Fate gone = fate_of(kTopK, outcome("{}", {"dropped /tools/0: why"}), outcome("{}"));
  Fate fate = fate_of(kTopK, outcome("{}"), outcome("{}"));
  demand_word(fate, kTopK, "gemini", &gone);

  CHECK(fate.fault.empty());
  CHECK(cell_of(fate, "a") == "″");
}

TEST_CASE("silence can be allowed for a vendor as long as there is silence", "[fields]") {
  FieldRow allowed = kTopK;
  allowed.unsaid["gemini"] = "it is the default";
  Fate silent = fate_of(allowed, outcome("{}"), outcome("{}"));
  demand_word(silent, allowed, "gemini", nullptr);
  Fate other = fate_of(allowed, outcome("{}"), outcome("{}"));
  demand_word(other, allowed, "claude-messages", nullptr);
  Fate loud = fate_of(allowed, outcome(R"({"topK":3})"), outcome("{}"));
  demand_word(loud, allowed, "gemini", nullptr);

  CHECK(cell_of(silent, "a") == "· it is the default");
  CHECK(other.fault == "lost in silence");
  CHECK(loud.fault == "is not silent: \"unsaid\" has to go");
}

}  // namespace abv::cases
