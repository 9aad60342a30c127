#include "tests/host/app/given_bodies.hpp"

#include <algorithm>
#include <array>

namespace abv::test {

std::string BodyMaker::space() {
  static constexpr std::array<std::string_view, 8> kSpaces{"",   "",    "",       " ",
                                                           "\n", "\t ", "\r\n  ", "  "};
  return std::string(kSpaces[static_cast<std::size_t>(below(8))]);
}

std::string BodyMaker::text() {
  static constexpr std::array<std::string_view, 12> kPieces{"plain words ",
                                                            "\\u00e9",
                                                            "\\ud83d\\ude00",
                                                            "\\\\",
                                                            "\\\"model\\\":\\\"x\\\"",
                                                            "\\/",
                                                            "\xC3\xA9\xE6\xBC\xA2",
                                                            "\xF0\x9F\x98\x80",
                                                            "\\b\\f\\n\\r\\t",
                                                            "\\u0000",
                                                            "}]{[,:",
                                                            "\x7F"};
  std::string made = "\"";
  for (int i = below(6); i > 0; --i) {
    made += kPieces[static_cast<std::size_t>(below(12))];
  }
  return made + "\"";
}

std::string BodyMaker::number() {
  static constexpr std::array<std::string_view, 8> kNumbers{"0",
                                                            "-0",
                                                            "1e400",
                                                            "123456789012345678901234567890",
                                                            "-0.000000000000000000001",
                                                            "1E+2",
                                                            "3.141592653589793238462643383279",
                                                            "18446744073709551616"};
  return std::string(kNumbers[static_cast<std::size_t>(below(8))]);
}

std::string BodyMaker::value(int depth) {
  switch (below(depth > 3 ? 5 : 7)) {
    case 0:
      return "null";
    case 1:
      return below(2) == 0 ? "true" : "false";
    case 2:
      return number();
    case 5:
      return object(depth + 1);
    case 6: {
      std::string made = "[";
      for (int i = below(4); i > 0; --i) {
        made += space() + value(depth + 1) + space() + (i > 1 ? "," : "");
      }
      return made + space() + "]";
    }
    default:
      return text();
  }
}

std::string BodyMaker::object(int depth) {
  std::string made = "{" + space() + "\"model\":" + space() + "\"fast\"";
  for (int i = below(4); i > 0; --i) {
    made += space() + "," + space() + text() + space() + ":" + space() + value(depth);
  }
  return made + space() + "}";
}

// The same name, with and without escapes.
std::string BodyMaker::model_text(std::string_view model) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string made = "\"";
  for (const char c : model) {
    if (below(4) == 0) {
      const auto code = static_cast<unsigned char>(c);
      made += "\\u00";
      made += kHex[code >> 4U];
      made += kHex[code & 15U];
    } else {
      made += c;
    }
  }
  return made + "\"";
}

std::string BodyMaker::model_key() {
  static constexpr std::array<std::string_view, 4> kKeys{"\"model\"", "\"model\"",
                                                         "\"mod\\u0065l\"", "\"\\u006dodel\""};
  return std::string(kKeys[static_cast<std::size_t>(below(4))]);
}

GivenBody BodyMaker::chat(std::string_view model) {
  struct Field {
    std::string key;
    std::string sent;
    std::string renamed;
  };
  std::vector<Field> fields;
  const auto add = [&](const std::string& key, const std::string& content) {
    fields.push_back({key, content, content});
  };
  fields.push_back({model_key(), model_text(model), "\"real-model\""});
  if (below(4) == 0) {
    fields.push_back({model_key(), model_text(model), "\"real-model\""});
  }
  add("\"messages\"",
      "[" + space() + R"({"role":"user","content":)" + text() + "}" + space() + "]");
  add("\"metadata\"", object(0));
  for (int i = below(8); i > 0; --i) {
    add(text(), value(0));
  }
  std::shuffle(fields.begin(), fields.end(), random_);

  GivenBody made;
  const auto both = [&](const std::string& bytes) {
    made.sent += bytes;
    made.renamed += bytes;
  };
  both(space() + "{");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    both((i > 0 ? "," : "") + space() + fields[i].key + space() + ":" + space());
    made.sent += fields[i].sent;
    made.renamed += fields[i].renamed;
    both(space());
  }
  both("}" + space());
  return made;
}

std::vector<std::string> BodyMaker::cut(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const auto size = static_cast<std::size_t>(1 + (below(3) == 0 ? below(60) : below(4)));
    pieces.emplace_back(text.substr(0, size));
    text.remove_prefix(std::min(size, text.size()));
  }
  return pieces;
}

}  // namespace abv::test
