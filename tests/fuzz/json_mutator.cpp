// Changes JSON as JSON, so that inputs get deep into what reads them; now and then it changes
// bytes, as libFuzzer would. Looks for JSON as the whole input, behind a mark, and in the lines of
// a stream.

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "abv/sdk/json.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace abv::fuzz {
namespace {

namespace json = sdk::json;
using Random = std::minstd_rand;

struct Node {
  char kind = 's';  // 's'calar, '[', '{'
  std::string key;  // of a member
  std::string raw;  // of a scalar
  std::vector<Node> children;
};

constexpr std::string_view kScalars[] = {
    "null",        "true",      "false",   "0",
    "-1",          "1.5",       "1e400",   "9223372036854775808",
    "\"\"",        "\"a\"",     "\"\\n\"", "\"\\ud800\"",
    "\"\\u0000\"", "\"{}\"",    "[]",      "{}",
    "[[]]",        "[{}]",      "[null]",  "\"data:,\"",
    "\"call_1\"",  "4294967296"};

Node tree_of(const json::Value& value) {
  Node node;
  if (value.is_object()) {
    node.kind = '{';
    for (const auto& [key, member] : value.members()) {
      node.children.push_back(tree_of(member));
      node.children.back().key = key;
    }
  } else if (value.is_array()) {
    node.kind = '[';
    for (const auto& item : value.items())
      node.children.push_back(tree_of(item));
  } else {
    node.raw = value.raw();
  }
  return node;
}

void write(const Node& node, std::string& out) {
  if (node.kind == 's') {
    out += node.raw;
    return;
  }
  out += node.kind;
  for (const Node& child : node.children) {
    if (&child != &node.children.front()) out += ',';
    if (node.kind == '{') {
      out += '"';
      json::append_escaped(out, child.key);
      out += "\":";
    }
    write(child, out);
  }
  out += node.kind == '{' ? '}' : ']';
}

void collect(Node& node, std::vector<Node*>& all) {
  all.push_back(&node);
  for (Node& child : node.children)
    collect(child, all);
}

std::size_t below(Random& random, std::size_t limit) {
  return limit == 0 ? 0 : static_cast<std::size_t>(random()) % limit;
}

// A string's letters, changed as bytes are: words of the dictionary get in this way.
void change_string(Node& node, bool is_key) {
  std::string text = node.key;
  if (!is_key) {
    const auto value = json::parse(node.raw);
    text = value ? value->as_string() : "";
  }
  const std::size_t room = text.size() + 16;
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  bytes.resize(room);
  bytes.resize(LLVMFuzzerMutate(bytes.data(), text.size(), room));
  text.assign(bytes.begin(), bytes.end());
  if (is_key) {
    node.key = text;
    return;
  }
  node.raw = "\"";
  json::append_escaped(node.raw, text);
  node.raw += '"';
}

void put(Node& target, const Node& value) {
  Node copy = value;
  copy.key = target.key;
  target = std::move(copy);
}

void insert(Node& target, const Node& value, Random& random) {
  const auto place = static_cast<std::ptrdiff_t>(below(random, target.children.size() + 1));
  target.children.insert(target.children.begin() + place, value);
}

// `donor` lends values; it may be the tree itself.
void change(Node& root, const Node& donor, Random& random) {
  Node lender = donor;
  std::vector<Node*> lent;
  collect(lender, lent);
  std::vector<Node*> all;
  collect(root, all);
  Node& target = *all[below(random, all.size())];
  const Node& other = *lent[below(random, lent.size())];
  const bool is_parent = target.kind != 's';
  switch (random() % 8) {
    case 0:
      put(target, Node{'s', "", std::string(kScalars[below(random, std::size(kScalars))]), {}});
      break;
    case 1:
    case 2:
      put(target, other);
      break;
    case 3:
      if (is_parent) insert(target, other, random);
      break;
    case 4:
      if (!target.children.empty()) {
        target.children.erase(target.children.begin() +
                              static_cast<std::ptrdiff_t>(below(random, target.children.size())));
      }
      break;
    case 5:
      change_string(target, true);
      break;
    case 6:
      put(target, Node{'[', "", "", {target}});
      break;
    default:
      if (!is_parent) change_string(target, false);
      break;
  }
}

struct Region {
  std::size_t begin = 0;
  std::size_t size = 0;
};

bool is_json(std::string_view text) {
  json::Document document;
  return document.parse(text) && (document.root().is_object() || document.root().is_array());
}

std::vector<Region> regions_of(std::string_view input) {
  std::vector<Region> regions;
  const auto try_add = [&](std::size_t begin, std::size_t end) {
    if (is_json(input.substr(begin, end - begin))) regions.push_back({begin, end - begin});
  };
  for (std::size_t at = 0; at < input.size();) {
    const std::size_t end = std::min(input.find(kClientRequest, at), input.size());
    try_add(at, end);
    for (std::size_t line = at; line < end;) {
      const std::size_t line_end = std::min(input.find('\n', line), end);
      if (input.substr(line, 5) == "data:") try_add(line + 5, line_end);
      line = line_end + 1;
    }
    at = end + 1;
  }
  return regions;
}

std::size_t give(const std::string& text, std::uint8_t* out, std::size_t max_size) {
  if (text.size() > max_size) return 0;
  std::copy(text.begin(), text.end(), out);
  return text.size();
}

std::string changed(std::string_view input, std::string_view lender, Random& random) {
  const auto regions = regions_of(input);
  const auto lent = regions_of(lender);
  if (regions.empty() || lent.empty()) return {};
  const Region region = regions[below(random, regions.size())];
  const Region other = lent[below(random, lent.size())];
  Node root = tree_of(*json::parse(input.substr(region.begin, region.size)));
  const Node donor = tree_of(*json::parse(lender.substr(other.begin, other.size)));
  for (auto count = 1 + random() % 3; count > 0; --count)
    change(root, donor, random);
  std::string text(input.substr(0, region.begin));
  write(root, text);
  return text.append(input.substr(region.begin + region.size));
}

}  // namespace
}  // namespace abv::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace abv::fuzz;
  Random random(seed);
  std::string input(view_of(data, size));
  const bool has_cuts = input.find(kCut) != std::string::npos;
  if (random() % 5 == 0 || (has_cuts && random() % 2 == 0)) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  if (has_cuts) input = without_cuts(input);
  std::string text = changed(input, input, random);
  if (text.empty()) return LLVMFuzzerMutate(data, size, max_size);
  if (has_cuts || random() % 16 == 0) {
    for (auto count = random() % 4; count > 0; --count)
      text.insert(below(random, text.size() + 1), 1, kCut);
  }
  const std::size_t given = give(text, data, max_size);
  return given > 0 ? given : LLVMFuzzerMutate(data, size, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2,
                                                 std::uint8_t* out, std::size_t max_out_size,
                                                 unsigned seed) {
  using namespace abv::fuzz;
  Random random(seed);
  return give(
      changed(without_cuts(view_of(data1, size1)), without_cuts(view_of(data2, size2)), random),
      out, max_out_size);
}
