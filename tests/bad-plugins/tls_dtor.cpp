// Leaves an object with a destructor behind on every thread that it was called on.
#include <string>

#include "abv/sdk/plugin.hpp"

namespace {

class Forgetful {
 public:
  static constexpr abv::sdk::Info kInfo{.name = "plain", .summary = "keeps things in threads"};

  void handle(const abv::sdk::Call&, abv::sdk::Reply& reply) const {
    thread_local std::string note;
    note += "long enough for the heap, so that its destructor has work to do";
    reply.begin(200, {});
    reply.write(note);
  }
};

}  // namespace

ABV_PLUGIN(PLAIN_ID, "1.0.0", abv::sdk::Handler<Forgetful>)
