// What providers of HTTP services have in common: a base URL, and headers of the operator's own.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abv/sdk/json_reader.hpp"
#include "abv/sdk/provider.hpp"

namespace abv::sdk {
inline namespace v1 {

// A URL to which paths can be appended.
inline std::string without_slash(std::string url) {
  while (url.ends_with('/'))
    url.pop_back();
  return url;
}

struct HttpSettings {
  std::string base_url;  // without a slash at its end
  std::vector<std::pair<std::string, std::string>> extra_headers;

  // From the settings `base_url`, when it is not set `absent`, and `extra_headers`.
  static HttpSettings read(const json::Value& config, std::string_view absent) {
    HttpSettings settings;
    const std::string given = config["base_url"].as_string();
    settings.base_url = without_slash(given.empty() ? std::string(absent) : given);
    for (const auto& [name, value] : config["extra_headers"].members())
      settings.extra_headers.emplace_back(name, value.as_string());
    return settings;
  }

  // Headers that are set on every request, in place of what is there.
  void put_headers(Outgoing& out) const {
    for (const auto& [name, value] : extra_headers)
      out.set_header(name, value);
  }
};

inline std::string url_of(std::string_view base, std::string_view path,
                          std::string_view query = {}) {
  std::string url(base);
  url.append(path);
  if (!query.empty()) url.append("?").append(query);
  return url;
}

// A path for a base URL that brings its own version, which need not be v1.
inline std::string_view without_v1(std::string_view path) {
  return path.starts_with("/v1/") ? path.substr(std::string_view("/v1").size()) : path;
}

// Takes the words that begin with `begin` out of a header that is a list, and the header with the
// last of them.
inline void remove_from_list(const Attempt& attempt, std::string_view header,
                             std::string_view begin, Outgoing& out) {
  std::string_view list = attempt.header(header).value_or("");
  if (list.find(begin) == std::string_view::npos) return;
  std::string kept;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto word = trim(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (word.starts_with(begin)) continue;
    kept.append(kept.empty() ? "" : ", ").append(word);
  }
  kept.empty() ? out.remove_header(header) : out.set_header(header, kept);
}

// Clients on a WebSocket say so in a header for features in trial; what goes upstream is a plain
// request, to which an unknown feature may be an error.
inline void hide_websocket(const Attempt& attempt, Outgoing& out) {
  remove_from_list(attempt, "openai-beta", "responses_websockets", out);
}

}  // namespace v1
}  // namespace abv::sdk
