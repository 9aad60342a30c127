#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace abv::plugin {

// "linux-x86_64-gnu", …: the platform that this host was built for.
std::string_view host_platform();

// One component, as the manifest tells of it.
struct ManifestComponent {
  std::string kind;  // "abv.provider/1"
  std::string name;
  std::string summary;
  std::string config_schema_json;
  std::string abilities_json;
  std::string order_json;   // empty when there is none
  std::uint32_t flags = 0;  // ABV_COMPONENT_*
};

// `<name>.abv.json`: what a library says about itself, readable without loading it. The library
// stands beside it as `<name>.so`.
struct Manifest {
  std::string id;
  std::string version;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::string platform;
  std::vector<ManifestComponent> components;
  std::string sha256;  // of the library, 64 lower-case hex digits

  std::filesystem::path file;     // of the manifest
  std::filesystem::path library;  // beside it

  // Null when there is none of that name.
  const ManifestComponent* find(std::string_view component) const;
};

// Reads a manifest. Every required field has to be there and of its type; keys that are not known
// are ignored, because newer tools may write more. Errors name the file and the field. kNotFound
// when the file is missing.
Result<Manifest> read_manifest(const std::filesystem::path& file);

// The same from text; `file` is for messages and for the library's path.
Result<Manifest> parse_manifest(std::string_view json, const std::filesystem::path& file);

// "…/openai.so" → "…/openai.abv.json"
std::filesystem::path manifest_path_of(const std::filesystem::path& library);

}  // namespace abv::plugin
