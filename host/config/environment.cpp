#include "host/config/environment.hpp"

#include <cstdlib>

namespace abv::config {

std::optional<std::string> ProcessEnvironment::get(const std::string& name) const {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment meanwhile.
  const char* const text = std::getenv(name.c_str());
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

std::optional<std::string> MapEnvironment::get(const std::string& name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

}  // namespace abv::config
