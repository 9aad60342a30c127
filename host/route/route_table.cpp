#include "host/route/route_table.hpp"

#include <algorithm>
#include <utility>

namespace abv::route {
namespace {

bool is_hidden_separator(std::string_view path, std::size_t at) {
  // %2e (dot), %5c (backslash), %00: what an upstream may decode into another path.
  if (at + 2 >= path.size()) {
    return false;
  }
  const char high = path[at + 1];
  const char low = static_cast<char>(path[at + 2] | 0x20);
  return (high == '2' && (low == 'e')) || (high == '5' && low == 'c') ||
         (high == '0' && path[at + 2] == '0');
}

std::size_t find_encoded_slash(std::string_view segment) {
  return std::min(segment.find("%2f"), segment.find("%2F"));
}

// Is ".." one of the names in a segment, for an upstream that decodes the slashes in it? Slashes
// alone are fine: there are models with one in their name.
bool climbs(std::string_view segment) {
  for (std::size_t slash = find_encoded_slash(segment); slash != std::string_view::npos;
       slash = find_encoded_slash(segment)) {
    if (segment.substr(0, slash) == "..") {
      return true;
    }
    segment.remove_prefix(slash + 3);
  }
  return segment == "..";
}

Error refused_path(std::string_view rule) {
  return Error{Error::Code::kInvalid, "request path: " + std::string(rule)};
}

}  // namespace

Result<RouteTable> RouteTable::build(std::vector<Entry> entries) {
  RouteTable table;
  table.entries_ = std::move(entries);
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < table.entries_.size(); ++i) {
    const Entry& entry = table.entries_[i];
    Result<Pattern> pattern = Pattern::parse(entry.path);
    if (!pattern) {
      return Error{Error::Code::kInvalid, entry.owner + ": " + pattern.error().message};
    }
    const auto [place, is_new] =
        seen.emplace(entry.method + ' ' + entry.path + ' ' + entry.header, i);
    if (!is_new) {
      return Error{Error::Code::kInvalid, entry.owner + ": " + entry.method + " " + entry.path +
                                              " is taken already by " +
                                              table.entries_[place->second].owner};
    }
    Buckets& buckets = pattern->is_literal() ? table.literals_ : table.patterns_;
    buckets[std::string(pattern->literal_prefix())].push_back(
        Compiled{i, std::move(pattern).value()});
  }
  const auto more_specific = [&](const Compiled& a, const Compiled& b) {
    if (a.pattern.specificity() != b.pattern.specificity()) {
      return a.pattern.specificity() > b.pattern.specificity();
    }
    return !table.entries_[a.entry].header.empty() && table.entries_[b.entry].header.empty();
  };
  for (Buckets* buckets : {&table.literals_, &table.patterns_}) {
    for (auto& [key, bucket] : *buckets) {
      std::stable_sort(bucket.begin(), bucket.end(), more_specific);
    }
  }
  return table;
}

void RouteTable::try_bucket(const Buckets& buckets, std::string_view key, std::string_view method,
                            std::string_view path, const HasHeader& has_header,
                            Match& match) const {
  const auto found = buckets.find(key);
  if (found == buckets.end()) {
    return;
  }
  for (const Compiled& candidate : found->second) {
    const Entry& entry = entries_[candidate.entry];
    if (!candidate.pattern.matches(path, match.parameters)) {
      continue;
    }
    if (!entry.header.empty() && !has_header(entry.header)) {
      continue;
    }
    if (entry.method == method) {
      match.entry = &entry;
      match.pattern = &candidate.pattern;
      return;
    }
    if (match.allowed.find(entry.method) == std::string::npos) {
      match.allowed += match.allowed.empty() ? "" : ", ";
      match.allowed += entry.method;
    }
  }
}

RouteTable::Match RouteTable::find(std::string_view method, std::string_view path,
                                   const HasHeader& has_header) const {
  Match match;
  try_bucket(literals_, path, method, path, has_header, match);
  // Prefixes of patterns end in a slash: the longest one first.
  for (std::size_t slash = path.rfind('/'); match.entry == nullptr;
       slash = path.rfind('/', slash - 1)) {
    if (slash == std::string_view::npos) {
      break;
    }
    try_bucket(patterns_, path.substr(0, slash + 1), method, path, has_header, match);
    if (slash == 0) {
      break;
    }
  }
  return match;
}

Result<std::string> normalise_path(std::string_view path) {
  if (path.empty() || path.front() != '/') {
    return refused_path("expected a leading slash");
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    if (c <= 0x20 || c >= 0x7F || c == '\\') {
      return refused_path("control characters, blanks and backslashes are not allowed");
    }
    if (c == '%' && is_hidden_separator(path, i)) {
      return refused_path("encoded dots, backslashes and zeros are not allowed");
    }
  }
  std::string clean;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (climbs(segment)) {
      return refused_path("\"..\" is not allowed");
    }
    if (!segment.empty() && segment != ".") {
      clean += '/';
      clean += segment;
    }
  }
  return clean.empty() ? std::string("/") : clean;
}

}  // namespace abv::route
