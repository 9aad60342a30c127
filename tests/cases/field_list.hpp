#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/json_tree.hpp"
#include "tests/cases/vendor.hpp"

namespace abv::cases {

// A documented field of a vendor's requests or answers, and two documents that differ in it alone.
struct FieldRow {
  std::string name;     // "image_url.detail"; empty for the element itself
  std::string label;    // tells rows with one name apart; else they show their values
  std::string pointer;  // to the field, in `with`
  Json with, without;
  // By the other vendor's or model's name: why nothing is said of it although nothing of it arrives
  // there.
  std::map<std::string, std::string, std::less<>> unsaid;

  // Empty when something has to be said.
  std::string_view why_unsaid(std::string_view other) const;
  bool is_element() const { return name.empty(); }
};

// Fields that stand in one place: the request itself, a kind of message, part or tool.
struct FieldGroup {
  std::string title;
  std::map<std::string, std::string, std::less<>>
      models;  // by vendor, where they are not the usual
  std::vector<FieldRow> rows;
};

// Who asks for what, and who is asked for it.
struct Way {
  const Vendor& client;
  const Vendor& upstream;
  std::string operation, path, model;              // as the client asks
  std::string upstream_operation, upstream_model;  // as the upstream is asked
  bool is_form = false;                            // the client sends a form, not JSON
};

// All fields of one vendor, from a file of fields/. README.md describes the files.
struct FieldList {
  const Vendor& vendor;
  std::string source;
  std::vector<FieldGroup> groups;
  std::vector<Way> ways;  // where the list says them; else all pairs of the vendor
};

// Throws std::runtime_error, with the file and the row, when it is not as it should be.
FieldList read_fields(const std::string& path, const Vendor& vendor, const Json& base);

}  // namespace abv::cases
