#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "abv/abi/component.h"
#include "host/base/result.hpp"
#include "host/base/secret.hpp"
#include "host/plugin/current.hpp"
#include "host/plugin/fuse.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/library.hpp"

namespace abv::plugin {

class HostTable;

// What an instance is made from.
struct InstanceSpec {
  std::shared_ptr<Library> library;
  std::string component;    // its name in the library
  std::string name;         // of the instance in the YAML
  std::string config_json;  // finished: defaults filled in, checked against the component's schema
  std::map<std::string, Secret, std::less<>>
      secrets;  // what "secret:<name>" in the config refers to
  std::map<std::string, std::string, std::less<>> facts;  // further facts for abv.host.info/1
  std::string place;  // "config/abv.yaml:41:3", for messages; not part of what the instance is
};

// Two specs with the same key make the same instance, so that a running one can be carried over. It
// is a digest: secrets can't be read from it.
std::string instance_key(const InstanceSpec& spec);

struct InstanceCounters {
  std::uint64_t calls = 0;     // across the border, of any function
  std::uint64_t failures = 0;  // negative statuses, but for CANCELLED and UNSUPPORTED
  std::uint64_t spent_ns = 0;  // within the plugin, what it called back included
};

// One configured component.
//
//   create → start → (calls) → drain → stop → destroyed
//
// create, start, drain, stop and the destructor are for the load thread, the rest for any thread.
// Whoever makes calls holds a shared_ptr; the generation lets go of it on the load thread when the
// last call is over.
class Instance {
 public:
  // kInvalid when the component refuses its config, kNotFound when the library has no such
  // component, kInternal when it broke a rule. The message holds place, instance, and the
  // component's own words. `services` is copied; what it points to outlives the instance.
  static Result<std::shared_ptr<Instance>> create(InstanceSpec spec, const HostServices& services);

  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  // After a failure the instance is only good for being destroyed.
  Result<void> start();
  void drain();

  // The last call is over. The destructor does it too, when start was successful.
  void stop();

  const std::string& name() const { return spec_.name; }
  const std::string& place() const { return spec_.place; }
  const std::string& config_json() const { return spec_.config_json; }
  const std::string& key() const { return key_; }
  const Library& library() const { return *spec_.library; }
  const ManifestComponent& component() const { return *described_; }
  std::uint32_t flags() const { return component_->flags; }

  // False after the fuse has blown; calls that are running go on.
  bool in_service() const noexcept { return !fuse_.blown(); }

  InstanceCounters counters() const noexcept;

  // How often each secret was used, by name.
  std::map<std::string, std::uint64_t> secret_uses() const;

  // The instance for functions of its tables.
  void* self() const noexcept { return self_; }

  // A table of functions by id, or null. Its size has not been checked.
  const void* table(std::string_view id) const noexcept;

  // Runs `fn`, which calls one function of the plugin's and returns its status, with all that
  // belongs to a call across the border: the crash note's name, the lock of a serial component,
  // counters, fuse.
  template <class Fn>
  abv_status run(Fn&& fn) noexcept {
    const Crossing crossing(*this);
    return settle(fn());
  }

  // The same for functions that return nothing, or something that is not a status.
  template <class Fn>
  auto visit(Fn&& fn) noexcept {
    const Crossing crossing(*this);
    return fn();
  }

 private:
  class Crossing {
   public:
    explicit Crossing(Instance& instance) noexcept;
    Crossing(const Crossing&) = delete;
    Crossing& operator=(const Crossing&) = delete;
    ~Crossing();

   private:
    Instance& instance_;
    std::unique_lock<std::recursive_mutex> lock_;
    CurrentPlugin current_;
    Nanos began_;
  };

  Instance(InstanceSpec spec, std::string key, const HostServices& services,
           const abv_component* component, const ManifestComponent* described);

  Result<void> create_self();
  Error refusal(std::string_view doing, abv_status status) const;
  abv_status settle(abv_status status) noexcept;
  void count_failure(abv_status status) noexcept;

  const InstanceSpec spec_;
  const std::string key_;
  const HostServices services_;
  const abv_component* const component_;
  const ManifestComponent* const described_;
  std::unique_ptr<HostTable> host_;
  void* self_ = nullptr;
  bool created_ = false;
  bool started_ = false;
  bool drained_ = false;
  Fuse fuse_;
  // Recursive, since a call that leads back to its own instance on the same thread must not hang.
  std::recursive_mutex serial_;
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> spent_ns_{0};
};

}  // namespace abv::plugin
