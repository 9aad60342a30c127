#include "languages.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "abv/sdk/text.hpp"

namespace abv::openai {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 57> kNames = {{
    {"af", "afrikaans"},  {"ar", "arabic"},    {"hy", "armenian"},  {"az", "azerbaijani"},
    {"be", "belarusian"}, {"bs", "bosnian"},   {"bg", "bulgarian"}, {"ca", "catalan"},
    {"zh", "chinese"},    {"hr", "croatian"},  {"cs", "czech"},     {"da", "danish"},
    {"nl", "dutch"},      {"en", "english"},   {"et", "estonian"},  {"fi", "finnish"},
    {"fr", "french"},     {"gl", "galician"},  {"de", "german"},    {"el", "greek"},
    {"he", "hebrew"},     {"hi", "hindi"},     {"hu", "hungarian"}, {"is", "icelandic"},
    {"id", "indonesian"}, {"it", "italian"},   {"ja", "japanese"},  {"kn", "kannada"},
    {"kk", "kazakh"},     {"ko", "korean"},    {"lv", "latvian"},   {"lt", "lithuanian"},
    {"mk", "macedonian"}, {"ms", "malay"},     {"mr", "marathi"},   {"mi", "maori"},
    {"ne", "nepali"},     {"no", "norwegian"}, {"fa", "persian"},   {"pl", "polish"},
    {"pt", "portuguese"}, {"ro", "romanian"},  {"ru", "russian"},   {"sr", "serbian"},
    {"sk", "slovak"},     {"sl", "slovenian"}, {"es", "spanish"},   {"sw", "swahili"},
    {"sv", "swedish"},    {"tl", "tagalog"},   {"ta", "tamil"},     {"th", "thai"},
    {"tr", "turkish"},    {"uk", "ukrainian"}, {"ur", "urdu"},      {"vi", "vietnamese"},
    {"cy", "welsh"},
}};

}  // namespace

std::string language_name(std::string_view code) {
  std::string lower(code);
  std::transform(lower.begin(), lower.end(), lower.begin(), sdk::ascii_lower);
  const std::string_view base = std::string_view(lower).substr(0, lower.find('-'));
  for (const auto& [short_name, name] : kNames) {
    if (short_name == base) return std::string(name);
  }
  return lower;
}

}  // namespace abv::openai
