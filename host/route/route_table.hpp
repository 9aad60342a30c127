#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/result.hpp"
#include "host/route/pattern.hpp"

namespace abv::route {

// What the table is built from: one method and path of one route.
struct Entry {
  std::string method;      // "GET"
  std::string path;        // pattern text
  std::string header;      // a request header that has to be present, or empty
  std::string owner;       // who wants it, for messages: "route openai (config/abv.yaml:40:5)"
  std::size_t target = 0;  // the caller's number for what to do
};

// The endpoints of one generation, ready for lookup.
//
// Immutable after build, so every method may be called from any thread.
class RouteTable {
 public:
  struct Match {
    const Entry* entry = nullptr;      // null when nothing matches
    const Pattern* pattern = nullptr;  // of the entry
    Parameters parameters;
    // When the path is known, but not for this method: the methods it has, "GET, POST".
    std::string allowed;
  };

  using HasHeader = std::function<bool(std::string_view name)>;

  // Fails when two entries have the same method, pattern and header; the message names both owners.
  static Result<RouteTable> build(std::vector<Entry> entries);

  // The most specific match: a literal path beats a pattern, more literal text beats less, and a
  // condition on a header that is there beats none. The match points into the table and `path`.
  Match find(std::string_view method, std::string_view path, const HasHeader& has_header) const;

  const std::vector<Entry>& entries() const { return entries_; }

 private:
  struct Compiled {
    std::size_t entry = 0;
    Pattern pattern;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Bucket = std::vector<Compiled>;  // most specific first, then those with a header first
  using Buckets = std::unordered_map<std::string, Bucket, TextHash, std::equal_to<>>;

  void try_bucket(const Buckets& buckets, std::string_view key, std::string_view method,
                  std::string_view path, const HasHeader& has_header, Match& match) const;

  std::vector<Entry> entries_;
  Buckets literals_;  // by whole path
  Buckets patterns_;  // by the text before the first parameter
};

// Makes one spelling out of many: "." and empty segments go, a trailing slash goes. kInvalid for
// paths with "..", also between encoded slashes, with encoded dots, backslashes or control
// characters.
Result<std::string> normalise_path(std::string_view path);

}  // namespace abv::route
