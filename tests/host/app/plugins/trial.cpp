// A handler for the host's own tests: it says which version of its code it is, can be held open,
// and misbehaves when it is told to. Built twice, with another TRIAL_VERSION each: "1" or "2".

#include <poll.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "abv/sdk/plugin.hpp"

namespace {

namespace sdk = abv::sdk;

constexpr std::string_view kVersion = "v" TRIAL_VERSION;

class Trial {
 public:
  static constexpr sdk::Info kInfo{
      .name = "trial",
      .summary = "tells its version; for tests of the host",
      .config_schema = R"({"type":"object","properties":{)"
                       R"("refuse":{"type":"string","default":""},)"
                       R"("gate":{"type":"integer","default":-1},)"
                       R"("token":{"type":"string","format":"secret","default":""}},)"
                       R"("additionalProperties":false})",
      .abilities = R"({"operations":["chat"]})",
  };

  Trial(const sdk::Host& host, const sdk::json::Value& config)
      : log_(host.log()), gate_(static_cast<int>(config["gate"].as_int(-1))) {
    const std::string refusal = config["refuse"].as_string();
    if (!refusal.empty()) throw sdk::Failure{400, "invalid_config", refusal};
  }

  void start() const { log_.info("trial.started", {{"trial_version", kVersion}}); }
  void drain() const { log_.info("trial.draining", {{"trial_version", kVersion}}); }
  void stop() const { log_.info("trial.stopped", {{"trial_version", kVersion}}); }

  void handle(const sdk::Call& call, sdk::Reply& reply) const {
    const std::string_view body = call.body();
    if (body.find("do-throw") != std::string_view::npos) throw std::runtime_error("trial threw");
    if (body.find("do-fail") != std::string_view::npos) {
      throw sdk::Failure{503, "trial_closed", "the trial is over for today"};
    }
    if (body.find("do-nothing") != std::string_view::npos) return;
    reply.start({}, call.model());
    reply.text(std::string(kVersion) + " begins, ");
    if (body.find("do-hold") != std::string_view::npos) hold(call);
    reply.text(std::string(kVersion) + " ends");
    reply.stop(sdk::StopReason::kEnd);
  }

 private:
  // Until the test opens the gate, or the call is cancelled.
  void hold(const sdk::Call& call) const {
    constexpr int kLookMs = 5;
    pollfd gate{gate_, POLLIN, 0};
    while (::poll(&gate, 1, kLookMs) == 0)
      call.throw_if_cancelled();
  }

  sdk::Log log_;
  int gate_;
};

// Never finds its upstream.
class LostProvider {
 public:
  static constexpr sdk::Info kInfo{
      .name = "trial-provider",
      .summary = "throws; for tests of the host",
      .config_schema = R"({"type":"object","additionalProperties":false})",
      .abilities = R"({"dialects":["openai-chat"],"credentials":[],"control":[]})",
  };

  void prepare(const sdk::Attempt&, sdk::Outgoing&) const { throw std::runtime_error("lost"); }
};

// Its upstream speaks what no plugin does.
class ForeignProvider {
 public:
  static constexpr sdk::Info kInfo{
      .name = "trial-foreign",
      .summary = "has a dialect of its own; for tests of the host",
      .config_schema = R"({"type":"object","additionalProperties":false})",
      .abilities = R"({"dialects":["words"],"credentials":[],"control":[]})",
  };

  void prepare(const sdk::Attempt&, sdk::Outgoing&) const {}
};

// Takes the client's word for who it is.
class Names {
 public:
  static constexpr sdk::Info kInfo{
      .name = "trial-names",
      .summary = "names the principal by a header; for tests of the host",
      .config_schema = R"({"type":"object","additionalProperties":false})",
      .abilities = R"({})",
  };

  void on_head(const sdk::Call& call, sdk::Edit&, sdk::Reply&) const {
    call.set_fact("principal", call.header("x-name").value_or("nobody"));
  }
};

}  // namespace

ABV_PLUGIN("test.trial", TRIAL_VERSION ".0.0", abv::sdk::Handler<Trial>,
           abv::sdk::Middleware<Names>, abv::sdk::Provider<LostProvider>,
           abv::sdk::Provider<ForeignProvider>)
