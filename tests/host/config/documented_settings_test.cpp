// The guide's list of settings, held against the schema.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "host/config/host_schema.hpp"
#include "tests/host/config/given.hpp"

namespace abv::config {
namespace {

using Rows = std::vector<std::string>;

// The rows that the guide should have, each up to the default: "| `log.level` | `info` |".
class ExpectedRows {
 public:
  explicit ExpectedRows(const Value& schema) : definitions_(*schema.find("$defs")) {
    add_members(schema, "");
    std::sort(rows_.begin(), rows_.end());
  }

  const Rows& rows() const { return rows_; }

 private:
  void add_members(const Value& node, const std::string& prefix) {
    for (const Member& member : node.find("properties")->members())
      add(member.value, prefix + member.key, is_required(node, member.key));
  }

  // What is made of further settings is told by those; a definition, by the first place that has
  // it.
  void add(const Value& node, const std::string& path, bool is_needed) {
    const Value* inner = &node;
    std::string inside = path + ".";
    if (const Value* items = node.find("items")) {
      inner = items;
      inside = path + "[].";
    } else if (const Value* entries = node.find("additionalProperties");
               entries != nullptr && entries->is_object()) {
      inner = entries;
      inside = path + ".NAME.";
    }
    bool is_new = true;
    if (const Value* reference = inner->find("$ref")) {
      const std::string name = reference->text().substr(reference->text().rfind('/') + 1);
      inner = definitions_.find(name);
      is_new = told_.insert(name).second;
    }
    if (is_new && inner->find("properties") != nullptr) {
      return add_members(*inner, inside);
    }
    const std::string last = is_new ? path : inside.substr(0, inside.size() - 1);
    rows_.push_back("| `" + last + "` | " + default_of(node, is_needed) + " |");
  }

  static bool is_required(const Value& node, const std::string& key) {
    const Value* required = node.find("required");
    return required != nullptr && std::any_of(required->items().begin(), required->items().end(),
                                              [&](const Value& one) { return one.text() == key; });
  }

  static std::string default_of(const Value& node, bool is_needed) {
    const Value* value = node.find("default");
    if (value == nullptr) return is_needed ? "required" : "–";
    if (value->is_scalar() && !value->text().empty()) return "`" + value->text() + "`";
    return "empty";
  }

  const Value& definitions_;
  std::set<std::string> told_;  // definitions
  Rows rows_;
};

Rows rows_of_the_guide() {
  std::ifstream file(ABV_CONFIGURATION_GUIDE);
  Rows rows;
  bool is_inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) is_inside = line == "## Every setting";
    if (is_inside && line.starts_with("| `")) {
      rows.push_back(line.substr(0, line.find(" |", line.find(" | ") + 3) + 2));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

Rows only_in_first(const Rows& first, const Rows& second) {
  Rows rest;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(),
                      std::back_inserter(rest));
  return rest;
}

TEST_CASE("the guide lists every setting of the host with its default, and nothing else") {
  const Schema host = schema(host_schema_text());
  const Rows expected = ExpectedRows(host.document()).rows();
  const Rows found = rows_of_the_guide();

  CHECK(only_in_first(expected, found) == Rows{});
  CHECK(only_in_first(found, expected) == Rows{});
}

}  // namespace
}  // namespace abv::config
