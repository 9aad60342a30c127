#include "presented_keys.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "abv/sdk/text.hpp"

namespace auth {
namespace {

namespace sdk = abv::sdk;

std::string_view without_scheme(std::string_view value) {
  constexpr std::string_view kScheme = "bearer";
  const std::string_view rest = value.substr(std::min(value.size(), kScheme.size()));
  const bool has_scheme = sdk::iequals(value.substr(0, kScheme.size()), kScheme) &&
                          (rest.empty() || rest.front() == ' ' || rest.front() == '\t');
  return has_scheme ? sdk::trim(rest) : value;
}

void add(std::vector<std::string>& keys, std::string key) {
  if (!key.empty()) keys.push_back(std::move(key));
}

void add_query_keys(std::vector<std::string>& keys, std::string_view query) {
  while (!query.empty()) {
    const auto end = query.find('&');
    add(keys, sdk::query_value(query.substr(0, end), "key").value_or(""));
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  }
}

}  // namespace

std::vector<std::string> presented_keys(const sdk::Call& call) {
  std::vector<std::string> keys;
  for (const abv_header& header : call.headers()) {
    const std::string_view name = sdk::view(header.name);
    const std::string_view value = sdk::trim(sdk::view(header.value));
    if (sdk::iequals(name, "authorization")) {
      add(keys, std::string(without_scheme(value)));
    } else if (sdk::iequals(name, "x-api-key") || sdk::iequals(name, "x-goog-api-key")) {
      add(keys, std::string(value));
    }
  }
  add_query_keys(keys, call.query());
  return keys;
}

}  // namespace auth
