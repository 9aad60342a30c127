#include "host/plugin/instance.hpp"

#include <chrono>
#include <utility>

#include "host/plugin/digest.hpp"
#include "host/plugin/host_table.hpp"
#include "host/plugin/signal_guard.hpp"
#include "host/plugin/status.hpp"
#include "host/plugin/view.hpp"

namespace abv::plugin {
namespace {

// Length first, so that no two lists of fields give the same text.
void append_field(std::string& text, std::string_view field) {
  text += std::to_string(field.size());
  text += ':';
  text += field;
}

bool is_failure_to_count(abv_status status) noexcept {
  return failed(status) && status != ABV_E_CANCELLED && status != ABV_E_UNSUPPORTED &&
         status != ABV_E_NOT_FOUND;
}

std::string place_prefix(const InstanceSpec& spec) {
  return spec.place.empty() ? std::string() : spec.place + ": ";
}

Error broken(const InstanceSpec& spec, const std::string& rule) {
  return Error{Error::Code::kInternal, place_prefix(spec) + spec.name + ": component \"" +
                                           spec.component + "\" of " +
                                           spec.library->file().string() + " " + rule};
}

}  // namespace

std::string instance_key(const InstanceSpec& spec) {
  std::string text;
  append_field(text, spec.library->id());
  append_field(text, spec.library->sha256());
  append_field(text, spec.component);
  append_field(text, spec.name);
  append_field(text, spec.config_json);
  append_field(text, std::to_string(spec.secrets.size()));
  for (const auto& [name, secret] : spec.secrets) {
    append_field(text, name);
    append_field(text, sha256_hex(secret.reveal()));
  }
  for (const auto& [name, fact] : spec.facts) {
    append_field(text, name);
    append_field(text, fact);
  }
  return sha256_hex(text);
}

Result<std::shared_ptr<Instance>> Instance::create(InstanceSpec spec,
                                                   const HostServices& services) {
  const abv_component* component = spec.library->find(spec.component);
  const ManifestComponent* described = spec.library->manifest().find(spec.component);
  if (component == nullptr || described == nullptr) {
    return Error{Error::Code::kNotFound, place_prefix(spec) + spec.name + ": " +
                                             spec.library->file().string() +
                                             " has no component \"" + spec.component + "\""};
  }
  std::string key = instance_key(spec);
  std::shared_ptr<Instance> instance(
      new Instance(std::move(spec), std::move(key), services, component, described));
  if (Result<void> created = instance->create_self(); !created) {
    return created.error();
  }
  return instance;
}

Instance::Instance(InstanceSpec spec, std::string key, const HostServices& services,
                   const abv_component* component, const ManifestComponent* described)
    : spec_(std::move(spec)),
      key_(std::move(key)),
      services_(services),
      component_(component),
      described_(described),
      host_(std::make_unique<HostTable>(spec_, services_)),
      fuse_(services.fuse.failures, services.fuse.window) {}

Instance::~Instance() {
  stop();
  if (created_) {
    visit([&] { component_->destroy(self_); });
  }
}

Result<void> Instance::create_self() {
  SignalGuard signals;
  const abv_status status =
      visit([&] { return component_->create(host_->table(), view(spec_.config_json), &self_); });
  host_->finish_create();
  const std::string changed = signals.restore();
  if (failed(status)) {
    return refusal("create", status);
  }
  created_ = true;
  if (!changed.empty()) {
    return broken(spec_, "changed the handling of " + changed +
                             " in create; signals are the host's, "
                             "it was put back");
  }
  if (table(described_->kind) == nullptr) {
    return broken(spec_, "gives no table for its own kind, " + described_->kind);
  }
  return {};
}

Error Instance::refusal(std::string_view doing, abv_status status) const {
  const std::string& said = host_->create_error();
  const bool is_refusal = status == ABV_E_INVALID;
  return Error{is_refusal ? Error::Code::kInvalid : code_of(status),
               place_prefix(spec_) + spec_.name + ": " + std::string(doing) + " of component \"" +
                   spec_.component + "\" of " + spec_.library->id() +
                   " failed: " + (said.empty() ? status_name(status) : said)};
}

Result<void> Instance::start() {
  if (component_->start != nullptr) {
    SignalGuard signals;
    const abv_status status = visit([&] { return component_->start(self_); });
    const std::string changed = signals.restore();
    if (failed(status)) {
      return refusal("start", status);
    }
    started_ = true;
    if (!changed.empty()) {
      return broken(spec_, "changed the handling of " + changed +
                               " in start; signals are the host's, "
                               "it was put back");
    }
  }
  started_ = true;
  return {};
}

void Instance::drain() {
  if (started_ && !std::exchange(drained_, true) && component_->drain != nullptr) {
    visit([&] { component_->drain(self_); });
  }
}

void Instance::stop() {
  if (!started_) {
    return;
  }
  drain();
  started_ = false;
  if (component_->stop != nullptr) {
    visit([&] { component_->stop(self_); });
  }
}

InstanceCounters Instance::counters() const noexcept {
  return InstanceCounters{calls_.load(std::memory_order_relaxed),
                          failures_.load(std::memory_order_relaxed),
                          spent_ns_.load(std::memory_order_relaxed)};
}

std::map<std::string, std::uint64_t> Instance::secret_uses() const {
  return host_->secret_uses();
}

const void* Instance::table(std::string_view id) const noexcept {
  const CurrentPlugin in_plugin(spec_.name.c_str());
  return component_->get_interface(self_, view(id));
}

abv_status Instance::settle(abv_status status) noexcept {
  if (is_failure_to_count(status)) {
    count_failure(status);
  }
  return status;
}

void Instance::count_failure(abv_status status) noexcept {
  failures_.fetch_add(1, std::memory_order_relaxed);
  if (status != ABV_E_PANIC && status != ABV_E_INTERNAL) {
    return;
  }
  if (!fuse_.record_failure(services_.clock.now())) {
    return;
  }
  const CurrentPlugin in_host(nullptr);
  services_.log.error("plugin.fused",
                      {{"instance", spec_.name},
                       {"plugin", spec_.library->id()},
                       {"failures", static_cast<std::uint64_t>(services_.fuse.failures)},
                       {"window_s", std::chrono::duration<double>(services_.fuse.window).count()},
                       {"last", status_name(status)},
                       {"advice", "it is out of service; a reload makes a new one"}});
}

Instance::Crossing::Crossing(Instance& instance) noexcept
    : instance_(instance), current_(instance.spec_.name.c_str()) {
  if ((instance.component_->flags & ABV_COMPONENT_SERIAL) != 0) {
    lock_ = std::unique_lock(instance.serial_);
  }
  began_ = instance.services_.clock.now();
}

Instance::Crossing::~Crossing() {
  const Nanos spent = instance_.services_.clock.now() - began_;
  instance_.calls_.fetch_add(1, std::memory_order_relaxed);
  instance_.spent_ns_.fetch_add(static_cast<std::uint64_t>(spent.count()),
                                std::memory_order_relaxed);
}

}  // namespace abv::plugin
