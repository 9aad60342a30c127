#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/component_schema.hpp"
#include "host/config/schema.hpp"

namespace abv::config {

// The JSON Schema of the host's configuration file. Its descriptions are the reference
// documentation. Settings of components are open in it: what an entry holds beside the host's own
// settings is accepted unseen, and counts as secret. To learn which plugins a file asks for before
// they are loaded, validate a copy with it.
std::string host_schema_text();

// The schema above with the settings of `components` grafted in: what a running host checks its
// file with, and what `abv-host config schema` prints.
Result<Schema> merged_schema(const std::vector<ComponentSchema>& components);

// The definitions that the text above refers to: the members of $defs.
extern const char kHostEntriesSchema[];

// The value of the property `accounts`.
extern const char kHostAccountsSchema[];

}  // namespace abv::config
