// Throws something that is no exception class while it answers.
#include "abv/sdk/plugin.hpp"

namespace {

class Thrower {
 public:
  static constexpr abv::sdk::Info kInfo{.name = "plain", .summary = "throws"};

  void handle(const abv::sdk::Call&, abv::sdk::Reply&) const { throw 42; }
};

}  // namespace

ABV_PLUGIN(PLAIN_ID, "1.0.0", abv::sdk::Handler<Thrower>)
