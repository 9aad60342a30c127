#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace abv::plugin {

// One line of `plugins.allow`.
struct AllowedPlugin {
  std::string id;
  std::string sha256;          // empty: any bytes that fit the manifest
  std::filesystem::path file;  // empty: wherever the catalog found it
  std::string place;           // "config/abv.yaml:12:7", for messages
};

// Which plugins may be loaded. Nothing else is ever opened.
class AllowList {
 public:
  AllowList() = default;

  // kInvalid for an id or digest that is malformed, or an id that is there twice.
  static Result<AllowList> build(std::vector<AllowedPlugin> plugins);

  // kDenied when it is not in the list; the message says what to add to the YAML.
  Result<const AllowedPlugin*> find(std::string_view id) const;

  const std::vector<AllowedPlugin>& plugins() const { return plugins_; }

 private:
  std::vector<AllowedPlugin> plugins_;
};

}  // namespace abv::plugin
