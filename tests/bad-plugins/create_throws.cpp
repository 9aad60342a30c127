// Its constructor throws.
#include <stdexcept>

#include "abv/sdk/plugin.hpp"

namespace {

class Broken {
 public:
  static constexpr abv::sdk::Info kInfo{.name = "plain", .summary = "never comes to be"};

  Broken() { throw std::runtime_error("no such luck"); }

  void handle(const abv::sdk::Call&, abv::sdk::Reply&) const {}
};

}  // namespace

ABV_PLUGIN(PLAIN_ID, "1.0.0", abv::sdk::Handler<Broken>)
