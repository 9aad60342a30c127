#include "tests/cases/dialects.hpp"

#include "abv/ext/dialect.h"
#include "abv/sdk/testkit/library.hpp"

namespace abv::cases {

Dialects::Dialects(const std::string& plugins, const std::string& shapes) {
  for (const char* name : {"openai", "claude", "gemini"}) {
    const sdk::testkit::Library library(plugins + "/" + name + ".so");
    const abv_component& component = library.component(ABV_KIND_DIALECT);
    plugins_[name] = {std::make_unique<tests::DialectProbe>(component),
                      std::make_unique<tests::RequestProbe>(component)};
  }
  for (const Vendor& vendor : kVendors) {
    // The older completions are described with chat.
    const bool is_old = vendor.name == "openai-completions";
    const std::string file = is_old ? "openai-chat" : std::string(vendor.name);
    shapes_.emplace(vendor.name, Shapes(shapes + "/" + file + ".json"));
  }
}

const tests::DialectProbe& Dialects::codec(const Vendor& vendor) const {
  return *plugins_.find(vendor.plugin)->second.codec;
}
const tests::RequestProbe& Dialects::requests(const Vendor& vendor) const {
  return *plugins_.find(vendor.plugin)->second.requests;
}
const Shapes& Dialects::shapes(const Vendor& vendor) const {
  return shapes_.find(vendor.name)->second;
}

}  // namespace abv::cases
