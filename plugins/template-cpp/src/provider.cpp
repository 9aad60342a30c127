// A provider: says where calls go and what the answers mean. The host does the talking.

#include <string>
#include <utility>

#include "abv/sdk/plugin.hpp"

namespace {

using abv::sdk::json::Value;

struct Config {
  std::string base_url;
};

class Example {
 public:
  static constexpr abv::sdk::Info kInfo{
      .name = "example",
      .summary = "the service at api.example.org",
      .config_schema = R"({"type":"object","properties":{"base_url":{"type":"string",)"
                       R"("format":"uri","default":"https://api.example.org"}},)"
                       R"("additionalProperties":false})",
      .abilities = R"({"dialects":["openai-chat"],"credentials":["api_key"],"control":[]})",
  };

  static Config read(const Value& config) { return {config["base_url"].as_string()}; }

  explicit Example(Config config) : config_(std::move(config)) {}

  void prepare(const abv::sdk::Attempt& attempt, abv::sdk::Outgoing& request) const {
    request.set_url(config_.base_url + std::string(attempt.path()));
    request.set_credential("authorization", "Bearer ", "api_key");
  }

  void judge(const abv::sdk::Attempt&, const abv::sdk::Answer& answer,
             abv::sdk::Verdict& verdict) const {
    if (answer.http_status() != 402) return;  // the host's default is right for all others
    verdict.set(abv::sdk::Action::kRotate, abv::sdk::Scope::kAccount);
    verdict.set_reason("the account's credit is used up");
  }

 private:
  Config config_;
};

}  // namespace

ABV_PLUGIN("org.example.example", "0.1.0", abv::sdk::Provider<Example>)
