#include "host/plugin/library.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <set>
#include <system_error>
#include <utility>

#include "abv/abi/entry.h"
#include "host/plugin/current.hpp"
#include "host/plugin/digest.hpp"
#include "host/plugin/json_reading.hpp"
#include "host/plugin/library_file.hpp"
#include "host/plugin/names.hpp"
#include "host/plugin/signal_guard.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::plugin {
namespace {

// Far above what one library carries; a greater count is a field that was never set.
constexpr std::size_t kMaxComponents = 64;

Error invalid(const std::filesystem::path& file, const std::string& rule) {
  return Error{Error::Code::kInvalid, file.string() + ": " + rule};
}

std::string in_quotes(std::string_view text) {
  return '"' + std::string(text) + '"';
}

// The bytes, after everything that can be said of them from outside.
Result<std::string> read_checked(const Library::Want& want) {
  Result<std::string> bytes = read_library_file(want.file);
  if (!bytes) {
    return bytes;
  }
  const std::string digest = sha256_hex(*bytes);
  if (!want.sha256.empty() && want.sha256 != digest) {
    return Error{Error::Code::kDenied, want.file.string() + ": its sha256 is " + digest +
                                           ", plugins.allow asks for " + want.sha256};
  }
  if (want.manifest.sha256 != digest) {
    return invalid(want.file, "its sha256 is " + digest + ", its manifest " +
                                  want.manifest.file.string() + " says " + want.manifest.sha256);
  }
  if (Result<void> checked = check_exports(*bytes, want.file); !checked) {
    return checked.error();
  }
  return bytes;
}

std::filesystem::path copy_path(const Library::Want& want) {
  return want.copy_dir / (std::to_string(want.number) + "-" + want.manifest.sha256.substr(0, 12) +
                          "-" + want.file.filename().string());
}

// The name of a null pointer that must not be null; empty when there is none.
std::string_view missing_member(const abv_component& component) {
  if (component.kind == nullptr) {
    return "kind";
  }
  if (component.name == nullptr) {
    return "name";
  }
  if (component.create == nullptr) {
    return "create";
  }
  if (component.destroy == nullptr) {
    return "destroy";
  }
  return component.get_interface == nullptr ? "get_interface" : "";
}

// Null stands for `fallback`, as it does for the tool that writes manifests.
std::string sorted_member(const char* json, std::string_view fallback) {
  return json == nullptr ? std::string(fallback) : sorted_json(json);
}

// The name of a member that the manifest tells otherwise; empty when there is none.
std::string_view differing_member(const abv_component& component,
                                  const ManifestComponent& described) {
  if (component.kind != described.kind) {
    return "kind";
  }
  if (component.flags != described.flags) {
    return "flags";
  }
  if (sorted_member(component.config_schema_json, "{}") != described.config_schema_json) {
    return "config_schema";
  }
  if (sorted_member(component.abilities_json, "{}") != described.abilities_json) {
    return "abilities";
  }
  return sorted_member(component.order_json, "") != described.order_json ? "order" : "";
}

}  // namespace

Result<std::shared_ptr<Library>> Library::load(const Want& want) {
  const Result<std::string> bytes = read_checked(want);
  if (!bytes) {
    return bytes.error();
  }
  const std::filesystem::path copy = copy_path(want);
  if (Result<void> written = write_copy(*bytes, copy); !written) {
    return written.error();
  }
  const std::shared_ptr<Library> library(new Library(want.manifest, want.file, copy));
  SignalGuard signals;
  Result<void> loaded = library->open_copy();
  const std::string changed = signals.restore();
  if (loaded && !changed.empty()) {
    loaded =
        invalid(want.file, "changed the handling of " + changed +
                               " while it was loaded; signals are the host's, it was put back");
  }
  if (!loaded) {
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    return loaded.error();
  }
  return library;
}

Library::Library(Manifest manifest, std::filesystem::path file, std::filesystem::path copy)
    : manifest_(std::move(manifest)), file_(std::move(file)), copy_(std::move(copy)) {}

Library::~Library() {
  retire();
}

Result<void> Library::open_copy() {
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  // Boost.DLL has no word for it, but passes it on: dlclose ends the handle, never the mapping.
  constexpr auto kNeverUnmap = static_cast<boost::dll::load_mode::type>(RTLD_NODELETE);
  try {
    const CurrentPlugin in_plugin(manifest_.id.c_str());  // static constructors run here
    handle_.load(std::filesystem::absolute(copy_), rtld_now | rtld_local | kNeverUnmap);
  } catch (const std::exception& e) {
    return invalid(file_, std::string("cannot be loaded: ") + e.what());
  }
  if (Result<void> read = read_entry(); !read) {
    return read;
  }
  if (Result<void> checked = check_description(); !checked) {
    return checked;
  }
  return initialise();
}

Result<void> Library::read_entry() {
  abv_plugin_entry_fn entry = nullptr;
  try {
    entry = &handle_.get<const abv_plugin*(void) noexcept>(ABV_ENTRY_SYMBOL);
  } catch (const std::exception& e) {
    return invalid(file_, std::string("has no entry: ") + e.what());
  }
  const CurrentPlugin in_plugin(manifest_.id.c_str());
  plugin_ = entry();
  if (plugin_ == nullptr) {
    return invalid(file_, "its entry gave nothing: the plugin cannot work on this machine");
  }
  if (entry() != plugin_) {
    return invalid(file_, "its entry gave two different descriptions; it has to be pure");
  }
  return {};
}

Result<void> Library::check_description() const {
  if (!ABV_HAS(abv_plugin, plugin_, component_count)) {
    return invalid(file_,
                   "its description is too small (size " + std::to_string(plugin_->size) + ")");
  }
  if (text(plugin_->id) != manifest_.id) {
    return invalid(file_, "says that it is " + in_quotes(text(plugin_->id)) + ", its manifest " +
                              manifest_.file.string() + " says " + in_quotes(manifest_.id));
  }
  if (text(plugin_->version) != manifest_.version) {
    return invalid(file_, "says that its version is " + in_quotes(text(plugin_->version)) +
                              ", its manifest " + manifest_.file.string() + " says " +
                              in_quotes(manifest_.version));
  }
  const std::size_t count = plugin_->component_count;
  if (count == 0 || count > kMaxComponents || plugin_->components == nullptr) {
    return invalid(file_, "has " + std::to_string(count) + " components, expected 1 to " +
                              std::to_string(kMaxComponents));
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < count; ++i) {
    if (Result<void> checked = check_component(i); !checked) {
      return checked;
    }
    if (!names.insert(plugin_->components[i]->name).second) {
      return invalid(file_, "has two components named " + in_quotes(plugin_->components[i]->name));
    }
  }
  for (const ManifestComponent& described : manifest_.components) {
    if (names.count(described.name) == 0) {
      return invalid(file_, "has no component " + in_quotes(described.name) +
                                ", but its manifest " + manifest_.file.string() + " names one");
    }
  }
  return {};
}

Result<void> Library::check_component(std::size_t index) const {
  const abv_component* component = plugin_->components[index];
  const std::string where = "component " + std::to_string(index);
  if (component == nullptr) {
    return invalid(file_, where + " is null");
  }
  if (!ABV_HAS(abv_component, component, get_interface)) {
    return invalid(file_, where + " is too small (size " + std::to_string(component->size) + ")");
  }
  if (const std::string_view member = missing_member(*component); !member.empty()) {
    return invalid(file_, where + " has no " + std::string(member));
  }
  if (!is_kind(component->kind) || !is_component_name(component->name)) {
    return invalid(file_, where + " has an illegal kind or name: " + in_quotes(component->kind) +
                              ", " + in_quotes(component->name));
  }
  const ManifestComponent* described = manifest_.find(component->name);
  if (described == nullptr) {
    return invalid(file_, "its manifest " + manifest_.file.string() + " does not name " + where +
                              ", " + in_quotes(component->name));
  }
  if (const auto member = differing_member(*component, *described); !member.empty()) {
    return invalid(file_, std::string(member) + " of component " + in_quotes(component->name) +
                              " is not what its manifest " + manifest_.file.string() + " says");
  }
  return {};
}

Result<void> Library::initialise() {
  if (ABV_HAS(abv_plugin, plugin_, init) && plugin_->init != nullptr) {
    const CurrentPlugin in_plugin(manifest_.id.c_str());
    const abv_status status = plugin_->init(file_.c_str());
    if (failed(status)) {
      return Error{code_of(status), file_.string() + ": its init failed: " + status_name(status)};
    }
  }
  initialised_ = true;
  return {};
}

const abv_component* Library::find(std::string_view component) const {
  for (std::size_t i = 0; i < plugin_->component_count; ++i) {
    if (plugin_->components[i]->name == component) {
      return plugin_->components[i];
    }
  }
  return nullptr;
}

void Library::retire() {
  if (!std::exchange(initialised_, false)) {
    return;
  }
  if (ABV_HAS(abv_plugin, plugin_, deinit) && plugin_->deinit != nullptr) {
    const CurrentPlugin in_plugin(manifest_.id.c_str());
    plugin_->deinit();
  }
}

}  // namespace abv::plugin
