// Where a call goes: paths of clients, patterns of routes, model names in paths, URLs of upstreams.
// The input's lines are a path, a pattern, a name and a URL.

#include <array>

#include "abv/sdk/text.hpp"
#include "host/net/url.hpp"
#include "host/route/route_table.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace abv::fuzz {
namespace {

std::array<std::string, 4> lines_of(std::string_view input) {
  std::array<std::string, 4> lines;
  for (std::string& line : lines) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return lines;
}

// Does a reader that decodes the path climb out of a folder?
bool climbs(std::string_view path) {
  const std::string decoded = route::decode_percent(path) + "/";
  return decoded.find("/../") != std::string::npos || decoded.find('\\') != std::string::npos ||
         decoded.find('\0') != std::string::npos;
}

void check_path(const std::string& path) {
  const auto clean = route::normalise_path(Exactly(path).view());
  if (!clean) return;
  require(clean->starts_with('/') && clean->find("//") == std::string::npos &&
              (clean->size() == 1 || !clean->ends_with('/')),
          "a normal path has no empty segments");
  require(!climbs(*clean), "a normal path does not climb, decoded or not");
  const auto again = route::normalise_path(*clean);
  require(again.ok(), "a normal path is a path");
  require_equal(*clean, *again, "a normal path stays as it is");
}

const route::RouteTable& table() {
  static const auto built = route::RouteTable::build({
      {"POST", "/v1/chat/completions", "", "a", 0},
      {"GET", "/v1/models", "x-goog-api-key", "b", 1},
      {"GET", "/v1/models", "", "b", 2},
      {"GET", "/v1/models/{model}", "", "c", 3},
      {"POST", "/v1beta/models/{model}:generateContent", "", "d", 4},
      {"POST", "/v1beta/models/{model}:countTokens", "", "e", 5},
      {"GET", "/v1/vector_stores/{id}/files/{file}/content", "", "f", 6},
  });
  return *built;
}

void check_lookup(const std::string& path) {
  for (const char* method : {"GET", "POST", "PUT"}) {
    const auto match = table().find(method, path, [](std::string_view) { return true; });
    if (match.entry == nullptr) continue;
    route::Parameters parameters;
    require(match.entry->method == method && match.pattern->matches(path, parameters),
            "what is found is what was asked for");
    require(parameters == match.parameters, "parameters are those of the pattern");
  }
}

void check_pattern(const std::string& text, const std::string& path, const std::string& name) {
  const auto pattern = route::Pattern::parse(text);
  route::Parameters parameters;
  if (!pattern || !pattern->matches(path, parameters)) return;
  for (const auto& [key, value] : parameters) {
    require(!value.empty(), "no parameter is empty");
    if (name.empty()) continue;
    const std::string other = pattern->with_parameter(path, key, name);
    route::Parameters changed;
    require(pattern->matches(other, changed), "a path with another parameter matches as well");
    for (const auto& [changed_key, changed_value] : changed) {
      if (changed_key != key) continue;
      require_equal(route::decode_percent(changed_value), name, "the parameter has its new value");
    }
  }
}

// The shell's way, without loops that could go wrong.
bool matches_plainly(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return matches_plainly(pattern.substr(1), text) ||
           (!text.empty() && matches_plainly(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches_plainly(pattern.substr(1), text.substr(1));
}

void check_texts(const std::string& pattern, const std::string& text) {
  require_equal(route::decode_percent(route::encode_segment(text)), text,
                "what is encoded can be decoded");
  require_equal(route::decode_percent(text), sdk::percent_decode(text),
                "the host and the SDK decode alike");
  (void)sdk::query_value(text, "alt");
  const bool matches = route::glob_matches(pattern, text);
  if (pattern.size() + text.size() > 24) return;
  require(matches == matches_plainly(pattern, text), "a glob matches what the shell would");
}

void check_url(const std::string& text) {
  const Exactly exact(text);
  const auto url = net::parse_url(exact.view());
  if (!url) return;
  require(url->port > 0 && !url->host.empty() && url->path.starts_with('/'),
          "a URL has a host, a port and a path");
  const std::string whole = std::string(url->scheme) + "://" +
                            net::host_and_port(url->host, url->port) + std::string(url->path) +
                            (url->query.empty() ? "" : "?" + std::string(url->query));
  const auto again = net::parse_url(whole);
  require(again.ok(), "a URL that is written again can be read");
  require(again->host == url->host && again->port == url->port && again->path == url->path &&
              again->query == url->query,
          "a URL that is written again is the same");
}

}  // namespace
}  // namespace abv::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace abv::fuzz;
  const auto [path, pattern, name, url] = lines_of(view_of(data, size));
  check_path(path);
  check_lookup(path);
  check_pattern(pattern, path, name);
  check_texts(pattern, name);
  check_url(url);
  return 0;
}
