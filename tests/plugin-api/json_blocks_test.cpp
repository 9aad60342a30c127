// Strings are read in blocks of bytes. Whatever stands at the border of one must be read as if
// there were none, so the reader is held to one that goes byte by byte.

#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"
#include "tests/plugin-api/plain_json.hpp"
#include "tests/support/catch.hpp"

namespace {

namespace json = abv::sdk::json;
namespace detail = abv::sdk::json::detail;
using abv::test::read_plainly;

void describe(const json::Value& value, std::size_t depth, std::string& out) {
  const auto end = value.offset() + value.raw().size();
  out += std::to_string(depth) + " " + std::to_string(value.offset()) + ".." + std::to_string(end);
  if (value.is_string()) {
    out += " string " + value.as_string() + "\n";
  } else if (value.is_array()) {
    out += " array\n";
    for (const auto& item : value.items())
      describe(item, depth + 1, out);
  } else if (value.is_object()) {
    out += " object\n";
    for (const auto& [name, member] : value.members()) {
      out += std::to_string(depth + 1) + " name " + name + "\n";
      describe(member, depth + 1, out);
    }
  } else {
    out += value.is_number() ? " number\n" : " word\n";
  }
}

// As read_plainly does.
std::optional<std::string> read_in_blocks(std::string_view text) {
  // A block of exactly this size, so that a sanitizer sees who reads further.
  const std::unique_ptr<char[]> copy(new char[text.size()]);
  text.copy(copy.get(), text.size());
  json::Document document;
  if (!document.parse({copy.get(), text.size()})) return std::nullopt;
  std::string out;
  describe(document.root(), 0, out);
  return out;
}

// Every text at which the two readers differ, up to three.
class Comparison {
 public:
  void add(const std::string& text) {
    ++count_;
    const auto expected = read_plainly(text);
    accepted_ += expected ? 1 : 0;
    if (read_in_blocks(text) != expected && different_.size() < 3) different_.push_back(text);
  }

  const std::vector<std::string>& different() const { return different_; }
  std::size_t accepted() const { return accepted_; }
  std::size_t refused() const { return count_ - accepted_; }

 private:
  std::vector<std::string> different_;
  std::size_t count_ = 0, accepted_ = 0;
};

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

const std::vector<std::string> kSound = {
    "\\\"",    "\\\\",     "\\n",          "\\u00e9",          "\\ud83d\\ude00",
    "\\ud83d", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\x7F",
    "/"};
const std::vector<std::string> kBroken = {"\x01",
                                          "\n",
                                          std::string(1, '\0'),
                                          "\\x",
                                          "\\",
                                          "\\u12g4",
                                          "\\u12",
                                          "\x80",
                                          "\xC3",
                                          "\xC0\x80",
                                          "\xED\xA0\x80",
                                          "\xF5\x80\x80\x80",
                                          "\xFF",
                                          "\xE2\x82",
                                          "\"",
                                          std::string("\\\0", 2)};

// `piece` in a string, at every place up to 150 bytes from its start, with as many bytes behind it.
void add_at_every_place(const std::string& piece, Comparison& comparison) {
  for (std::size_t before = 0; before < 150; ++before) {
    for (const std::size_t after : {0, 1, 7, 8, 15, 16, 47, 48, 63, 64, 65, 130}) {
      const std::string text = std::string(before, 'a') + piece + std::string(after, 'b');
      comparison.add(quoted(text));
      comparison.add("[" + quoted(text) + "," + quoted(text) + "]");
      comparison.add(quoted(text).substr(0, text.size()));  // without its end
    }
  }
}

Comparison compare_at_every_place(const std::vector<std::string>& pieces) {
  Comparison comparison;
  for (const std::string& piece : pieces)
    add_at_every_place(piece, comparison);
  return comparison;
}

// Rows of backslashes, at the end of a string or before more of it.
Comparison compare_backslashes() {
  Comparison comparison;
  for (std::size_t before = 0; before < 70; ++before) {
    for (std::size_t row = 1; row < 140; ++row) {
      const std::string text = std::string(before, 'a') + std::string(row, '\\');
      comparison.add(quoted(text));
      comparison.add(quoted(text + "n" + std::string(64, 'b')));
      comparison.add(quoted(text + "\"" + std::string(64, 'b')));
    }
  }
  return comparison;
}

class Texts {
 public:
  explicit Texts(unsigned seed) : random_(seed) {}

  std::string value(int depth = 0) {
    switch (below(depth < 5 ? 6 : 4)) {
      case 0:
        return pick({"null", "true", "false"});
      case 1:
        return pick({"0", "-1", "12.5e+30", "9007199254740993", "1E400", "-0.0"});
      case 4:
        return list('[', ']', depth, false);
      case 5:
        return list('{', '}', depth, true);
      default:
        return string();
    }
  }

  // With a few bytes changed, added or taken out.
  std::string damaged(std::string text) {
    for (std::size_t i = below(3); i < 3 && !text.empty(); ++i) {
      const std::size_t at = below(text.size());
      const std::size_t count = below(2);
      const std::string byte(
          1, below(3) == 0 ? static_cast<char>(below(256)) : pick("\"\\{}[],:u0 n\x80\xC3")[0]);
      text.replace(at, count, below(3) == 0 ? "" : byte);
    }
    return text;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string pick(const std::vector<std::string>& list) { return list[below(list.size())]; }
  std::string pick(std::string_view bytes) { return std::string(1, bytes[below(bytes.size())]); }

  std::string space() { return below(4) == 0 ? pick({" ", "\n  ", "\t", "\r\n"}) : ""; }

  std::string string() {
    std::string text;
    const bool is_rich = below(2) == 0;
    while (below(12) != 0) {
      text += is_rich && below(2) == 0 ? pick(kSound) : std::string(below(90), 'x');
    }
    return quoted(text);
  }

  std::string list(char begin, char end, int depth, bool has_names) {
    std::string text = begin + space();
    for (std::size_t i = 0, size = below(6); i < size; ++i) {
      text += (i == 0 ? "" : ",") + space();
      if (has_names) text += string() + space() + ":" + space();
      text += value(depth + 1) + space();
    }
    return text + end;
  }

  std::mt19937 random_;
};

Comparison compare_at_random(unsigned seed, std::size_t count, bool is_damaged) {
  Comparison comparison;
  Texts texts(seed);
  for (std::size_t i = 0; i < count; ++i)
    comparison.add(is_damaged ? texts.damaged(texts.value()) : texts.value());
  return comparison;
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes)
    c = random() % 3 == 0 ? "\"\\\x1F\x20\x7F\x80\xFF"[random() % 7] : static_cast<char>(random());
  return bytes;
}

// How many of `count` random blocks have other marks, or end elsewhere, in words of eight bytes
// than in the pieces that this machine has.
std::size_t count_differences(std::size_t count) {
  std::mt19937 random(17);
  std::size_t differences = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string block = random_bytes(random, detail::kBlock);
    const char* const begin = block.data();
    const char* const end = begin + random() % (block.size() + 1);
    const bool is_same =
        detail::marks_of<detail::Word>(begin) == detail::marks_of<detail::Piece>(begin) &&
        detail::plain_end<detail::Word>(begin, end) == detail::plain_end<detail::Piece>(begin, end);
    differences += is_same ? 0 : 1;
  }
  return differences;
}

}  // namespace

TEST_CASE("characters and escapes mean the same wherever they stand in a string", "[json]") {
  const Comparison comparison = compare_at_every_place(kSound);
  CHECK(comparison.different() == std::vector<std::string>());
  CHECK(comparison.accepted() > comparison.refused());
}

TEST_CASE("what breaks a string breaks it wherever it stands", "[json]") {
  const Comparison comparison = compare_at_every_place(kBroken);
  CHECK(comparison.different() == std::vector<std::string>());
  CHECK(comparison.refused() > 50'000);
}

TEST_CASE("a row of backslashes escapes what follows when its length is odd", "[json]") {
  const Comparison comparison = compare_backslashes();
  CHECK(comparison.different() == std::vector<std::string>());
  CHECK(comparison.accepted() > 9000);
  CHECK(comparison.refused() > 9000);
}

TEST_CASE("random JSON is read as it is byte by byte", "[json]") {
  const Comparison comparison = compare_at_random(11, 4000, false);
  CHECK(comparison.different() == std::vector<std::string>());
  CHECK(comparison.refused() == 0);
}

TEST_CASE("damaged JSON is read or refused as it is byte by byte", "[json]") {
  const Comparison comparison = compare_at_random(12, 20'000, true);
  CHECK(comparison.different() == std::vector<std::string>());
  CHECK(comparison.accepted() > 1000);
  CHECK(comparison.refused() > 5000);
}

TEST_CASE("blocks are told the same with and without the machine's own instructions", "[json]") {
  CHECK(count_differences(20'000) == 0);
}
