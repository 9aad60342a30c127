#include "host/app/running_parts.hpp"

#include <utility>

namespace abv::app {
namespace {

// Everything that makes one way out different from another.
std::string egress_key(const ProviderSettings& settings) {
  const upstream::Settings& how = settings.upstream;
  std::string key = settings.name;
  for (const Nanos time :
       {how.timeouts.connect, how.timeouts.first_byte, how.timeouts.idle, how.timeouts.total}) {
    key += ' ' + std::to_string(time.count());
  }
  return key + ' ' + std::string(how.proxy.reveal()) + ' ' + how.ca_file + ' ' +
         std::to_string(how.max_idle);
}

}  // namespace

Result<std::shared_ptr<plugin::Instance>> RunningParts::instance(
    plugin::InstanceSpec spec, const plugin::HostServices& services, const RunningParts* previous) {
  const std::string key = plugin::instance_key(spec);
  if (const auto known = instances_.find(key); known != instances_.end()) {
    return known->second;
  }
  if (previous != nullptr) {
    const auto running = previous->instances_.find(key);
    if (running != previous->instances_.end() && running->second->in_service()) {
      instances_.emplace(key, running->second);
      return running->second;
    }
  }
  auto made = plugin::Instance::create(std::move(spec), services);
  if (!made) {
    return made.error();
  }
  if (Result<void> started = (*made)->start(); !started) {
    return started.error();
  }
  instances_.emplace(key, *made);
  return made;
}

Result<std::shared_ptr<upstream::Egress>> RunningParts::egress(const ProviderSettings& settings,
                                                               const Clock& clock,
                                                               const RunningParts* previous) {
  const std::string key = egress_key(settings);
  if (previous != nullptr) {
    const auto running = previous->egresses_.find(key);
    if (running != previous->egresses_.end()) {
      egresses_.emplace(key, running->second);
      return running->second;
    }
  }
  auto made = upstream::Egress::make(settings.upstream, clock);
  if (!made) {
    return Error{made.error().code, settings.place + ": " + made.error().message};
  }
  std::shared_ptr<upstream::Egress> shared = std::move(made).value();
  egresses_.emplace(key, shared);
  return shared;
}

void RunningParts::drain(const RunningParts& next) {
  for (const auto& [key, instance] : instances_) {
    if (next.instances_.find(key) == next.instances_.end()) {
      instance->drain();
    }
  }
}

void RunningParts::prune() {
  for (const auto& [key, egress] : egresses_) {
    egress->prune();
  }
}

}  // namespace abv::app
