#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cases/shapes.hpp"
#include "tests/cases/vendor.hpp"
#include "tests/plugins/dialect_probe.hpp"
#include "tests/plugins/request_probe.hpp"

namespace abv::cases {

// The dialects of the built plugins, driven through their C tables, and what is known of their
// vendors' documents. Made once, used by all cases.
class Dialects {
 public:
  // Throws std::runtime_error when a plugin cannot be loaded.
  Dialects(const std::string& plugins, const std::string& shapes);

  const tests::DialectProbe& codec(const Vendor& vendor) const;
  const tests::RequestProbe& requests(const Vendor& vendor) const;
  const Shapes& shapes(const Vendor& vendor) const;

 private:
  struct Plugin {
    std::unique_ptr<tests::DialectProbe> codec;
    std::unique_ptr<tests::RequestProbe> requests;
  };

  std::map<std::string, Plugin, std::less<>> plugins_;
  std::map<std::string, Shapes, std::less<>> shapes_;
};

}  // namespace abv::cases
