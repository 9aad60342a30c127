// A middleware: sees every call and its answer. Here it refuses too long bodies and logs how much
// text came back.

#include <cstddef>
#include <cstdint>
#include <string>

#include "abv/sdk/plugin.hpp"

namespace {

using abv::sdk::json::Value;

class Example {
 public:
  static constexpr abv::sdk::Info kInfo{
      .name = "example",
      .summary = "limits bodies and counts the text of answers",
      .config_schema = R"({"type":"object","properties":{"max_body_bytes":{"type":"integer",)"
                       R"("minimum":0,"default":1000000}},"additionalProperties":false})",
      .abilities = R"({"events":"observe"})",
  };

  // One per call.
  struct State {
    std::size_t text_bytes = 0;
  };

  Example(const abv::sdk::Host& host, const Value& config)
      : log_(host.log()), max_body_bytes_(config["max_body_bytes"].as_int(1'000'000)) {}

  void on_request(State&, const abv::sdk::Call& call, abv::sdk::Edit&, abv::sdk::Reply&) const {
    if (static_cast<std::int64_t>(call.body().size()) <= max_body_bytes_) return;
    throw abv::sdk::Failure{413, "request_too_large", "the body is too long for this proxy"};
  }

  void on_event(State& state, const abv::sdk::Event& event) const {
    if (event.kind() == ABV_EVENT_TEXT) state.text_bytes += event.text().size();
  }

  void close(State& state, const abv::sdk::Outcome&) const {
    log_.info("example.answered", {{"text_bytes", std::to_string(state.text_bytes)}});
  }

 private:
  abv::sdk::Log log_;
  std::int64_t max_body_bytes_;
};

}  // namespace

ABV_PLUGIN("org.example.example", "0.1.0", abv::sdk::Middleware<Example>)
