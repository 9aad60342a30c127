// abv-manifest LIBRARY [MANIFEST]: loads a plugin, asks its entry what it is, and writes that down,
// so that a host can read it without running any of the plugin's code.

#include <dlfcn.h>

#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "abv/abv.h"
#include "abv/sdk/json.hpp"
#include "sha256.hpp"

namespace {

namespace json = abv::sdk::json;

constexpr std::string_view kUsage =
    "usage: abv-manifest LIBRARY [MANIFEST]\n"
    "Writes the manifest of the plugin LIBRARY (a .so file) to MANIFEST, or to standard output.\n"
    "The library is loaded, so its static initialisers run.\n";

#if defined(__x86_64__)
constexpr const char* kPlatform = "linux-x86_64-gnu";
#elif defined(__aarch64__)
constexpr const char* kPlatform = "linux-aarch64-gnu";
#else
#error "no name for this platform yet"
#endif

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// dlopen searches the system's directories for a name without a slash.
std::string with_directory(const std::string& path) {
  return path.find('/') == std::string::npos ? "./" + path : path;
}

const abv_plugin& load(const std::string& path) {
  void* library = dlopen(with_directory(path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  void* symbol = dlsym(library, ABV_ENTRY_SYMBOL);
  if (symbol == nullptr) throw std::runtime_error(path + ": exports no " ABV_ENTRY_SYMBOL);
  const abv_plugin* plugin = reinterpret_cast<abv_plugin_entry_fn>(symbol)();
  if (plugin == nullptr) throw std::runtime_error(path + ": " ABV_ENTRY_SYMBOL " gave null");
  return *plugin;
}

std::string_view required(const char* text, const char* what) {
  if (text == nullptr || *text == '\0')
    throw std::runtime_error(std::string(what) + ": is missing");
  return text;
}

// A text that has to be JSON of that type; `fallback` when it is null.
json::Value object_of(const char* text, const char* fallback, const std::string& what) {
  auto value = json::parse(text == nullptr ? fallback : text);
  if (!value) throw std::runtime_error(what + ": is not JSON");
  if (!value->is_object()) throw std::runtime_error(what + ": is not a JSON object");
  return *value;
}

void write_component(json::Writer& out, const abv_component& component) {
  const std::string name(required(component.name, "a component's name"));
  const std::string place = "component " + name;
  out.begin_object();
  out.member("kind", required(component.kind, (place + ": kind").c_str()));
  out.member("name", name);
  out.member("summary", required(component.summary, (place + ": summary").c_str()));
  out.member("config_schema",
             object_of(component.config_schema_json, "{}", place + ": config schema"));
  out.member("abilities", object_of(component.abilities_json, "{}", place + ": abilities"));
  if (component.order_json == nullptr) {
    out.member("order", nullptr);
  } else {
    out.member("order", object_of(component.order_json, "{}", place + ": order"));
  }
  out.member("flags", component.flags);
  out.end_object();
}

std::string make_manifest(const std::string& path) {
  abv::tools::Sha256 digest;
  digest.update(read_file(path));
  const abv_plugin& plugin = load(path);

  json::Writer out;
  out.begin_object();
  out.member("abv_manifest", 1);
  out.member("id", required(plugin.id, "the plugin's id"));
  out.member("version", required(plugin.version, "the plugin's version"));
  out.key("abi").begin_object();
  out.member("major", ABV_ABI_MAJOR).member("minor", plugin.abi_minor).end_object();
  out.member("platform", kPlatform);
  out.key("components").begin_array();
  for (std::size_t i = 0; i < plugin.component_count; ++i) {
    write_component(out, *plugin.components[i]);
  }
  out.end_array();
  out.member("sha256", digest.hex_digest());
  out.end_object();
  return out.take() + "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h") {
    std::cout << kUsage;
    return 0;
  }
  if (argc < 2 || argc > 3) {
    std::cerr << kUsage;
    return 2;
  }
  try {
    const std::string manifest = make_manifest(argv[1]);
    if (argc == 2) {
      std::cout << manifest;
      return std::cout.flush() ? 0 : 1;
    }
    std::ofstream file(argv[2], std::ios::binary | std::ios::trunc);
    file << manifest;
    if (!file.flush()) throw std::runtime_error(std::string(argv[2]) + ": cannot be written");
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "abv-manifest: " << error.what() << "\n";
    return 1;
  }
}
