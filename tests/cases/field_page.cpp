#include "tests/cases/field_page.hpp"

#include <algorithm>
#include <sstream>

namespace abv::cases {
namespace {

// A cell shows so many places; what is behind them follows from them.
constexpr std::size_t kMostPlaces = 3;

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string line;
  for (const std::string& word : words)
    line += (line.empty() ? "" : between) + word;
  return line;
}

std::string places_of(const Fate& fate) {
  std::vector<std::string> shown;
  for (const std::string& place : fate.places) {
    if (shown.size() == kMostPlaces) {
      shown.emplace_back("…");
      break;
    }
    shown.push_back("`" + place + "`");
  }
  return joined(shown, ", ");
}

// "dropped: why" as "— why", "approximated: why" as "≈ why", "defaulted: why" as "+ why".
std::string loss_of(const std::string& loss, std::string_view own) {
  const std::size_t colon = loss.find(": ");
  const std::string what = loss.substr(0, colon);
  const std::string why = loss.substr(colon + 2);
  if (why == "only " + std::string(own) + " knows it") return "—";
  return (what == "dropped" ? "— " : what == "approximated" ? "≈ " : "+ ") + why;
}

// What would end a cell, or begin HTML.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe.push_back('\\');
    if (c == '<') {
      safe += "&lt;";
    } else {
      safe.push_back(c);
    }
  }
  return safe;
}

std::string row_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells)
    line += " " + escaped(cell) + " |";
  return line + "\n";
}

// "annotations[].title" of "annotations.0.title".
std::string shown_field(const std::string& field) {
  std::string shown;
  std::stringstream steps(field);
  for (std::string step; std::getline(steps, step, '.');) {
    const bool is_item = step.find_first_not_of("0123456789") == std::string::npos;
    shown += is_item ? (shown.empty() ? "" : "[]") : (shown.empty() ? "" : ".") + step;
  }
  return shown;
}

// What tells rows of one field apart: a label, or where there are several, the value.
std::string value_of(const FieldGroup& group, const FieldRow& row) {
  if (!row.label.empty()) return row.label;
  const auto same = [&](const FieldRow& other) { return other.name == row.name; };
  if (std::count_if(group.rows.begin(), group.rows.end(), same) == 1) return {};
  return "`" + row.with.at(row.pointer).dump() + "`";
}

std::string name_of(const FieldGroup& group, const FieldRow& row) {
  if (row.is_element()) return "**all of it**";
  const std::string value = value_of(group, row);
  // One of the items that may stand there.
  const bool is_item = row.name.find_last_not_of("0123456789") == std::string::npos ||
                       row.name[row.name.find_last_not_of("0123456789")] == '.';
  if (is_item) return value;
  return "`" + shown_field(row.name) + "`" + (value.empty() ? "" : ": " + value);
}

struct Line {
  const FieldRow* last;
  std::vector<std::string> cells;  // with the name
};

// One line for all values of a field, and for all fields that nobody else knows, that fare alike.
std::vector<Line> lines_of(const FieldGroup& group,
                           const std::vector<std::vector<std::string>>& cells) {
  const auto says_nothing = [](const std::string& cell) { return cell == "—" || cell == "="; };
  std::vector<Line> lines;
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const FieldRow& row = group.rows[i];
    const bool is_plain = std::all_of(cells[i].begin(), cells[i].end(), says_nothing) &&
                          std::count(cells[i].begin(), cells[i].end(), "—") > 0;
    const auto is_alike = [&](const Line& line) {
      return (is_plain || line.last->name == row.name) &&
             std::equal(cells[i].begin(), cells[i].end(), line.cells.begin() + 1, line.cells.end());
    };
    const auto known = std::find_if(lines.begin(), lines.end(), is_alike);
    if (known == lines.end()) {
      lines.push_back({&row, {name_of(group, row)}});
      lines.back().cells.insert(lines.back().cells.end(), cells[i].begin(), cells[i].end());
      continue;
    }
    const bool is_same_field = known->last->name == row.name;
    known->cells.front() += ", " + (is_same_field ? value_of(group, row) : name_of(group, row));
    known->last = &row;
  }
  return lines;
}

}  // namespace

std::string cell_of(const Fate& fate, std::string_view own) {
  if (!fate.fault.empty()) return "FAULT " + fate.fault;
  if (!fate.refusal.empty()) return "✗ " + fate.refusal;
  if (!fate.unsaid.empty()) return "· " + fate.unsaid;
  if (fate.goes_along) return "″";
  std::vector<std::string> words;
  if (fate.is_same) words.emplace_back("=");
  if (!fate.is_same && !fate.places.empty()) words.push_back(places_of(fate));
  for (const std::string& loss : fate.losses)
    words.push_back(loss_of(loss, own));
  return joined(words, "; ");
}

// Where both go somewhere it is the same place, in one piece or in several.
std::string cell_of(const Fate& whole, const Fate& streamed) {
  if (!streamed.fault.empty()) return "FAULT " + streamed.fault;
  if (whole.fault.empty() && whole.is_gone() && streamed.is_gone()) return "—";
  if (whole.fault.empty() && whole.is_gone()) {
    return cell_of(streamed, std::string_view()) + "; only streamed";
  }
  const std::string cell = cell_of(whole, std::string_view());
  return whole.fault.empty() && streamed.is_gone() ? cell + "; not streamed" : cell;
}

std::string field_page(std::string begin, const FieldList& list,
                       const std::vector<std::string>& columns, const Cells& cells) {
  std::string page = std::move(begin);
  for (std::size_t i = 0; i < list.groups.size(); ++i) {
    const FieldGroup& group = list.groups[i];
    page += "\n## " + group.title + "\n\n";
    std::vector<std::string> models;
    for (const auto& [vendor, model] : group.models)
      models.push_back(vendor + ": `" + model + "`");
    if (!models.empty()) page += "Models: " + joined(models, ", ") + ".\n\n";
    std::vector<std::string> head{"field"};
    head.insert(head.end(), columns.begin(), columns.end());
    page += row_of(head) + row_of(std::vector<std::string>(head.size(), "---"));
    for (const Line& line : lines_of(group, cells[i]))
      page += row_of(line.cells);
  }
  return page;
}

}  // namespace abv::cases
