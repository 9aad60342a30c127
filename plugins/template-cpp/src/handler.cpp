// A handler: answers calls by itself. Here with a greeting.

#include <string>
#include <utility>

#include "abv/sdk/plugin.hpp"

namespace {

using abv::sdk::json::Value;

struct Config {
  std::string greeting;
};

class Example {
 public:
  static constexpr abv::sdk::Info kInfo{
      .name = "example",
      .summary = "greets",
      .config_schema = R"({"type":"object","properties":{"greeting":{"type":"string",)"
                       R"("default":"Hello"}},"additionalProperties":false})",
      .abilities = R"({"operations":["chat"]})",
  };

  static Config read(const Value& config) { return {config["greeting"].as_string("Hello")}; }

  explicit Example(Config config) : config_(std::move(config)) {}

  void handle(const abv::sdk::Call& call, abv::sdk::Reply& reply) const {
    if (call.operation() != "chat") {
      throw abv::sdk::Failure{404, "not_found_error", "only chat is offered here"};
    }
    reply.start({}, call.model());
    reply.text(config_.greeting);
    reply.text(", world.");
    reply.stop(abv::sdk::StopReason::kEnd);
  }

  std::string models() const { return R"({"models":[{"id":"example"}]})"; }

 private:
  Config config_;
};

}  // namespace

ABV_PLUGIN("org.example.example", "0.1.0", abv::sdk::Handler<Example>)
