#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/field_list.hpp"
#include "tests/cases/field_run.hpp"

namespace abv::cases {

// Cells of a table, by group and row: one for every column.
using Cells = std::vector<std::vector<std::vector<std::string>>>;

// What a field became, in a few words. `own` is the dialect of the list.
std::string cell_of(const Fate& fate, std::string_view own);

// Of an answer, that can come whole or streamed.
std::string cell_of(const Fate& whole, const Fate& streamed);

// A page: what `begin` says, then a table for every group.
std::string field_page(std::string begin, const FieldList& list,
                       const std::vector<std::string>& columns, const Cells& cells);

}  // namespace abv::cases
