#include "host/plugin/allow_list.hpp"

#include <algorithm>
#include <utility>

#include "host/plugin/digest.hpp"
#include "host/plugin/names.hpp"

namespace abv::plugin {
namespace {

Error invalid(const AllowedPlugin& plugin, const std::string& rule) {
  const std::string place = plugin.place.empty() ? "" : plugin.place + ": ";
  return Error{Error::Code::kInvalid, place + "plugins.allow: " + rule};
}

}  // namespace

Result<AllowList> AllowList::build(std::vector<AllowedPlugin> plugins) {
  AllowList list;
  for (AllowedPlugin& plugin : plugins) {
    if (!is_plugin_id(plugin.id)) {
      return invalid(plugin, "expected an id of a-z, 0-9, '.' and '-', got \"" + plugin.id + "\"");
    }
    if (!plugin.sha256.empty() && !is_sha256_hex(plugin.sha256)) {
      return invalid(plugin, "the sha256 of " + plugin.id + " is not 64 lower-case hex digits");
    }
    if (list.find(plugin.id)) {
      return invalid(plugin, plugin.id + " is there twice");
    }
    list.plugins_.push_back(std::move(plugin));
  }
  return list;
}

Result<const AllowedPlugin*> AllowList::find(std::string_view id) const {
  const auto found = std::find_if(plugins_.begin(), plugins_.end(),
                                  [&](const AllowedPlugin& known) { return known.id == id; });
  if (found == plugins_.end()) {
    const std::string name(id);
    return Error{Error::Code::kDenied, "plugin " + name +
                                           " is not allowed; to allow it, add { id: " + name +
                                           " } to plugins.allow in the YAML"};
  }
  return &*found;
}

}  // namespace abv::plugin
