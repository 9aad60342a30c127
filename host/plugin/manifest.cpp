#include "host/plugin/manifest.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "abv/abi/base.h"
#include "abv/abi/component.h"
#include "host/plugin/digest.hpp"
#include "host/plugin/json_reading.hpp"
#include "host/plugin/names.hpp"

namespace abv::plugin {
namespace {

constexpr std::string_view kManifestEnding = ".abv.json";
constexpr std::uint32_t kManifestVersion = 1;
constexpr std::uintmax_t kMaxManifestBytes = std::uintmax_t{4} << 20;

Result<ManifestComponent> read_component(const JsonReader& reader) {
  ManifestComponent component;
  const std::pair<const char*, std::string*> texts[] = {{"kind", &component.kind},
                                                        {"name", &component.name}};
  for (const auto& [key, target] : texts) {
    Result<std::string> value = reader.text(key);
    if (!value) {
      return value.error();
    }
    *target = *std::move(value);
  }
  if (!is_kind(component.kind)) {
    return reader.error("kind",
                        "expected a kind such as abv.provider/1, got \"" + component.kind + "\"");
  }
  if (!is_component_name(component.name)) {
    return reader.error(
        "name", "expected 1 to 64 of a-z, 0-9, '.', '_' and '-', got \"" + component.name + "\"");
  }
  const std::pair<const char*, std::string*> objects[] = {
      {"config_schema", &component.config_schema_json}, {"abilities", &component.abilities_json}};
  for (const auto& [key, target] : objects) {
    const Result<JsonReader> value = reader.object(key);
    if (!value) {
      return value.error();
    }
    *target = value->sorted_text();
  }
  Result<std::string> summary = reader.optional_text("summary");
  if (!summary) {
    return summary.error();
  }
  component.summary = *std::move(summary);
  if (reader.has("order")) {
    const Result<JsonReader> order = reader.object("order");
    if (!order) {
      return order.error();
    }
    component.order_json = order->sorted_text();
  }
  const Result<std::uint32_t> flags = reader.number("flags");
  if (!flags) {
    return flags.error();
  }
  component.flags = *flags;
  return component;
}

Result<void> read_components(const JsonReader& reader, Manifest& manifest) {
  const Result<std::vector<JsonReader>> rows = reader.objects("components");
  if (!rows) {
    return rows.error();
  }
  if (rows->empty()) {
    return reader.error("components", "expected at least one");
  }
  for (const JsonReader& row : *rows) {
    Result<ManifestComponent> component = read_component(row);
    if (!component) {
      return component.error();
    }
    if (manifest.find(component->name) != nullptr) {
      return row.error("name", "\"" + component->name + "\" is there twice");
    }
    manifest.components.push_back(*std::move(component));
  }
  return {};
}

Result<void> read_head(const JsonReader& reader, Manifest& manifest) {
  const Result<std::uint32_t> version = reader.number("abv_manifest");
  if (!version) {
    return version.error();
  }
  if (*version != kManifestVersion) {
    return reader.error("abv_manifest", "expected version 1, got " + std::to_string(*version));
  }
  const std::pair<const char*, std::string*> texts[] = {{"id", &manifest.id},
                                                        {"version", &manifest.version},
                                                        {"platform", &manifest.platform},
                                                        {"sha256", &manifest.sha256}};
  for (const auto& [key, target] : texts) {
    Result<std::string> value = reader.text(key);
    if (!value) {
      return value.error();
    }
    *target = *std::move(value);
  }
  const Result<JsonReader> abi = reader.object("abi");
  if (!abi) {
    return abi.error();
  }
  const Result<std::uint32_t> major = abi->number("major");
  const Result<std::uint32_t> minor = abi->number("minor");
  if (!major || !minor) {
    return major ? minor.error() : major.error();
  }
  manifest.abi_major = *major;
  manifest.abi_minor = *minor;
  return {};
}

Result<void> check_head(const JsonReader& reader, const Manifest& manifest) {
  if (!is_plugin_id(manifest.id)) {
    return reader.error("id",
                        "expected 1 to 128 of a-z, 0-9, '.' and '-', got \"" + manifest.id + "\"");
  }
  if (manifest.version.empty()) {
    return reader.error("version", "expected a version such as 1.0.0");
  }
  if (!is_sha256_hex(manifest.sha256)) {
    return reader.error("sha256", "expected 64 lower-case hex digits");
  }
  if (manifest.abi_major != ABV_ABI_MAJOR) {
    return reader.error("abi.major", "this host loads plugins of major " +
                                         std::to_string(ABV_ABI_MAJOR) + ", got " +
                                         std::to_string(manifest.abi_major));
  }
  if (manifest.platform != host_platform()) {
    return reader.error("platform", "this host is " + std::string(host_platform()) + ", got \"" +
                                        manifest.platform + "\"");
  }
  return {};
}

}  // namespace

std::string_view host_platform() {
#if defined(__x86_64__)
  return "linux-x86_64-gnu";
#elif defined(__aarch64__)
  return "linux-aarch64-gnu";
#else
#error "add the name of this platform"
#endif
}

const ManifestComponent* Manifest::find(std::string_view component) const {
  const auto found = std::find_if(components.begin(), components.end(),
                                  [&](const auto& known) { return known.name == component; });
  return found == components.end() ? nullptr : &*found;
}

Result<Manifest> parse_manifest(std::string_view json, const std::filesystem::path& file) {
  const Result<Poco::JSON::Object::Ptr> object = parse_json_object(json, file.string());
  if (!object) {
    return object.error();
  }
  const JsonReader reader(*object, file.string());
  Manifest manifest;
  manifest.file = file;
  const std::string name = file.filename().string();
  if (name.size() <= kManifestEnding.size() || !name.ends_with(kManifestEnding)) {
    return Error{Error::Code::kInvalid, file.string() + ": expected a file named <name>.abv.json"};
  }
  manifest.library =
      file.parent_path() / (name.substr(0, name.size() - kManifestEnding.size()) + ".so");
  if (Result<void> read = read_head(reader, manifest); !read) {
    return read.error();
  }
  if (Result<void> checked = check_head(reader, manifest); !checked) {
    return checked.error();
  }
  if (Result<void> read = read_components(reader, manifest); !read) {
    return read.error();
  }
  return manifest;
}

Result<Manifest> read_manifest(const std::filesystem::path& file) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(file, failure);
  if (failure) {
    const bool missing = failure == std::errc::no_such_file_or_directory;
    return Error{missing ? Error::Code::kNotFound : Error::Code::kIo,
                 file.string() + ": cannot read the manifest: " + failure.message()};
  }
  if (size > kMaxManifestBytes) {
    return Error{Error::Code::kLimit, file.string() + ": a manifest may have 4 MiB"};
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in || !content) {
    return Error{Error::Code::kIo, file.string() + ": cannot read the manifest"};
  }
  return parse_manifest(content.str(), file);
}

std::filesystem::path manifest_path_of(const std::filesystem::path& library) {
  return library.parent_path() / (library.stem().string() + std::string(kManifestEnding));
}

}  // namespace abv::plugin
