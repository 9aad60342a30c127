#include "tests/cases/field_list.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace abv::cases {
namespace {

void put_all(Json& document, const Json& changes) {
  for (const auto& [pointer, value] : changes.members())
    document.put(pointer, value);
}

// "image_url.detail" in "/messages/0/content/1". Names with a dot of their own are written "\.".
std::string pointer_to(const std::string& place, const std::string& name) {
  std::string pointer = place;
  if (!name.empty()) pointer += "/";
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_escape = name[i] == '\\' && i + 1 < name.size();
    pointer.push_back(is_escape ? name[++i] : name[i] == '.' ? '/' : name[i]);
  }
  return pointer;
}

void read_names(const Json& by_names, std::map<std::string, std::string, std::less<>>& found) {
  for (const auto& [names, value] : by_names.members()) {
    std::stringstream list(names);
    for (std::string name; std::getline(list, name, ',');)
      found[name] = value.text();
  }
}

// Takes out a field, and the objects around it that it leaves empty.
void take_out(Json& document, const std::string& pointer) {
  document.put(pointer, "<absent>");
  const std::string outer = pointer.substr(0, pointer.rfind('/'));
  const bool is_member =
      !outer.empty() && document.at(outer.substr(0, outer.rfind('/'))).is_object();
  if (is_member && document.at(outer) == Json(Json::Members())) take_out(document, outer);
}

FieldRow row_of(const Json& base, const std::string& place, const Json& row) {
  FieldRow made;
  made.name = row["field"].text();
  made.label = row["label"].text();
  made.pointer = pointer_to(place, made.name);
  made.with = base;
  put_all(made.with, row["base"]);
  if (row.has("value")) made.with.put(made.pointer, row["value"]);
  if (made.with.at(made.pointer).is_null()) throw std::runtime_error("nothing is there");
  made.without = made.with;
  if (row.has("without")) {
    put_all(made.without, row["without"]);
  } else if (row.has("other")) {
    made.without.put(made.pointer, row["other"]);
  } else {
    take_out(made.without, made.pointer);
  }
  if (made.with == made.without) throw std::runtime_error("with and without are the same");
  read_names(row["unsaid"], made.unsaid);
  return made;
}

FieldGroup group_of(const Json& base, const Json& group) {
  FieldGroup made;
  made.title = group["title"].text();
  read_names(group["models"], made.models);
  Json own = base;
  put_all(own, group["base"]);
  const std::string place = group["at"].text();
  for (const Json& row : group["rows"].list()) {
    try {
      made.rows.push_back(row_of(own, place, row));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(made.title + ", " + row["field"].text() + ": " + error.what());
    }
  }
  return made;
}

// {"operation": "images.edits", "path": "…", "model": "…", "form": true,
//  "upstream": "gemini", "upstream_operation": "…", "upstream_models": ["…"]}
std::vector<Way> ways_of(const Vendor& client, const Json& asked) {
  std::vector<Way> ways;
  const std::string operation = asked["operation"].text();
  for (const Json& model : asked["upstream_models"].list()) {
    ways.push_back(
        {client, vendor(asked["upstream"].text()), operation, asked["path"].text(),
         asked["model"].text(),
         asked.has("upstream_operation") ? asked["upstream_operation"].text() : operation,
         model.text(), asked["form"].flag()});
  }
  return ways;
}

}  // namespace

std::string_view FieldRow::why_unsaid(std::string_view other) const {
  for (const std::string_view key : {other, std::string_view("*")}) {
    const auto found = unsaid.find(key);
    if (found != unsaid.end()) return found->second;
  }
  return {};
}

FieldList read_fields(const std::string& path, const Vendor& vendor, const Json& base) {
  const Json file = read_json(path);
  FieldList list{vendor, file["source"].text(), {}, ways_of(vendor, file["asked"])};
  Json own = base;
  put_all(own, file["base"]);
  try {
    for (const Json& group : file["groups"].list())
      list.groups.push_back(group_of(own, group));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
  return list;
}

}  // namespace abv::cases
