#include "host/lane/body.hpp"

#include <algorithm>

#include "tests/host/lane/given_body.hpp"
#include "tests/support/catch.hpp"

namespace {

using abv::lane::Body;
using abv::lane::Range;
using abv::lane::Splice;
using abv::test::joined;
using abv::test::sealed;

std::string spliced(std::string_view body, std::vector<Splice> splices) {
  std::vector<std::string_view> pieces;
  return splice_pieces(body, splices, pieces) ? joined(pieces) : "(refused)";
}

void append(Body& body, std::string_view text) {
  body.reserve(body.size() + text.size());
  std::copy(text.begin(), text.end(), body.free_space().begin());
  body.commit(text.size());
}

std::string_view padding(const Body& body) {
  return {body.text().data() + body.size(), Body::kPadding};
}

}  // namespace

TEST_CASE("a body that was never filled is empty and can be sealed", "[lane][body]") {
  Body body;
  CHECK(body.text().empty());
  CHECK(body.free_space().empty());

  body.seal();

  CHECK(body.text().empty());
  CHECK(padding(body) == std::string(Body::kPadding, '\0'));
}

TEST_CASE("a body keeps its bytes when it grows", "[lane][body]") {
  Body body;

  append(body, "first, ");
  append(body, std::string(100'000, 'x'));
  append(body, ", last");

  CHECK(body.text() == "first, " + std::string(100'000, 'x') + ", last");
}

TEST_CASE("reserving less than there is changes nothing", "[lane][body]") {
  Body body = sealed("0123456789");
  const char* const bytes = body.text().data();

  body.reserve(3);

  CHECK(body.text() == "0123456789");
  CHECK(body.text().data() == bytes);
  CHECK(body.capacity() == 10);
}

TEST_CASE("a sealed body ends with zeros, also where other bytes were", "[lane][body]") {
  Body body;
  body.reserve(200);
  std::fill(body.free_space().begin(), body.free_space().end(), 'x');
  body.commit(100);

  body.seal();

  CHECK(body.text() == std::string(100, 'x'));
  CHECK(padding(body) == std::string(Body::kPadding, '\0'));
}

TEST_CASE("without splices the body is one piece, and an empty one none", "[lane][splice]") {
  std::vector<Splice> none;
  std::vector<std::string_view> pieces{"old"};

  CHECK(splice_pieces("body", none, pieces));
  CHECK(pieces == std::vector<std::string_view>{"body"});
  CHECK(splice_pieces("", none, pieces));
  CHECK(pieces.empty());
}

TEST_CASE("what stays is not copied", "[lane][splice]") {
  const std::string body = "0123456789";
  std::vector<Splice> splices{{Range{3, 4}, "x"}};
  std::vector<std::string_view> pieces;

  REQUIRE(splice_pieces(body, splices, pieces));

  REQUIRE(pieces.size() == 3);
  CHECK(pieces[0].data() == body.data());
  CHECK(pieces[1].data() == splices[0].replacement.data());
  CHECK(pieces[2].data() == body.data() + 7);
}

TEST_CASE("splices work at both edges and over everything", "[lane][splice]") {
  CHECK(spliced("abc", {{Range{0, 1}, "X"}}) == "Xbc");
  CHECK(spliced("abc", {{Range{2, 1}, "X"}}) == "abX");
  CHECK(spliced("abc", {{Range{0, 3}, "X"}}) == "X");
  CHECK(spliced("abc", {{Range{0, 3}, ""}}) == "");
  CHECK(spliced("abc", {{Range{0, 0}, "X"}}) == "Xabc");
  CHECK(spliced("abc", {{Range{3, 0}, "X"}}) == "abcX");
  CHECK(spliced("", {{Range{0, 0}, "X"}}) == "X");
}

TEST_CASE("the order in which splices are given does not matter", "[lane][splice]") {
  const Splice first{Range{0, 2}, "A"};
  const Splice second{Range{4, 1}, "B"};
  const Splice third{Range{5, 3}, ""};

  CHECK(spliced("0123456789", {first, second, third}) == "A23B89");
  CHECK(spliced("0123456789", {third, second, first}) == "A23B89");
  CHECK(spliced("0123456789", {second, third, first}) == "A23B89");
}

TEST_CASE("an insertion stands before a replacement at the same place", "[lane][splice]") {
  const Splice insertion{Range{2, 0}, "+"};
  const Splice replacement{Range{2, 3}, "R"};

  CHECK(spliced("0123456789", {insertion, replacement}) == "01+R56789");
  CHECK(spliced("0123456789", {replacement, insertion}) == "01+R56789");
}

TEST_CASE("insertions at one place keep the order in which they were given", "[lane][splice]") {
  std::vector<Splice> many;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    many.push_back(Splice{Range{1, 0}, std::to_string(i) + ","});
    expected += std::to_string(i) + ",";
  }

  CHECK(spliced("ab", many) == "a" + expected + "b");
}

TEST_CASE("splices that overlap are refused in any order", "[lane][splice]") {
  const Splice left{Range{2, 4}, "L"};
  const Splice right{Range{5, 2}, "R"};
  const Splice inner{Range{3, 0}, "I"};

  CHECK(spliced("0123456789", {left, right}) == "(refused)");
  CHECK(spliced("0123456789", {right, left}) == "(refused)");
  CHECK(spliced("0123456789", {inner, left}) == "(refused)");
  CHECK(spliced("0123456789", {left, left}) == "(refused)");
}

TEST_CASE("splices that touch do not overlap", "[lane][splice]") {
  CHECK(spliced("0123456789", {{Range{5, 2}, "R"}, {Range{2, 3}, "L"}}) == "01LR789");
}

TEST_CASE("a splice past the end is refused, also when the sum wraps around", "[lane][splice]") {
  CHECK(spliced("abc", {{Range{4, 0}, "X"}}) == "(refused)");
  CHECK(spliced("abc", {{Range{0, 4}, "X"}}) == "(refused)");
  CHECK(spliced("abc", {{Range{3, 1}, "X"}}) == "(refused)");
  CHECK(spliced("abc", {{Range{2, SIZE_MAX}, "X"}}) == "(refused)");
  CHECK(spliced("abc", {{Range{SIZE_MAX, 2}, "X"}}) == "(refused)");
}
