#pragma once

#include <string>
#include <string_view>

namespace abv::claude {

// Questions about JSON strings that are answered without undoing their escapes.

// True for a string of nothing but white space, and for an absent one. The API refuses such texts.
bool is_blank_text(std::string_view json_string);

// The string without the white space at its end; the same view when there is none.
// `storage` keeps the text of a shortened one.
std::string_view trim_end(std::string_view json_string, std::string& storage);

}  // namespace abv::claude
