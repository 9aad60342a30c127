// Runs every documented field through every pair that converts it, and holds the pages of
// docs/reference/conversion to what comes out: `--update` writes them, without it a difference is a
// failure. A field of a request that is lost in silence is a failure, too.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/cases/conversation.hpp"
#include "tests/cases/dialects.hpp"
#include "tests/cases/field_list.hpp"
#include "tests/cases/field_page.hpp"
#include "tests/cases/field_run.hpp"

namespace abv::cases {
namespace {

constexpr const char* kPages = ABV_CASES_DIR "/../../docs/reference/conversion/";

// A list in fields/media, and whose requests it is of.
struct Media {
  const char *name, *client, *title;
};

constexpr Media kMedia[] = {
    {"audio-transcriptions", "openai-chat", "Transcriptions, for OpenAI's clients"},
    {"audio-translations", "openai-chat", "Translations of sound, for OpenAI's clients"},
    {"embeddings-gemini", "gemini", "Embeddings, for Gemini's clients"},
    {"embeddings-openai", "openai-chat", "Embeddings, for OpenAI's clients"},
    {"images-edits", "openai-chat", "Edits of images, for OpenAI's clients"},
    {"images-generations", "openai-chat", "Images, for OpenAI's clients"},
    {"images-variations", "openai-chat", "Variations of images, for OpenAI's clients"},
};

// What one table says of a field: a text for the page, what is wrong with it, and what became of
// it, for the fields that stand in it.
struct Cell {
  std::string text, fault;
  Fate fate;
};

class Tables {
 public:
  std::string requests(const Vendor& client) {
    const std::string name(client.name);
    const FieldList list = read("requests/" + name, client, vendors_[name]["request"]);
    const std::vector<Pair> pairs =
        pairs_where([&](const Pair& pair) { return pair.client.name == client.name; });
    Columns columns;
    for (const Pair& pair : pairs)
      columns.emplace_back(pair.upstream.name);
    const Cells cells =
        fill(name, list, columns,
             [&](const auto& group, const auto& row, std::size_t column, const Fate* element) {
               const Fate fate = run_.request(row, run_.way_of(group, pairs[column]));
               return request_cell(fate, row, client, columns[column], element);
             });
    return field_page("# Requests of " + name + "\n\n" + begin_of(list, "upstream"), list, columns,
                      cells);
  }

  std::string requests(const Media& media) {
    const std::string name = media.name;
    const FieldList list = read("media/" + name, vendor(media.client), {});
    Columns columns;
    for (const Way& way : list.ways)
      columns.emplace_back(way.upstream_model);
    const Cells cells = fill(
        name, list, columns,
        [&](const auto&, const auto& row, std::size_t column, const Fate* element) {
          const Way& way = list.ways[column];
          return request_cell(run_.request(row, way), row, way.client, columns[column], element);
        });
    return field_page(
        "# " + std::string(media.title) + "\n\n" + begin_of(list, "the upstream's model"), list,
        columns, cells);
  }

  std::string answers(const Vendor& upstream) {
    const std::string name(upstream.name);
    const FieldList list = read("answers/" + name, upstream, vendors_[name]["answer"]);
    const std::vector<Pair> pairs =
        pairs_where([&](const Pair& pair) { return pair.upstream.name == upstream.name; });
    Columns columns;
    for (const Pair& pair : pairs)
      columns.emplace_back(pair.client.name);
    const Cells cells =
        fill(name, list, columns,
             [&](const auto& group, const auto& row, std::size_t column, const Fate*) {
               const Fate whole = run_.answer(group, row, pairs[column], sdk::Form::kWhole);
               const Fate streamed = run_.answer(group, row, pairs[column], sdk::Form::kStream);
               return Cell{cell_of(whole, streamed),
                           whole.fault.empty() ? streamed.fault : whole.fault, whole};
             });
    return field_page("# Answers of " + name + "\n\n" + begin_of(list, "client"), list, columns,
                      cells);
  }

  const std::vector<std::string>& faults() const { return faults_; }

 private:
  using Columns = std::vector<std::string>;

  static FieldList read(const std::string& file, const Vendor& vendor, const Json& base) {
    return read_fields(ABV_CASES_DIR "/fields/" + file + ".json", vendor, base);
  }

  template <class Test>
  static std::vector<Pair> pairs_where(Test test) {
    std::vector<Pair> found;
    for (const Pair& pair : all_pairs())
      if (test(pair)) found.push_back(pair);
    return found;
  }

  static Cell request_cell(Fate fate, const FieldRow& row, const Vendor& client,
                           const std::string& column, const Fate* element) {
    if (fate.fault.empty()) demand_word(fate, row, column, element);
    return {cell_of(fate, client.name), fate.fault, fate};
  }

  static std::string begin_of(const FieldList& list, const std::string& other) {
    return "Every field of " + list.source + ", by " + other +
           ". [How to read this](README.md). Made by `abv_conversion_fields --update`.\n";
  }

  template <class Judge>
  Cells fill(const std::string& name, const FieldList& list, const Columns& columns, Judge judge) {
    Cells cells;
    for (const FieldGroup& group : list.groups) {
      auto& rows = cells.emplace_back();
      std::vector<Fate> elements;
      for (const FieldRow& row : group.rows) {
        auto& line = rows.emplace_back();
        std::vector<Fate> fates;
        for (std::size_t i = 0; i < columns.size(); ++i) {
          const Cell cell = judge(group, row, i, elements.empty() ? nullptr : &elements[i]);
          line.push_back(cell.text);
          fates.push_back(cell.fate);
          if (cell.fault.empty()) continue;
          faults_.push_back(name + ", " + columns[i] + ": " + group.title + ", \"" + row.name +
                            "\": " + cell.fault);
        }
        if (row.is_element()) elements = fates;
      }
    }
    return cells;
  }

  const Dialects dialects_{ABV_CASES_PLUGIN_DIR, ABV_CASES_DIR "/shapes"};
  const Json vendors_ = read_json(ABV_CASES_DIR "/vendors.json");
  const Json asks_ = read_json(ABV_CASES_DIR "/fields/asks.json");
  const FieldRun run_{dialects_, vendors_, asks_};
  std::vector<std::string> faults_;
};

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The first line in which two texts differ.
std::string difference(const std::string& page, const std::string& text) {
  std::size_t line = 1;
  std::size_t begin = 0;
  std::size_t i = 0;
  for (; i < page.size() && i < text.size() && page[i] == text[i]; ++i) {
    if (page[i] != '\n') continue;
    ++line;
    begin = i + 1;
  }
  return std::to_string(line) + ": says\n  " + page.substr(begin, page.find('\n', i) - begin) +
         "\nbut it is\n  " + text.substr(begin, text.find('\n', i) - begin);
}

int run(bool is_update) {
  Tables tables;
  int failures = 0;
  const auto hold = [&](const std::string& name, const std::string& text) {
    const std::string path = kPages + name + ".md";
    if (is_update) {
      std::ofstream(path, std::ios::binary) << text;
    } else if (const std::string page = text_of(path); page != text) {
      ++failures;
      std::cerr << path << ":" << difference(page, text) << "\n";
    }
  };
  for (const Vendor& vendor : kVendors) {
    const std::string name(vendor.name);
    hold("requests-" + name, tables.requests(vendor));
    if (name != "openai-completions") hold("answers-" + name, tables.answers(vendor));
  }
  for (const Media& media : kMedia)
    hold(media.name, tables.requests(media));
  for (const std::string& fault : tables.faults())
    std::cerr << fault << "\n";
  if (failures > 0) std::cerr << "abv_conversion_fields --update writes the pages anew\n";
  return failures > 0 || !tables.faults().empty() ? 1 : 0;
}

}  // namespace
}  // namespace abv::cases

int main(int argc, char** argv) {
  const bool is_update = argc == 2 && std::string(argv[1]) == "--update";
  if (argc > 1 && !is_update) {
    std::cerr << "Usage: abv_conversion_fields [--update]\n";
    return 2;
  }
  try {
    return abv::cases::run(is_update);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
