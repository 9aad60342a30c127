// Loads a plugin and makes instances of its components, as a host does.
#pragma once

#include <dlfcn.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "abv/abi/entry.h"
#include "abv/sdk/testkit/fake_host.hpp"
#include "abv/sdk/text.hpp"

namespace abv::sdk {
inline namespace v1 {
namespace testkit {

// A loaded plugin; stays loaded until the program ends, so that nothing of it dangles.
class Library {
 public:
  // Throws std::runtime_error when it cannot be loaded.
  explicit Library(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
    void* symbol = dlsym(handle_, ABV_ENTRY_SYMBOL);
    if (symbol == nullptr) throw std::runtime_error(path + ": exports no " ABV_ENTRY_SYMBOL);
    plugin_ = reinterpret_cast<abv_plugin_entry_fn>(symbol)();
    if (plugin_ == nullptr) throw std::runtime_error(path + ": the entry gave null");
  }

  const abv_plugin& plugin() const { return *plugin_; }

  // The first component of that kind. Throws std::runtime_error when there is none.
  const abv_component& component(std::string_view kind) const {
    for (std::size_t i = 0; i < plugin_->component_count; ++i) {
      if (plugin_->components[i]->kind == kind) return *plugin_->components[i];
    }
    throw std::runtime_error("no component of kind " + std::string(kind));
  }

 private:
  void* handle_;
  const abv_plugin* plugin_ = nullptr;
};

// An instance from create to destroy. When create or start fails, status() says so,
// FakeHost::create_error why, and there is no table.
class Instance {
 public:
  Instance(const FakeHost& host, const abv_component& component, std::string_view config_json)
      : component_(component) {
    status_ = component_.create(host.raw(), str(config_json), &self_);
    if (status_ < ABV_OK) return;
    is_made_ = true;
    if (component_.start == nullptr) return;
    status_ = component_.start(self_);
    is_started_ = status_ >= ABV_OK;
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance() {
    if (is_made_ && (is_started_ || component_.start == nullptr)) {
      if (component_.drain != nullptr) component_.drain(self_);
      if (component_.stop != nullptr) component_.stop(self_);
    }
    if (is_made_) component_.destroy(self_);
  }

  abv_status status() const { return status_; }
  void* self() const { return self_; }

  // The table of the component's own kind; Table must be the right type for it.
  template <class Table>
  const Table& table() const {
    const void* found = component_.get_interface(self_, str(component_.kind));
    if (found == nullptr) throw std::runtime_error("the component offers no table of its own kind");
    return *static_cast<const Table*>(found);
  }

 private:
  const abv_component& component_;
  void* self_ = nullptr;
  abv_status status_ = ABV_OK;
  bool is_made_ = false;
  bool is_started_ = false;
};

}  // namespace testkit
}  // namespace v1
}  // namespace abv::sdk
